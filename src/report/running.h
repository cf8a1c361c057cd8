// Rolling means and cumulative sums along the intervals of a row (§8.12).
#pragma once

#include <vector>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

// values[i] becomes the mean of the non-null ones among values[i - n + 1 .. i], or null when there
// is none.
std::vector<engine::Number> rolling_means(const std::vector<engine::Number>& values, size_t n);

// values[i] becomes the sum of the non-null ones among values[0 .. i]; null until there is one.
std::vector<engine::Number> running_sums(const std::vector<engine::Number>& values);

// The same question over whole calendar intervals, with `count` further ones before the first.
// REQUIRES: a unit.
query::Query with_look_back(query::Query query, size_t count);

}  // namespace starling::report
