// Measures of insights (reports.md §2).
#pragma once

#include <optional>

#include "query/bind/reference.h"

namespace starling::query {

std::optional<Measure> bind_measure(Scope& scope, const Place& at);

// Checks that sums and their kin get numbers, and that a list of objects is not counted as a value.
bool can_aggregate(Scope& scope, const Place& at, Aggregate aggregate, const Reference& reference);

// `total`, {sum: P}, {avg: P} or {distinct: P}: what a cohort condition compares.
std::optional<Measure> bind_condition_measure(Scope& scope, const Place& at);

}  // namespace starling::query
