// Windows of local dates by age (semantics.md §8.3): age = today - date, in calendar units.
#pragma once

#include <optional>

#include "query/bind/scope.h"

namespace starling::query {

// Both ends inclusive.
struct Dates {
  base::Date first, last;
};

// "30 days": the N dates that end with today; weeks, months and longer: from the day after the same
// day N units ago. Adds a problem when the text is no such span.
std::optional<Dates> bind_last(Scope& scope, const Place& at);

// The keys last, between, from and to of a cohort condition.
Window bind_window(Scope& scope, Fields& fields);

}  // namespace starling::query
