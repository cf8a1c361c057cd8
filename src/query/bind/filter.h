// Filters (reports.md §1).
#pragma once

#include <optional>

#include "query/bind/reference.h"

namespace starling::query {

// One filter: a test, `any`, `all` or `not`.
std::optional<Filter> bind_filter(Scope& scope, const Place& at, About about = About::kEvents);

// A list of filters that must all hold: `where`. Nothing for an empty list.
std::optional<Filter> bind_where(Scope& scope, const Place& at, About about = About::kEvents);

// A test whose keys stand beside others: {user: P, op, value} in a cohort.
std::optional<Filter> bind_test(Scope& scope, Fields& fields, About about);

}  // namespace starling::query
