#include "model/scope.h"

#include <fmt/format.h>

#include "model/expression.h"

namespace starling::model {
namespace {

using event::PropertyType;
using event::Type;
using source::ColumnInfo;

int comparison_class(const PropertyType& type) {
  switch (type.type) {
    case Type::kBoolean:
      return 0;
    case Type::kInteger:
    case Type::kDecimal:
    case Type::kFloat:
      return 1;
    case Type::kText:
      return 2;
    case Type::kDate:
    case Type::kTime:
      return 3;
    case Type::kList:
    case Type::kObjects:
      return -1;
  }
  return -1;
}

std::vector<std::string> column_names(const source::TableInfo& table) {
  std::vector<std::string> names;
  for (const ColumnInfo& column : table.columns) names.push_back(column.name);
  return names;
}

std::string described(const std::string& table) {
  return table == "query" ? std::string("the query") : fmt::format("table \"{}\"", table);
}

// What to do about a column whose type cannot be read.
std::string advice(const ColumnInfo& column) {
  if (column.native_type.starts_with("STRUCT")) {
    return fmt::format("take its parts, like {{sql: \"{}.PART\"}}", column.name);
  }
  return fmt::format(
      "make it a text or a number, like {{sql: \"cast({} as varchar)\"}}, or leave it out",
      column.name);
}

std::string join_description(const Join& join) {
  std::string columns;
  for (const auto& [other, fact] : join.on) columns += (columns.empty() ? "" : ", ") + fact;
  return fmt::format("join \"{}\" on {}", join.alias, columns);
}

bool is_time(const ColumnInfo& info) {
  return info.type && (info.type->type == Type::kDate || info.type->type == Type::kTime);
}

// `name` needs the alias of a relation that is called so already.
std::string aliased(const std::string& relation, const std::string& alias) {
  return relation == alias ? relation : relation + " AS " + alias;
}

}  // namespace

bool comparable(const PropertyType& a, const PropertyType& b) {
  return comparison_class(a) == comparison_class(b) && comparison_class(a) >= 0;
}

const Result<source::TableInfo>& Workshop::describe(const Relation& relation) {
  std::string key = relation.table.empty() ? "query: " + relation.query : relation.table;
  auto found = described.find(key);
  if (found == described.end()) {
    auto info = relation.table.empty() ? warehouse.describe_query(relation.query)
                                       : warehouse.describe_table(relation.table);
    found = described.emplace(key, std::move(info)).first;
  }
  return found->second;
}

std::string relation_sql(Workshop& workshop, const Relation& relation) {
  if (!relation.table.empty()) return workshop.warehouse.table_sql(relation.table);
  return "(\n" + relation.query + "\n)";
}

std::optional<Scope> Scope::create(Workshop& workshop, const Relation& relation,
                                   const std::vector<Join>& joins, const Place& place) {
  if (relation.table.empty() && relation.query.empty()) return std::nullopt;
  const Result<source::TableInfo>& own = workshop.describe(relation);
  if (!own) {
    workshop.problem(place.path + (relation.table.empty() ? ".query" : ".table"), place.line,
                     own.error().message);
    return std::nullopt;
  }
  Scope scope(workshop, relation, own.value());
  std::string alias = relation.table.substr(relation.table.rfind('.') + 1);
  if (alias.empty()) alias = "fact";
  for (bool taken = true; taken;) {
    taken = false;
    for (const Join& join : joins) taken = taken || lower_case(join.alias) == lower_case(alias);
    if (taken) alias += "_fact";
  }
  scope.own_alias_ = workshop.warehouse.quote(alias);
  scope.own_sql_ = aliased(relation_sql(workshop, relation), scope.own_alias_);
  return scope;
}

std::string Scope::quoted_own(const std::string& column) const {
  return own_alias_ + "." + workshop_->warehouse.quote(column);
}

bool Scope::takes_alias(const std::string& alias) const {
  if (workshop_->warehouse.quote(alias) == own_alias_) return true;
  for (const Joined& join : joins_) {
    if (lower_case(join.alias) == lower_case(alias)) return true;
  }
  return false;
}

std::optional<Expression> Scope::readable(const ColumnInfo& info, std::string sql, bool of_join,
                                          const std::string& table, const Place& place) {
  if (info.type) return Expression{std::move(sql), info, of_join};
  workshop_->problem(place.path, place.line,
                     fmt::format("column \"{}\" of {} is {}, which cannot be read; {}", info.name,
                                 described(table), info.native_type, advice(info)));
  return std::nullopt;
}

std::optional<Expression> Scope::column(const std::string& name, const Place& place) {
  if (name.empty()) return std::nullopt;
  if (const ColumnInfo* own = own_.find(name)) {
    return readable(*own, quoted_own(name), false, relation_name(), place);
  }
  size_t dot = name.find('.');
  std::string alias = name.substr(0, dot);
  std::string column = dot == std::string::npos ? "" : name.substr(dot + 1);
  for (const Joined& join : joins_) {
    if (dot == std::string::npos || join.alias != alias) continue;
    if (const ColumnInfo* found = join.table.find(column)) {
      return readable(*found, join.quoted_alias + "." + workshop_->warehouse.quote(column), true,
                      join.table_name, place);
    }
    workshop_->problem(
        place.path, place.line,
        fmt::format("{} (join \"{}\") has no column \"{}\"{}", described(join.table_name), alias,
                    column, base::did_you_mean(column, column_names(join.table))));
    return std::nullopt;
  }
  if (dot == std::string::npos || !broken_.contains(alias)) unknown_column(name, place);
  return std::nullopt;
}

void Scope::unknown_column(const std::string& name, const Place& place) {
  std::vector<std::string> names = column_names(own_);
  for (const Joined& join : joins_) {
    for (const ColumnInfo& column : join.table.columns)
      names.push_back(join.alias + "." + column.name);
  }
  workshop_->problem(place.path, place.line,
                     fmt::format("{} has no column \"{}\"{}", described(relation_name()), name,
                                 base::did_you_mean(name, names)));
}

// Names of the own table that a joined table has, too. A list's columns are "objects", "on_1" and
// so on.
std::set<std::string> Scope::ambiguous_columns() const {
  std::set<std::string> others = {"objects", "on_1", "on_2", "on_3", "on_4", "on_time"};
  for (const Joined& join : joins_) {
    for (const ColumnInfo& column : join.table.columns) others.insert(lower_case(column.name));
  }
  std::set<std::string> both;
  for (const ColumnInfo& column : own_.columns) {
    if (others.contains(lower_case(column.name))) both.insert(lower_case(column.name));
  }
  return both;
}

std::optional<Expression> Scope::sql(const std::string& sql, const Place& place) {
  if (sql.empty() || !broken_.empty()) return std::nullopt;
  bool has_comment = sql.find("--") != std::string::npos;
  std::string expression =
      "(" + with_owner(sql, ambiguous_columns(), own_alias_) + (has_comment ? "\n)" : ")");
  auto info = workshop_->warehouse.describe_query("SELECT " + expression + " AS value\n" + from());
  if (!info) {
    workshop_->problem(place.path, place.line,
                       "the warehouse refuses the expression: " + info.error().message);
    return std::nullopt;
  }
  CHECK(info.value().columns.size() == 1);
  ColumnInfo column = info.value().columns[0];
  if (!column.type) {
    workshop_->problem(place.path, place.line,
                       fmt::format("the expression gives {}, which cannot be read; cast it to a "
                                   "text, number, date, time or "
                                   "list",
                                   column.native_type));
    return std::nullopt;
  }
  return Expression{std::move(expression), std::move(column), true};
}

std::optional<Expression> Scope::property(const PropertySource& source, const Place& place) {
  return source.sql.empty() ? column(source.column, place) : sql(source.sql, place);
}

void Scope::add_joins(const std::vector<Join>& joins, const std::optional<Expression>& time,
                      const Place& place) {
  for (const Join& join : joins)
    add_join(join, time, place.field("joins." + join.alias, join.line));
}

void Scope::add_join(const Join& join, const std::optional<Expression>& time, const Place& place) {
  if (join.relation.table.empty() && join.relation.query.empty()) return;
  const Result<source::TableInfo>& table = workshop_->describe(join.relation);
  if (!table) {
    workshop_->problem(place.path, place.line, table.error().message);
    broken_.insert(join.alias);
    return;
  }
  std::string table_name = join.relation.table.empty() ? "query" : join.relation.table;
  Joined joined{join.alias, workshop_->warehouse.quote(join.alias), table.value(), table_name};
  JoinKeys keys;
  keys.what = join_description(join);
  keys.relation = relation_sql(*workshop_, join.relation);
  std::optional<std::string> condition = equality_sql(join, joined, place.field("on"), keys);
  if (!join.valid_from.empty()) {
    std::optional<std::string> validity = validity_sql(join, joined, time, place.field("as_of"));
    keys.valid_from = workshop_->dialect.nullable(workshop_->warehouse.quote(join.valid_from));
    keys.valid_to = workshop_->warehouse.quote(join.valid_to);
    if (condition && validity) *condition += " AND " + *validity;
    if (!validity) condition.reset();
  }
  if (condition) {
    std::string relation = aliased(keys.relation, joined.quoted_alias);
    joins_sql_.push_back({fmt::format("LEFT JOIN {} ON {}", relation, *condition), "", ""});
    fanout_checks_.push_back(fanout_check(keys, workshop_->dialect));
  } else {
    broken_.insert(join.alias);
  }
  joins_.push_back(std::move(joined));
}

// The equality of all pairs; `keys` takes both sides.
std::optional<std::string> Scope::equality_sql(const Join& join, const Joined& joined,
                                               const Place& place, JoinKeys& keys) {
  std::string condition;
  std::vector<Expression> facts;
  for (const auto& [other, fact] : join.on) {
    std::optional<Expression> own = this->column(fact, place);
    const ColumnInfo* column = joined.table.find(other);
    if (column == nullptr) {
      workshop_->problem(place.path, place.line,
                         fmt::format("{} has no column \"{}\"{}", described(joined.table_name),
                                     other, base::did_you_mean(other, column_names(joined.table))));
    }
    if (column == nullptr || !own) continue;
    if (!column->type || !comparable(*column->type, *own->info.type)) {
      workshop_->problem(place.path, place.line,
                         fmt::format("{} \"{}\" is {} and {} \"{}\" is {}: they cannot be compared",
                                     joined.table_name, other, column->native_type, relation_name(),
                                     fact, own->info.native_type));
      continue;
    }
    std::string quoted = workshop_->warehouse.quote(other);
    condition += fmt::format("{}{}.{} = {}", condition.empty() ? "" : " AND ", joined.quoted_alias,
                             quoted, own->sql);
    keys.columns.push_back(quoted);
    keys.facts.push_back(own->sql);
    facts.push_back(*own);
  }
  keys.from_facts = from_for(facts);
  if (join.on.empty() || facts.size() != join.on.size()) return std::nullopt;
  return condition;
}

// The row valid at the event's time: from <= time < to, where no `to` is an open end.
std::optional<std::string> Scope::validity_sql(const Join& join, const Joined& joined,
                                               const std::optional<Expression>& time,
                                               const Place& place) {
  if (!time) {
    workshop_->problem(
        place.path, place.line,
        "as_of needs the event's time: users and lookups have none, and a join that gives the "
        "time stands first");
    return std::nullopt;
  }
  std::optional<std::string> from = validity_end(join.valid_from, joined, *time, place, false);
  std::optional<std::string> to = validity_end(join.valid_to, joined, *time, place, true);
  if (!from || !to) return std::nullopt;
  return *from + " AND " + *to;
}

std::optional<std::string> Scope::validity_end(const std::string& name, const Joined& joined,
                                               const Expression& time, const Place& place,
                                               bool is_to) {
  const ColumnInfo* column = joined.table.find(name);
  if (column == nullptr) {
    workshop_->problem(place.path, place.line,
                       fmt::format("{} has no column \"{}\"{}", described(joined.table_name), name,
                                   base::did_you_mean(name, column_names(joined.table))));
    return std::nullopt;
  }
  if (!is_time(*column)) {
    workshop_->problem(place.path, place.line,
                       fmt::format("column \"{}\" of {} is {}; a date or timestamp is expected",
                                   name, described(joined.table_name), column->native_type));
    return std::nullopt;
  }
  std::string at = time.sql;
  if (column->zoned != time.info.zoned) {
    if (time.info.type->type == Type::kDate)
      at = fmt::format("CAST({} AS {})", at, workshop_->dialect.type({Type::kTime}));
    at = workshop_->dialect.change_zone(at, workshop_->model.warehouse_timezone);
  }
  std::string end = joined.quoted_alias + "." + workshop_->warehouse.quote(name);
  return is_to ? workshop_->dialect.is_before(at, end) : fmt::format("{} <= {}", end, at);
}

std::string Scope::from_for(const std::vector<Expression>& expressions) const {
  for (const Expression& expression : expressions) {
    if (expression.of_join) return from();
  }
  return from_own_table();
}

std::string Scope::from(const std::string& condition) const {
  std::string sql = from_own_table();
  for (const JoinSql& join : joins_sql_) {
    sql += "\n" + join.before;
    if (!join.restriction.empty() && !condition.empty()) sql += join.restriction + condition + ")";
    sql += join.after;
  }
  return sql;
}

}  // namespace starling::model
