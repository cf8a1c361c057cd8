// The join that is written, for `items` of orders:
//
//   LEFT JOIN (
//     SELECT order_items.order_id AS on_1, list of struct_pack(sku := …) AS objects
//     FROM order_items LEFT JOIN products AS product ON …
//     WHERE order_items.order_id IS NOT NULL [AND order_items.order_id IN (SELECT order_id FROM
//     orders WHERE …)] GROUP BY order_items.order_id
//   ) AS items ON items.on_1 = orders.order_id
//
// When a join of the child is as-of, the facts' times join in and group, too: an object shows what
// held when its event happened.
#include "model/list_property.h"

#include <fmt/format.h>

#include <algorithm>

namespace starling::model {
namespace {

using event::Member;
using event::PropertyType;
using event::Type;

struct Members {
  PropertyType type{Type::kObjects};
  std::vector<uint8_t> zoned;
  std::vector<std::pair<std::string, std::string>> sql;  // quoted name, expression
};

std::optional<Members> compile_members(Scope& child, const ListSource& list, const Place& place) {
  struct Compiled {
    Member member;
    uint8_t zoned;
    std::string sql;
  };
  std::vector<Compiled> members;
  bool complete = true;
  for (const PropertySource& property : list.properties) {
    Place here = place.field("properties." + property.name, property.line);
    std::optional<Expression> value = child.property(property, here);
    complete = complete && value.has_value();
    if (!value) continue;
    if (value->info.type->is_list()) {
      child.workshop().problem(here.path, here.line,
                               "a list cannot be a member of an object; members are plain values");
      complete = false;
      continue;
    }
    members.push_back({{property.name, *value->info.type}, value->info.zoned, value->sql});
  }
  if (!complete || members.empty()) return std::nullopt;
  std::sort(members.begin(), members.end(),
            [](auto& a, auto& b) { return a.member.name < b.member.name; });
  Members out;
  for (Compiled& member : members) {
    out.sql.emplace_back(child.workshop().warehouse.quote(member.member.name), member.sql);
    out.type.members.push_back(std::move(member.member));
    out.zoned.push_back(member.zoned);
  }
  return out;
}

// The columns that tie a child row to its fact, on both sides.
struct Keys {
  std::vector<std::string> child, fact;
  std::vector<Expression> facts;  // the same as `fact`
};

std::optional<Keys> compile_keys(Scope& facts, Scope& child, const ListSource& list,
                                 const Place& place) {
  Keys keys;
  Place here = place.field("on");
  for (const auto& [other, own] : list.on) {
    std::optional<Expression> of_child = child.column(other, here);
    std::optional<Expression> of_fact = facts.column(own, here);
    if (!of_child || !of_fact) continue;
    if (!comparable(*of_child->info.type, *of_fact->info.type)) {
      facts.workshop().problem(
          here.path, here.line,
          fmt::format("{} \"{}\" is {} and {} \"{}\" is {}: they cannot be compared",
                      child.relation_name(), other, of_child->info.native_type,
                      facts.relation_name(), own, of_fact->info.native_type));
      continue;
    }
    keys.child.push_back(of_child->sql);
    keys.fact.push_back(of_fact->sql);
    keys.facts.push_back(*of_fact);
  }
  if (keys.child.empty() || keys.child.size() != list.on.size()) return std::nullopt;
  return keys;
}

// "a AS on_1, b AS on_2".
std::string key_columns(const std::vector<std::string>& keys) {
  std::string sql;
  for (size_t i = 0; i < keys.size(); ++i)
    sql += fmt::format("{}{} AS on_{}", i > 0 ? ", " : "", keys[i], i + 1);
  return sql;
}

std::string equal_keys(const std::string& alias, const std::vector<std::string>& keys) {
  std::string sql;
  for (size_t i = 0; i < keys.size(); ++i) {
    sql += fmt::format("{}{}.on_{} = {}", i > 0 ? " AND " : "", alias, i + 1, keys[i]);
  }
  return sql;
}

// Lines moved to the right, those inside quotes left as they are.
std::string indented(const std::string& sql) {
  std::string out = "  ";
  char quote = 0;
  for (char c : sql) {
    out += c;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    if (c == '\n' && quote == 0) out += "  ";
  }
  return out;
}

// As-of joins of the child look at the time of the fact a row belongs to: the facts' keys and times
// join in.
Expression add_fact_times(Scope& facts, Scope& child, const Keys& keys, const Expression& time) {
  std::vector<Expression> needed = keys.facts;
  needed.push_back(time);
  child.add_join_sql({fmt::format("JOIN (SELECT DISTINCT {}, {} AS on_time {}) AS fact_times ON {}",
                                  key_columns(keys.fact), time.sql, facts.from_for(needed),
                                  equal_keys("fact_times", keys.child)),
                      "", ""});
  return {"fact_times.on_time", time.info, true};
}

// The grouped child as a join of the facts. `fact_time` is empty unless the list depends on the
// fact's time.
Scope::JoinSql join_sql(const Scope& facts, const Scope& child, const Keys& keys,
                        const std::string& objects, const std::string& alias,
                        const std::string& fact_time) {
  bool timed = !fact_time.empty();
  std::string group =
      fmt::format("{}{}", fmt::join(keys.child, ", "), timed ? ", fact_times.on_time" : "");
  std::string not_null;
  for (const std::string& key : keys.child)
    not_null += (not_null.empty() ? "" : " AND ") + key + " IS NOT NULL";
  std::string select =
      fmt::format("SELECT\n  {}{},\n  {} AS objects\n{}\nWHERE {}", key_columns(keys.child),
                  timed ? ", fact_times.on_time AS on_time" : "", objects, child.from(), not_null);
  Scope::JoinSql join;
  join.before = "LEFT JOIN (\n" + indented(select);
  bool of_join = std::any_of(keys.facts.begin(), keys.facts.end(),
                             [](const Expression& key) { return key.of_join; });
  if (!of_join) {
    join.restriction =
        fmt::format("\n    AND ({}) IN (SELECT {} {} WHERE ", fmt::join(keys.child, ", "),
                    fmt::join(keys.fact, ", "), facts.from_own_table());
  }
  join.after =
      fmt::format("\n  GROUP BY {}\n) AS {} ON {}", group, alias, equal_keys(alias, keys.fact));
  if (timed) join.after += fmt::format(" AND {}.on_time = {}", alias, fact_time);
  return join;
}

}  // namespace

std::optional<Expression> list_property(Scope& facts, const std::string& name,
                                        const ListSource& list,
                                        const std::optional<Expression>& time, const Place& place,
                                        std::vector<Select::FanoutCheck>& checks) {
  Workshop& workshop = facts.workshop();
  std::optional<Scope> child =
      Scope::create(workshop, list.relation, list.joins, place.field("list"));
  if (!child) return std::nullopt;
  std::optional<Keys> keys = compile_keys(facts, *child, list, place);
  bool as_of = std::any_of(list.joins.begin(), list.joins.end(),
                           [](const Join& j) { return !j.valid_from.empty(); });
  bool timed = as_of && time && keys;
  child->add_joins(list.joins, timed ? add_fact_times(facts, *child, *keys, *time) : time, place);
  std::optional<Members> members = compile_members(*child, list, place);
  std::vector<std::string> order;
  for (const std::string& column : list.order_by) {
    if (std::optional<Expression> value = child->column(column, place.field("order_by")))
      order.push_back(value->sql);
  }
  if (!keys || !members) return std::nullopt;
  if (!workshop.dialect.has_lists()) {
    workshop.problem(place.path, place.line,
                     "lists of objects cannot be made by this database; DuckDB, PostgreSQL, "
                     "ClickHouse and MariaDB can");
    return std::nullopt;
  }

  std::string alias = name;
  while (facts.takes_alias(alias)) alias += "_list";
  alias = workshop.warehouse.quote(alias);
  std::string objects = workshop.dialect.object_list(members->sql, order);
  facts.add_join_sql(join_sql(facts, *child, *keys, objects, alias, timed ? time->sql : ""));
  for (const Select::FanoutCheck& check : child->fanout_checks()) checks.push_back(check);
  return Expression{
      alias + ".objects", {name, "list of objects", members->type, false, members->zoned}, true};
}

}  // namespace starling::model
