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
#include "query/segment.h"

namespace starling::engine {

using query::Bucket;
using query::compare;
using query::Coordinate;
using query::InCohort;
using query::Segment;
using query::segment_less;
using query::Special;

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

// Counts and times of one step of a funnel, over the attempts that count (reports.md §3).
struct FunnelStep {
  uint64_t count = 0;  // attempts that reached the step
  Number median_seconds,
      average_seconds;  // from the previous step; null on the first and over none
};
struct FunnelSeries {
  Segment segment;
  std::vector<FunnelStep> steps;
  std::vector<std::vector<FunnelStep>>
      trend;  // with a unit: the steps of each interval's own funnel
};
struct FunnelAnswer {
  std::vector<FunnelSeries> series;  // the all row first; segments seen in the trend only count 0
  bool overlap = false;
};

// A flow before its nodes are ranked: every event name has its own node (reports.md §5).
struct FlowNode {
  int anchor = 0;         // which anchor it stands beside, from 0
  int step = 0;           // 0 the anchor, 1.. after it, -1.. before it
  std::string event;      // "" with drop_off
  bool drop_off = false;  // the entry has no event here
  uint64_t count = 0;     // entries
};
struct FlowEdge {
  size_t from = 0, to = 0;  // indexes into nodes
  uint64_t count = 0;
};
struct FlowAnswer {
  std::vector<FlowNode> nodes;  // by anchor, step, event, drop-off last
  std::vector<FlowEdge> edges;  // by from and to
};

struct UserRow {
  std::string id;
  std::vector<event::Value> columns;
};
struct UsersAnswer {
  uint64_t size = 0;
  std::vector<UserRow> users;  // after sort, offset and limit
};

// What was read, for people who ask why (`starling query --explain`). Engines may leave it empty.
struct Work {
  struct Stage {
    std::string name;  // "cohorts", "count", "merge"
    int64_t microseconds = 0;
  };
  uint64_t parts = 0;  // tables of events that were looked into
  std::vector<std::string>
      columns;  // sorted, once each: "order submitted.order_total", "user.plan"
  std::vector<Stage> stages;
};

struct Answer {
  // The kind of the query's report; UsersAnswer when the query asks who is in a cell.
  std::variant<InsightsAnswer, FunnelAnswer, RetentionAnswer, FlowAnswer, UsersAnswer> data;
  uint64_t events_scanned = 0;
  Work work;
};

}  // namespace starling::engine
