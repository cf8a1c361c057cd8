// What funnels and flows share: lengths of time, how attempts are counted, held properties.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/bind/scope.h"

namespace starling::query {

// "7 days" in ms; months are 30 days. Adds a problem outside [least, 366 days].
std::optional<int64_t> bind_duration(Scope& scope, const Place& at, int64_t least_ms);

// Of a unit the document names; nothing when it names none.
std::optional<base::CalendarUnit> bind_unit(Scope& scope, Fields& fields);

// The key `hold`: properties that have one value an event (§8.27).
std::vector<Reference> bind_hold(Scope& scope, Fields& fields);

// The events a selector names, as the document writes them.
std::vector<std::string> event_names(const Place& selector);

// The items of a list of selectors, without the report's where. One that has problems is left out.
std::vector<Selector> bind_selectors(Scope& scope, const Place& at);

// users, totals or sessions, as Funnel and Flow number them.
template <class Count>
Count bind_count(Scope& scope, Fields& fields) {
  auto at = fields.get("count");
  if (!at) return Count::kUsers;
  auto count = read_choice<Count>(
      *at, scope.problems, "count",
      {{"users", Count::kUsers}, {"totals", Count::kTotals}, {"sessions", Count::kSessions}});
  return count.value_or(Count::kUsers);
}

}  // namespace starling::query
