// The queries in front: the warehouse's rows as events, what is known of users, lookup tables, and
// elements of lists, with the columns the question needs. What sync does with a row is said here
// once more: rows without time or id are left out, one row an id counts, and times are whole
// milliseconds in UTC.
#include <fmt/format.h>

#include <algorithm>

#include "sql/question.h"
#include "sql/text.h"
#include "sql/zone.h"

namespace starling::sql {

using event::PropertyType;
using event::Type;

namespace {

constexpr int kFirstYear = 1971;

std::string sql_type(const PropertyType& type) {
  switch (type.type) {
    case Type::kBoolean:
      return "BOOLEAN";
    case Type::kInteger:
      return "BIGINT";
    case Type::kDecimal:
      return fmt::format("DECIMAL(38,{})", type.scale);
    case Type::kFloat:
      return "DOUBLE";
    case Type::kText:
      return "VARCHAR";
    case Type::kDate:
      return "DATE";
    case Type::kTime:
      return "TIMESTAMP";
    case Type::kList:
      return sql_type(type.members[0].type) + "[]";
    case Type::kObjects: {
      std::vector<std::string> members;
      for (const event::Member& member : type.members)
        members.push_back(quoted_name(member.name) + " " + sql_type(member.type));
      return "STRUCT(" + joined(members, ", ") + ")[]";
    }
  }
  return "";
}

// Integers of DuckDB that need no cast.
bool is_plain_integer(const std::string& native) {
  return native.ends_with("INT") && native != "HUGEINT" && native != "UHUGEINT" &&
         native != "UBIGINT";
}

std::string lookup_name(const std::string& column) {
  return quoted_name(column == "lookup_key" ? column + "_" : column);
}

const Column* find_column(const std::vector<Column>& columns, const std::string& name) {
  auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

// Where the property stands among the columns of a SELECT; nothing when it is not there.
std::optional<size_t> position_of(const Select& select, const std::string& property) {
  const Column* found = find_column(select.properties, property);
  if (found == nullptr) return std::nullopt;
  return static_cast<size_t>(found - select.properties.data());
}

std::string select_list(const std::vector<std::pair<std::string, std::string>>& columns) {
  std::vector<std::string> parts;
  for (const auto& [name, sql] : columns) parts.push_back(fmt::format("  {} AS {}", sql, name));
  return "SELECT\n" + joined(parts, ",\n");
}

std::string user_text() { return "nullif(CAST(s.\"user\" AS VARCHAR), '')"; }

// The newest of the rows with one key.
std::string newest(const Select& select, const std::string& keys) {
  std::string order = select.has_cursor ? " ORDER BY s.\"cursor\" DESC NULLS LAST" : "";
  return fmt::format("\nQUALIFY row_number() OVER (PARTITION BY {}{}) = 1", keys, order);
}

}  // namespace

std::string Question::clock(const std::string& zone) {
  auto [at, is_new] = clocks_.try_emplace(zone);
  if (is_new) at->second = fresh("clock_" + zone);
  return at->second;
}

std::string Question::clock_body(const std::string& zone_name) const {
  base::TimeZone zone = base::TimeZone::load(zone_name).value();
  base::TimeMs from = zone.day_start(base::Date::of(has_local_times_ ? 1900 : kFirstYear, 1, 1));
  base::TimeMs to{query_.as_of.value + 2 * base::kDayMs};
  if (has_local_times_) to = zone.day_start(base::Date::of(2200, 1, 1));
  std::string out = "SELECT * FROM (VALUES";
  std::vector<LocalOffset> offsets = local_offsets(zone, from, to);
  for (size_t i = 0; i < offsets.size(); ++i) {
    std::string local = i == 0 ? "TIMESTAMP '-infinity'" : instant_literal({offsets[i].local_ms});
    out += fmt::format("{}{}({}, {})", i == 0 ? "" : ",", i % 2 == 0 ? "\n  " : " ", local,
                       duration_literal(offsets[i].offset_ms));
  }
  return out + "\n) AS changes(local_time, utc_offset)";
}

// A local time as an instant in UTC.
std::string Question::instant(const std::string& local_sql, const std::string& zone) {
  if (zone == "UTC") return local_sql;
  return fmt::format(
      "{0} - (SELECT arg_max(c.utc_offset, c.local_time) FROM {1} AS c WHERE c.local_time <= {0})",
      local_sql, clock(zone));
}

// The instant of an event; `join` is what it needs in FROM.
std::string Question::event_time(const Select& select, std::string& join) {
  std::string sql = "s.\"time\"";
  bool is_date = select.time.type.type == Type::kDate;
  if (select.time.zoned) return fmt::format("date_trunc('milliseconds', timezone('UTC', {}))", sql);
  sql = fmt::format("CAST({} AS TIMESTAMP)", sql);
  const std::string& zone = is_date ? warehouse_.timezone : warehouse_.warehouse_timezone;
  std::string whole = is_date ? sql : fmt::format("date_trunc('milliseconds', {})", sql);
  if (zone == "UTC") return whole;
  join = fmt::format("\nASOF LEFT JOIN {} AS c ON {} >= c.local_time", clock(zone), sql);
  return fmt::format("{} - c.utc_offset", whole);
}

// A column of a SELECT as the store holds it: what is not finite is not set.
std::string Question::column_value(const std::string& sql, const Column& column) {
  switch (column.type.type) {
    case Type::kInteger:
      if (column.native_type.empty() || is_plain_integer(column.native_type)) return sql;
      return fmt::format("CAST({} AS BIGINT)", sql);
    case Type::kFloat:
      return fmt::format("CASE WHEN isfinite({0}) THEN CAST({0} AS DOUBLE) END", sql);
    case Type::kText:
      return column.native_type == "VARCHAR" ? sql : fmt::format("CAST({} AS VARCHAR)", sql);
    case Type::kDate:
      return fmt::format("CASE WHEN isfinite({0}) THEN {0} END", sql);
    case Type::kTime: {
      std::string local = column.zoned ? fmt::format("timezone('UTC', {})", sql)
                                       : fmt::format("CAST({} AS TIMESTAMP)", sql);
      local =
          fmt::format("date_trunc('milliseconds', CASE WHEN isfinite({0}) THEN {0} END)", local);
      if (column.zoned || warehouse_.warehouse_timezone == "UTC") return local;
      has_local_times_ = true;
      return instant(local, warehouse_.warehouse_timezone);
    }
    case Type::kList:
      return fmt::format(
          "CAST({} AS {})", sql,
          column.native_type.ends_with("[]") ? column.native_type : sql_type(column.type));
    case Type::kBoolean:
    case Type::kDecimal:
    case Type::kObjects:
      break;
  }
  return sql;
}

std::vector<const Select*> Question::event_selects() const {
  std::vector<const Select*> out;
  for (const Select& select : warehouse_.selects) {
    bool is_used = any_event_ || select.event.empty() || event_names_.contains(select.event);
    if (select.kind == Select::Kind::kEvents && is_used) out.push_back(&select);
  }
  return out;
}

std::string Question::rows_of(const Select& select, const std::string& source) {
  std::string join, ids, id_text;
  for (int i = 1; i <= select.ids; ++i) {
    ids += fmt::format(", s.\"id_{}\"", i);
    id_text += fmt::format("{}coalesce(CAST(s.\"id_{}\" AS VARCHAR), '')",
                           i == 1 ? "" : " || chr(31) || ", i);
  }
  std::string event = select.event.empty() ? "s.\"event\"" : text_literal(select.event);
  std::vector<std::pair<std::string, std::string>> columns = {
      {"event", event},
      {"source", text_literal(select.source)},
      {"time", event_time(select, join)},
      {"user_id", select.has_user ? user_text() : "CAST(NULL AS VARCHAR)"}};
  if (needs_order_ && select.ids == 0) {
    refuse(
        fmt::format("the rows of \"{}\" have no id, so SQL cannot tell which of two at the same "
                    "instant comes first; name an id in the model",
                    select.source));
  }
  if (needs_order_) {
    columns.emplace_back("order_key",
                         fmt::format("CAST('0x' || substr(md5({}), 1, 16) AS UBIGINT)", id_text));
  }
  for (const auto& [property, column] : event_properties_) {
    auto at = position_of(select, property);
    if (!at) continue;
    std::string own = fmt::format("s.\"p_{}\"", *at + 1);
    columns.emplace_back(column, column_value(own, select.properties[*at]));
  }
  std::string where = "\nWHERE s.\"time\" IS NOT NULL";
  if (select.event.empty()) {
    where += " AND s.\"event\" <> ''";
    std::vector<std::string> names;
    for (const std::string& name : event_names_) names.push_back(text_literal(name));
    if (!any_event_) where += fmt::format(" AND s.\"event\" IN ({})", joined(names, ", "));
  }
  if (select.ids > 0) {
    std::vector<std::string> set;
    for (int i = 1; i <= select.ids; ++i) set.push_back(fmt::format("s.\"id_{}\" IS NOT NULL", i));
    where += fmt::format(" AND ({})", joined(set, " OR "));
    where += newest(select, (select.event.empty() ? "s.\"event\"" : "1") + ids);
  }
  return select_list(columns) + "\nFROM " + source + " AS s" + join + where;
}

std::string Question::rows_body(std::vector<NamedQuery>& sources) {
  std::vector<std::string> parts;
  std::set<std::string> present;
  for (const Select* select : event_selects()) {
    std::string name = fresh("source_" + select->source);
    std::string what = select->event.empty() ? "events" : "event " + select->event;
    sources.push_back({name, what + ", from " + select->relation, select->sql, false});
    parts.push_back(rows_of(*select, name));
    for (const Column& column : select->properties) present.insert(column.name);
  }
  std::vector<std::pair<std::string, std::string>> typed = {{"event", "CAST(NULL AS VARCHAR)"},
                                                            {"source", "CAST(NULL AS VARCHAR)"},
                                                            {"time", "CAST(NULL AS TIMESTAMP)"},
                                                            {"user_id", "CAST(NULL AS VARCHAR)"}};
  if (parts.empty() && needs_order_) typed.emplace_back("order_key", "CAST(NULL AS UBIGINT)");
  bool complete = !parts.empty();
  for (const auto& [property, column] : event_properties_) {
    if (!parts.empty() && present.contains(property)) continue;
    complete = false;
    const PropertyType* type = event_type(property);
    typed.emplace_back(column, fmt::format("CAST(NULL AS {})", sql_type(*type)));
  }
  if (!complete) parts.push_back(select_list(typed) + "\nWHERE false");
  return fmt::format(
      "SELECT * FROM (\n{}\n)\nWHERE time >= {} AND time < {}",
      joined(parts, "\nUNION ALL BY NAME\n"),
      instant_literal(base::TimeZone::utc().day_start(base::Date::of(kFirstYear, 1, 1))),
      instant_literal(query_.as_of));
}

std::pair<std::string, std::string> Question::through_lookups(const std::vector<LookupJoin>& joins,
                                                              const std::string& row) const {
  std::string columns, tables;
  std::map<std::pair<std::string, std::string>, std::string> aliases;
  for (const LookupJoin& join : joins) {
    auto [at, is_new] = aliases.try_emplace({join.lookup, join.key_column});
    if (is_new) {
      at->second = fmt::format("l{}", aliases.size());
      tables +=
          fmt::format("\nLEFT JOIN {0} AS {1} ON {1}.lookup_key = {2}", lookups_.at(join.lookup),
                      at->second, key_text(row + "." + join.key_column, join.key_type));
    }
    columns += fmt::format(",\n  {}.{} AS {}", at->second, lookup_name(join.column), join.name);
  }
  return {columns, tables};
}

std::string Question::users_body() {
  auto of_users = [](const Select& select) { return select.kind == Select::Kind::kUsers; };
  auto select = std::ranges::find_if(warehouse_.selects, of_users);
  bool is_known = select != warehouse_.selects.end();
  std::vector<std::pair<std::string, std::string>> columns = {
      {"user_id", is_known ? user_text() : "CAST(NULL AS VARCHAR)"}};
  for (const auto& [property, column] : user_properties_) {
    auto at = is_known ? position_of(*select, property) : std::nullopt;
    std::string sql = fmt::format("CAST(NULL AS {})", sql_type(*user_type(property)));
    if (at) sql = column_value(fmt::format("s.\"p_{}\"", *at + 1), select->properties[*at]);
    columns.emplace_back(column, sql);
  }
  std::string body = select_list(columns);
  if (is_known) {
    body += "\nFROM (\n" + select->sql + "\n) AS s\nWHERE CAST(s.\"user\" AS VARCHAR) <> ''" +
            newest(*select, "s.\"user\"");
  } else {
    body += "\nWHERE false";
  }
  auto [more, tables] = through_lookups(user_lookups_, "u");
  if (more.empty()) return body;
  return "SELECT u.*" + more + "\nFROM (\n" + body + "\n) AS u" + tables;
}

std::string Question::people_body() const {
  std::string body = "SELECT p.user_id";
  if (uses_users_) body += ", u.* EXCLUDE (user_id)";
  body += fmt::format("\nFROM (SELECT DISTINCT user_id FROM {} WHERE user_id IS NOT NULL) AS p",
                      events_);
  if (uses_users_) body += fmt::format("\nLEFT JOIN {} AS u ON u.user_id = p.user_id", users_);
  return body;
}

std::string Question::lookup_body(const std::string& lookup, const std::set<std::string>& wanted) {
  auto is_it = [&](const Select& select) {
    return select.kind == Select::Kind::kLookup && select.source == lookup;
  };
  auto select = std::ranges::find_if(warehouse_.selects, is_it);
  bool is_known = select != warehouse_.selects.end();
  std::vector<std::pair<std::string, std::string>> columns;
  std::string key = "CAST(NULL AS VARCHAR)";
  if (is_known) {
    Column own = select->key;
    key = key_text(column_value("s.\"key\"", own), own.type);
  }
  columns.emplace_back("lookup_key", key);
  for (const std::string& name : wanted) {
    auto at = is_known ? position_of(*select, name) : std::nullopt;
    std::string sql = "NULL";
    if (at) sql = column_value(fmt::format("s.\"p_{}\"", *at + 1), select->properties[*at]);
    columns.emplace_back(lookup_name(name), sql);
  }
  if (!is_known) return select_list(columns) + "\nWHERE false";
  return select_list(columns) + "\nFROM (\n" + select->sql +
         "\n) AS s\nWHERE CAST(s.\"key\" AS VARCHAR) <> ''" + newest(*select, "s.\"key\"");
}

// A part of the local time of an event (reports.md §1).
std::string Question::time_part(query::TimePart part) const {
  std::string local = "r.time";
  if (query_.timezone.name() != "UTC") {
    local =
        fmt::format("timezone({}, timezone('UTC', r.time))", text_literal(query_.timezone.name()));
  }
  switch (part) {
    case query::TimePart::kDayOfWeek:
      return fmt::format("lower(dayname({}))", local);
    case query::TimePart::kHourOfDay:
      return fmt::format("hour({})", local);
    case query::TimePart::kDay:
      return fmt::format("CAST(CAST({} AS DATE) AS VARCHAR)", local);
    case query::TimePart::kWeek:
      return fmt::format(
          "CAST(CAST({0} AS DATE) - CAST((isodow({0}) + {1}) % 7 AS INTEGER) AS VARCHAR)", local,
          6 - query_.week_start);
    case query::TimePart::kMonth:
      return fmt::format("strftime({}, '%Y-%m-01')", local);
  }
  return "";
}

std::string Question::events_body(const std::string& rows) {
  std::string order = needs_order_ ? "ORDER BY r.time, r.order_key, r.event, r.source" : "";
  std::string body = fmt::format("SELECT row_number() OVER ({}) AS event_id, r.*", order);
  if (uses_users_) body += ", u.* EXCLUDE (user_id)";
  auto [more, tables] = through_lookups(event_lookups_, "r");
  body += more;
  for (const TimeColumn& column : time_columns_)
    body += fmt::format(",\n  {} AS {}", time_part(column.part), column.name);
  body += fmt::format("\nFROM {} AS r", rows);
  if (uses_users_) body += fmt::format("\nLEFT JOIN {} AS u ON u.user_id = r.user_id", users_);
  return body + tables;
}

std::string Question::list_body(const ListId& id, const List& list) {
  std::string key = id.of_user ? "user_id" : "event_id";
  std::string column = id.of_user ? user_properties_.at(id.name) : event_properties_.at(id.name);
  bool of_objects = (id.of_user ? user_type(id.name) : event_type(id.name))->type == Type::kObjects;
  const Column* described = nullptr;
  for (const Select& select : warehouse_.selects) {
    bool fits = select.kind == (id.of_user ? Select::Kind::kUsers : Select::Kind::kEvents);
    const Column* found = fits ? find_column(select.properties, id.name) : nullptr;
    if (found != nullptr) described = found;
  }
  std::vector<std::pair<std::string, std::string>> columns = {{key, "x." + key},
                                                              {"position", "x.position"}};
  for (const auto& [member, name] : list.members) {
    std::string sql = of_objects ? "x.element." + quoted_name(member) : "x.element";
    const Column* own = described == nullptr ? nullptr : find_column(described->members, member);
    columns.emplace_back(name, own == nullptr ? sql : column_value(sql, *own));
  }
  std::string body =
      select_list(columns) + fmt::format(
                                 "\nFROM (\n  SELECT {0}, generate_subscripts({1}, 1) AS position, "
                                 "unnest({1}) AS element\n  FROM {2}\n) AS x",
                                 key, column, id.of_user ? users_ : events_);
  auto [more, tables] = through_lookups(list.lookups, "m");
  if (more.empty()) return body;
  return "SELECT m.*" + more + "\nFROM (\n" + body + "\n) AS m" + tables;
}

std::vector<NamedQuery> Question::tables() {
  std::map<std::string, std::set<std::string>> wanted;  // of lookup tables
  auto want = [&](const std::vector<LookupJoin>& joins) {
    for (const LookupJoin& join : joins) wanted[join.lookup].insert(join.column);
  };
  want(event_lookups_);
  want(user_lookups_);
  for (const auto& [id, list] : lists_) want(list.lookups);

  std::vector<NamedQuery> sources, out;
  std::string rows = fresh("rows_read");
  NamedQuery read{rows, "the rows before the report's as_of, one an id, times in UTC", "", false};
  read.body = rows_body(sources);
  out.push_back(std::move(read));
  for (const auto& [lookup, columns] : wanted) {
    lookups_[lookup] = fresh("lookup_" + lookup);
    out.push_back(
        {lookups_[lookup], "lookup table " + lookup, lookup_body(lookup, columns), false});
  }
  if (uses_users_) out.push_back({users_, "what is known of users", users_body(), false});
  out.push_back({events_, needs_order_ ? "events, numbered in their order" : "events",
                 events_body(rows), true});
  if (uses_people_) out.push_back({people_, "", people_body(), false});
  for (const auto& [id, list] : lists_)
    out.push_back({list.relation, "the elements of " + id.name, list_body(id, list), true});

  std::vector<NamedQuery> all;
  for (const auto& [zone, name] : clocks_) {
    all.push_back({name,
                   "clock times of " + zone +
                       " become UTC: from this local time on, less the "
                       "offset",
                   clock_body(zone), false});
  }
  for (std::vector<NamedQuery>* group : {&sources, &out}) {
    for (NamedQuery& query : *group) all.push_back(std::move(query));
  }
  return all;
}

}  // namespace starling::sql
