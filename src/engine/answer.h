// What an engine gives back: exact numbers by segment, before formulas, ranking and JSON (report/
// does those).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "event/value.h"

namespace starling::engine {

// One coordinate of a segment (reports.md §8.6).
struct Special {
  enum class Kind : uint8_t { kNotSet, kEmptyString, kNonNumeric, kRemaining } kind;
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

// null, an exact number (counts, integers, decimals), or a float (averages, percentiles, ratios,
// float sums).
using Number = std::variant<std::monostate, base::Decimal, double>;

bool is_null(const Number& value);
double to_double(const Number& value);  // REQUIRES: not null
// Compares by value; null is less than everything.
int compare_numbers(const Number& a, const Number& b);

struct Series {
  Segment segment;
  std::vector<Number> values;  // one an interval
  Number overall;
};

// One operand's rows: the all row first, then every segment in which a matching event (element)
// falls, in any order.
struct OperandAnswer {
  std::vector<Series> series;
  bool overlap = false;  // an event-level measure split by a list member
};

struct InsightsAnswer {
  std::vector<OperandAnswer> operands;
};

struct RetentionCell {
  uint64_t users = 0;
  Number value;  // sum or average
  bool complete = false;
};
struct RetentionCohort {
  size_t interval = 0;  // index into the birth intervals
  uint64_t size = 0;
  std::vector<std::optional<RetentionCell>> cells;  // nothing: the bucket has not begun
};
struct RetentionSeries {
  Segment segment;
  std::vector<RetentionCohort> cohorts;  // by interval; intervals with nobody are absent
  uint64_t ranked_by = 0;                // users born (`at: returned`: users returned)
};
struct RetentionAnswer {
  std::vector<RetentionSeries> series;  // the all row first
  bool overlap = false;
};

struct UserRow {
  std::string id;
  std::vector<event::Value> columns;
};
struct UsersAnswer {
  uint64_t size = 0;
  std::vector<UserRow> users;  // after sort, offset and limit
};

struct Answer {
  std::variant<InsightsAnswer, RetentionAnswer, UsersAnswer> data;
  uint64_t events_scanned = 0;
};

}  // namespace starling::engine
