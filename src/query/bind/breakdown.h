// Breakdowns and their options (reports.md §1).
#pragma once

#include "query/bind/scope.h"

namespace starling::query {

// `with_at`: whether `at: born | returned` is a key (retention).
std::vector<Breakdown> bind_breakdowns(Scope& scope, const Place& at, bool with_at);

}  // namespace starling::query
