// Insights counted: what the engine answered, ready to be asked for any row.
#pragma once

#include <atomic>
#include <map>
#include <vector>

#include "base/result.h"
#include "engine/backend.h"
#include "query/query.h"

namespace starling::report {

using base::Result;

struct SegmentLess {
  bool operator()(const engine::Segment& a, const engine::Segment& b) const {
    return engine::segment_less(a, b);
  }
};

struct Row {
  engine::Segment segment;
  std::vector<engine::Number> values;  // one an interval
  engine::Number overall;
};

// The rows of a bound insights report over its range, and over the whole intervals from before the
// range where a metric is a rolling mean (§8.12).
class Counts {
 public:
  static Result<Counts> count(query::Query query, const engine::Backend& backend,
                              const std::atomic<bool>* cancelled);

  const query::Query& query() const { return query_; }
  uint64_t events_scanned() const { return events_scanned_; }
  bool overlap() const { return overlap_; }
  const engine::Work& work() const { return work_; }

  // Every segment the metric has a row for, the one over all segments first.
  std::vector<engine::Segment> segments(const query::Metric& metric) const;
  // The metric's row; a segment the metric does not have is 0 for what adds up, else null (§8.14).
  Row row(const query::Metric& metric, const engine::Segment& segment) const;

 private:
  // One answer, by operand and segment.
  struct Table {
    size_t interval_count = 0;
    std::vector<std::map<engine::Segment, engine::Series, SegmentLess>> operands;
  };

  const query::Insights& insights() const { return std::get<query::Insights>(query_.report); }
  Table tabulate(const query::Query& query, engine::Answer answer);
  Row plain_row(const Table& table, const query::Metric& metric,
                const engine::Segment& segment) const;
  engine::Series series(const Table& table, int operand, const engine::Segment& segment) const;

  query::Query query_;
  Table range_;
  Table whole_;  // over whole intervals, `look_back_` of them before the range; empty without
                 // rolling means
  size_t look_back_ = 0;
  uint64_t events_scanned_ = 0;
  bool overlap_ = false;
  engine::Work work_;  // of the range
};

}  // namespace starling::report
