// Event selectors (reports.md §1).
#pragma once

#include <optional>

#include "query/bind/filter.h"

namespace starling::query {

// Reads the keys event, where and first_time. `report_where` is the report's own, already bound.
std::optional<Selector> bind_selector(Scope& scope, Fields& fields,
                                      const std::optional<Filter>& report_where);

// Puts the names that a key like `event` or `did` holds into the selector; false after a problem.
bool bind_events(Scope& scope, const Place& at, Selector& selector);

}  // namespace starling::query
