// Writes the SELECTs of a draft.
#include <fmt/format.h>

#include <set>

#include "model/draft.h"

namespace starling::model {
namespace {

using event::Type;
using source::ColumnInfo;

std::string select_sql(const std::vector<std::pair<std::string, std::string>>& columns,
                       const std::string& from) {
  std::string sql = "SELECT";
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto& [name, expression] = columns[i];
    sql += fmt::format("{}\n  {} AS {}", i > 0 ? "," : "", expression, name);
  }
  return sql + "\n" + from;
}

// What a property's column says once it has its common type.
ColumnInfo common_column(const DraftProperty& property, const event::PropertyType& type) {
  ColumnInfo info = property.value.info;
  if (*info.type != type && type.type == Type::kObjects) {
    std::vector<uint8_t> zoned;
    for (const event::Member& member : type.members) {
      uint8_t is_zoned = 0;
      for (size_t i = 0; i < info.type->members.size(); ++i) {
        if (info.type->members[i].name == member.name) is_zoned = info.zoned_members[i];
      }
      zoned.push_back(is_zoned);
    }
    info.zoned_members = std::move(zoned);
  }
  info.name = property.name;
  info.type = type;
  return info;
}

// A property may be called as another column of the SELECT is: "user", "time".
std::string free_name(const std::string& name, std::set<std::string>& taken) {
  std::string free = name;
  for (int i = 2; !taken.insert(free).second; ++i) free = fmt::format("{}_{}", name, i);
  return free;
}

const Expression& time_of(const Draft& draft) {
  for (const auto& [name, head] : draft.heads) {
    if (name == "time") return head;
  }
  CHECK(false);  // every event has one
  return draft.heads[0].second;
}

// The id's text as the order key is made of it; "" without an id.
std::string id_text_sql(const Draft& draft, const Dialect& dialect) {
  std::string id;
  for (const auto& [name, head] : draft.heads) {
    if (!name.starts_with("id_")) continue;
    if (!id.empty()) id += " || " + dialect.id_separator() + " || ";
    id += fmt::format("coalesce({}, '')", dialect.text(head.sql, head.info));
  }
  return id;
}

std::string totals_sql(const Draft& draft, const Workshop& workshop, const std::string& from) {
  std::string id = id_text_sql(draft, workshop.dialect);
  std::string sum = id.empty() ? "" : workshop.dialect.order_key_sum(id);
  if (sum.empty()) return "";
  const Expression& time = time_of(draft);
  bool summed = time.info.zoned || workshop.model.warehouse_timezone == "UTC";
  if (time.info.type->type == Type::kDate) summed = workshop.model.timezone == "UTC";
  return fmt::format("SELECT\n  count(*) AS row_count,\n  {} AS key_sum,\n  {} AS time_sum\n{}",
                     sum,
                     summed ? workshop.dialect.milliseconds_sum(time.sql, time.info)
                            : workshop.dialect.as_text("NULL"),
                     from);
}

std::string day_totals_sql(const Draft& draft, const Dialect& dialect, const std::string& from) {
  const Expression& time = time_of(draft);
  std::string id = id_text_sql(draft, dialect);
  std::string sum = id.empty() ? "" : dialect.order_key_sum(id);
  std::string day = dialect.day(time.sql, time.info);
  return fmt::format("SELECT {} AS day, count(*) AS row_count, {} AS key_sum\n{}\nGROUP BY {}",
                     dialect.as_text(day), sum.empty() ? "''" : sum, from, day);
}

// What Mirror compares to find the days that have changed, and reads of them.
void write_days_sql(const Draft& draft, const Dialect& dialect,
                    const std::vector<std::pair<std::string, std::string>>& columns,
                    Select& select) {
  std::vector<std::string> names;
  for (const auto& [name, expression] : columns) names.push_back(name);
  ColumnInfo time = time_of(draft).info;
  std::string hash = dialect.row_hash("row_of", names);
  if (hash.empty()) return;
  select.days_sql = fmt::format(
      "SELECT {} AS day, {} || ':' || {} AS checksum\nFROM (\n"
      "SELECT {} AS day, {} AS row_hash FROM (\n{}\n) AS row_of\n) AS hashed\nGROUP BY day",
      dialect.as_text("day"), dialect.as_text("count(*)"), dialect.as_text("sum(row_hash)"),
      dialect.day("\"time\"", time), hash, select.sql);
  select.sql_of_days = [sql = select.sql, time,
                        &dialect](const std::vector<std::pair<base::Date, base::Date>>& days) {
    std::string condition = "\"time\" IS NULL";
    const char* midnight = time.type->type == Type::kDate ? "" : " 00:00:00";
    for (const auto& [from, to] : days) {
      condition += fmt::format("\n  OR (\"time\" >= {} AND \"time\" < {})",
                               dialect.literal(from.text() + midnight, time),
                               dialect.literal(to.text() + midnight, time));
    }
    return fmt::format("SELECT * FROM (\n{}\n) AS row_of\nWHERE {}", sql, condition);
  };
}

}  // namespace

void finish(Draft& draft, Workshop& workshop, const std::vector<event::PropertyType>& types) {
  Select& select = draft.select;
  const Scope& scope = draft.scope[0];
  std::vector<std::pair<std::string, std::string>> columns, readable;
  std::set<std::string> readable_names;
  bool heads_need_joins = false;
  for (const auto& [name, head] : draft.heads) {
    columns.emplace_back('"' + name + '"', head.sql);
    readable.emplace_back(workshop.warehouse.quote(name), head.sql);
    readable_names.insert(name);
    heads_need_joins = heads_need_joins || head.of_join;
  }
  select.columns_before_properties = columns.size();
  for (size_t i = 0; i < draft.properties.size(); ++i) {
    const DraftProperty& property = draft.properties[i];
    std::string sql =
        workshop.dialect.cast(property.value.sql, *property.value.info.type, types[i]);
    columns.emplace_back(fmt::format("\"p_{}\"", i + 1), sql);
    select.readable_properties.push_back(free_name(property.name, readable_names));
    readable.emplace_back(workshop.warehouse.quote(select.readable_properties.back()), sql);
    select.properties.push_back({property.name, types[i]});
    select.property_columns.push_back(common_column(property, types[i]));
  }
  select.sql = select_sql(columns, scope.from());
  select.readable_sql = select_sql(readable, scope.from());
  select.count_sql = "SELECT count(*) AS row_count\n" + scope.from_own_table();
  if (select.kind == Select::Kind::kEvents) {
    std::string from = heads_need_joins ? scope.from() : scope.from_own_table();
    select.totals_sql = totals_sql(draft, workshop, from);
    select.day_totals_sql = day_totals_sql(draft, workshop.dialect, from);
    write_days_sql(draft, workshop.dialect, columns, select);
  }
  if (!draft.cursor) return;
  select.sql_since = [columns, scope, cursor = *draft.cursor,
                      &dialect = workshop.dialect](const std::string& from) {
    std::string condition =
        fmt::format("({0} >= {1} OR {0} IS NULL)", cursor.sql, dialect.literal(from, cursor.info));
    return select_sql(columns, scope.from(cursor.of_join ? "" : condition)) + "\nWHERE " +
           condition;
  };
}

}  // namespace starling::model
