// A question on its way to SQL: which columns of the warehouse it needs, under which names, and the
// named queries written so far. Columns are asked for while conditions are written; the queries
// that provide them (events, people, elements of lists, cohorts) are written at the end, in front.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "event/schema.h"
#include "query/query.h"
#include "sql/script.h"
#include "sql/warehouse.h"

namespace starling::sql {

// A list whose elements are looked at.
struct ListId {
  bool of_user = false;
  std::string name;
  friend auto operator<=>(const ListId&, const ListId&) = default;
};

// Which rows an expression is read from.
struct Scope {
  std::string rows = "e";      // the name of a row of events, or of people
  bool is_person = false;      // a row of people: there is no event
  std::optional<ListId> list;  // inside a quantifier: whose element is looked at …
  std::string element;         // … and the name of its row
};

class Question {
 public:
  Question(const query::Query& query, const event::Schema& schema, const Warehouse& warehouse);

  const query::Query& query() const { return query_; }
  // What cannot be said; the first reason counts.
  void refuse(std::string why);
  const std::optional<std::string>& refusal() const { return refusal_; }

  // Rows of events get numbers that grow in the order of a user's events (§8.1); without this they
  // are just different.
  void need_order() { needs_order_ = true; }

  // The names of queries; the first use makes them needed. Elements have a row an element, with
  // the event_id (user_id for lists of users) and the position.
  const std::string& events() const { return events_; }
  std::string people();
  std::string elements(const ListId& list);
  std::string cohort(int index);

  // A name for a query that no table of the warehouse has. REQUIRES: starts with a word that SQL
  // does not keep to itself.
  std::string fresh(const std::string& name);
  void add(NamedQuery query) { queries_.push_back(std::move(query)); }

  // The list a reference looks into, or nothing when it gives one value an event.
  std::optional<ListId> list_of(const query::Reference& reference) const;
  // That of the first test in a filter that has one.
  std::optional<ListId> list_within(const query::Filter& filter) const;

  // The value in a scope; NULL where it is not set. REQUIRES: list_of(reference) is nothing or the
  // scope's list.
  std::string value(const query::Reference& reference, const Scope& scope);
  // Whether an event is one of the selector's by name; "" for any.
  std::string is_named(const query::Selector& selector, const std::string& row);

  // The whole statement.
  std::string finish(const std::string& last);

 private:
  struct Names {  // columns of one query, by what they stand for
    std::map<std::string, std::string> by_key;
    std::set<std::string> taken;  // in small letters: DuckDB's names do not tell case apart
    const std::string& name(const std::string& key, const std::string& wanted);
  };
  struct LookupJoin {
    std::string lookup, column;    // the table's, and which of its columns
    std::string key_column, name;  // the mapped column and the new one, both quoted
    event::PropertyType key_type;
  };
  struct TimeColumn {
    query::TimePart part;
    std::string name;
  };
  struct List {
    std::string relation;
    Names names;
    std::vector<std::pair<std::string, std::string>> members;  // member, column
    std::vector<LookupJoin> lookups;
  };

  std::string event_column(const std::string& property);
  std::string user_column(const std::string& property);
  std::string lookup_column(Names& names, std::vector<LookupJoin>& joins,
                            const query::Reference& reference, const std::string& key_column,
                            const std::string& wanted, const event::PropertyType& key_type);
  std::string element_column(const query::Reference& reference);
  std::string time_column(query::TimePart part);
  const event::PropertyType* event_type(const std::string& property) const;
  const event::PropertyType* user_type(const std::string& property) const;

  // tables.cc: the queries in front.
  std::vector<NamedQuery> tables();
  std::vector<const Select*> event_selects() const;
  std::string rows_of(const Select& select, const std::string& source);
  std::string rows_body(std::vector<NamedQuery>& sources);
  std::string users_body();
  std::string people_body() const;
  std::string lookup_body(const std::string& lookup, const std::set<std::string>& columns);
  std::string events_body(const std::string& rows);
  std::string list_body(const ListId& id, const List& list);
  std::string clock_body(const std::string& zone) const;

  std::string column_value(const std::string& sql, const Column& column);
  std::string event_time(const Select& select, std::string& join);
  std::string instant(const std::string& local_sql, const std::string& zone);
  std::string clock(const std::string& zone);
  std::string time_part(query::TimePart part) const;
  // The columns that lookup tables add to rows, and the joins that bring them.
  std::pair<std::string, std::string> through_lookups(const std::vector<LookupJoin>& joins,
                                                      const std::string& row) const;

  const query::Query& query_;
  const event::Schema& schema_;
  const Warehouse& warehouse_;
  std::optional<std::string> refusal_;
  bool needs_order_ = false;
  bool any_event_ = false;
  std::set<std::string> event_names_;
  std::string words_;  // of all SELECTs, in small letters
  std::set<std::string> taken_;
  std::string events_, users_, people_;
  bool uses_people_ = false, uses_users_ = false;
  Names columns_;  // of events; what is known of users has the same names in people
  std::map<std::string, std::string> event_properties_, user_properties_;  // property -> column
  std::vector<LookupJoin> event_lookups_, user_lookups_;
  std::vector<TimeColumn> time_columns_;
  std::map<ListId, List> lists_;
  std::map<int, std::string> cohorts_;
  std::map<std::string, std::string> clocks_;   // zone -> query
  bool has_local_times_ = false;                // of properties: they may lie anywhere in time
  std::map<std::string, std::string> lookups_;  // table -> query
  std::vector<NamedQuery> queries_;
};

// The type of the value a reference gives: of an element where it looks into a list of plain
// values.
const event::PropertyType& value_type(const query::Reference& reference);

}  // namespace starling::sql
