// The insights result document (reports.md §2).
#pragma once

#include <optional>
#include <string>

#include "report/count.h"

namespace starling::report {

// `before` is the same report over the range of `compare`, where one is asked for.
std::string shape_insights(const Counts& counts, const std::optional<Counts>& before,
                           int64_t elapsed_ms);

}  // namespace starling::report
