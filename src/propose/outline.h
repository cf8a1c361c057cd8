// From what was measured to what is proposed: which tables are facts, lines of facts, users and
// lookups, and what each brings. Plain data in the model's own terms.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "propose/survey.h"

namespace starling::propose {

// A property and what it is made of: a column or alias.column, or else an SQL expression.
struct PropertyOutline {
  std::string name;
  std::string column;
  std::string sql;
};

struct JoinOutline {
  std::string alias, table;
  std::string other, own;            // columns of the joined table and of the own one
  std::string valid_from, valid_to;  // "" = a plain join
};

// The lines of a fact.
struct ListOutline {
  std::string name, table;
  std::string other, own;
  std::string order_by;
  std::vector<JoinOutline> joins;
  std::vector<PropertyOutline> properties;
  std::string evidence;
};

struct EventOutline {
  std::string event;
  std::string event_column;  // of a table of many events; then `event` is ""
  std::string table, time, user;
  bool time_may_be_missing = false;  // an event of an accumulating fact: only rows that have it
  std::vector<std::string> id;
  std::vector<JoinOutline> joins;
  std::vector<PropertyOutline> properties;
  std::vector<ListOutline> lists;
  std::vector<std::string> evidence;
};

struct UsersOutline {
  std::string table, user;
  std::vector<PropertyOutline> properties;
  std::vector<std::string> evidence;
};

struct LookupOutline {
  std::string lookup, table, key;
  std::string on_property;  // "store_id", "items.product_id", or
  std::string on_user;
  std::string evidence;
};

struct Outline {
  std::vector<EventOutline> events;
  std::optional<UsersOutline> users;
  std::vector<LookupOutline> lookups;
  std::vector<std::string> left_out;
};

// Values that metrics need and no column holds: expressions over a table's own columns.
struct ComputedValue {
  std::string table, name, sql;
};

Result<Outline> outline(const Survey& survey, const std::vector<ComputedValue>& computed,
                        source::Source& warehouse);

}  // namespace starling::propose
