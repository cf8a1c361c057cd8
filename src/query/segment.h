// Segments: where an event falls on each breakdown of a report (reports.md §8.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "event/value.h"

namespace starling::query {

// One coordinate of a segment. kOther and kDropOff are nodes of flows.
struct Special {
  enum class Kind : uint8_t {
    kNotSet,
    kEmptyString,
    kNonNumeric,
    kRemaining,
    kOther,
    kDropOff
  } kind;
  friend auto operator<=>(const Special&, const Special&) = default;
};
struct Bucket {
  std::optional<base::Decimal> low, high;  // low included, high excluded; absent = open
};
struct InCohort {
  std::string name;
  bool in;
};
struct Coordinate {
  std::variant<event::Value, Special, Bucket, InCohort> data;
};
// One coordinate a breakdown; empty = the row over all segments.
using Segment = std::vector<Coordinate>;

// Total order used for ties (§8.8): numbers, booleans, strings by bytes, buckets by lower bound,
// cohorts, specials.
int compare(const Coordinate& a, const Coordinate& b);
bool segment_less(const Segment& a, const Segment& b);

}  // namespace starling::query
