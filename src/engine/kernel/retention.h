// Who comes back in which bucket (docs/semantics/retention.md).
//
// A member is a user in one birth interval. What a member's returns say is one or few buckets (the
// last, the first, each, or how long a streak), and that is counted in a histogram by bucket; the
// cells of the report are running sums of it. Memory: 8 bytes (24 with a sum) a segment, birth
// interval and bucket, for each thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/answer.h"
#include "engine/kernel/cells.h"
#include "engine/kernel/entries.h"
#include "engine/kernel/number.h"
#include "query/query.h"

namespace starling::engine::kernel {

// How returns fall into buckets. Bucket k is [starts[k], starts[k + 1]) in units after the birth
// (rolling) or after the birth interval (calendar).
struct Buckets {
  std::vector<int64_t> starts;
  int64_t unit_ms = 0;  // rolling

  int count() const { return static_cast<int>(starts.size()) - 1; }
  // The bucket `units` whole units after the birth; -1 before the first, count() after the last.
  int find(int64_t units) const {
    if (units < 0) return -1;
    if (units >= static_cast<int64_t>(by_unit.size())) return count();
    return by_unit[static_cast<size_t>(units)];
  }
  // Fills the table that find() reads; call once.
  void index();

  std::vector<int> by_unit;
};

// A row that counts as a return.
struct Return {
  int64_t time = 0;
  uint64_t order_key = 0;
  uint32_t rank = 0;
  uint32_t calendar_unit = 0;  // which calendar unit holds it
  uint32_t segment = 0;        // where returns split
  bool has = false;
  int64_t digits = 0;
  double floats = 0;
};

// One member.
struct Member {
  uint32_t interval = 0;
  int64_t time = 0;
  uint64_t order_key = 0;
  uint32_t rank = 0;
};

class RetentionKernel {
 public:
  struct Options {
    Buckets buckets;
    bool calendar = false;
    query::Retention::Criterion criterion = query::Retention::Criterion::kOnOrAfter;
    bool birth_counts = false;
    bool sums = false, floats = false;
    uint8_t scale = 0;
    size_t intervals = 0;
  };
  // What the returns of one member in one segment amount to.
  struct Outcome {
    bool any = false;                            // some row counts as a return
    std::vector<int> marks;                      // places in the histogram
    std::vector<std::pair<int, size_t>> summed;  // bucket and index into the returns
  };

  explicit RetentionKernel(const Options& options);

  // REQUIRES: returns in order (time, order key, rank).
  void judge(const Member& member, std::span<const Return> returns, Outcome& out) const;

  // Whether the member is retained in a bucket.
  bool is_retained(const Outcome& outcome, int bucket) const;

  // Counts an outcome in a segment's cells.
  void add(uint32_t segment, const Member& member, std::span<const Return> returns,
           const Outcome& outcome);
  void merge(const RetentionKernel& other, std::span<const uint32_t> segments,
             size_t segment_count);

  uint64_t returned(uint32_t segment) const {
    return segment < returned_.size() ? returned_[segment] : 0;
  }
  // Users and value of every bucket, for a cohort of `size` members.
  std::vector<RetentionCell> cells(uint32_t segment, size_t interval, uint64_t size,
                                   bool average) const;

 private:
  size_t column(size_t interval, int bucket) const {
    return interval * width_ + static_cast<size_t>(bucket);
  }
  template <class Value>
  void fill_values(const Cells<SumOf<Value>>& sums, uint32_t segment, size_t interval,
                   uint64_t size, bool average, std::vector<RetentionCell>& cells) const;
  void grow(size_t segments);

  Options options_;
  size_t width_;  // buckets and one for what comes after the last
  Cells<uint64_t> marks_;
  Cells<SumOf<int64_t>> digits_;
  Cells<SumOf<double>> floats_;
  std::vector<uint64_t> returned_;  // members with a return, by segment
};

}  // namespace starling::engine::kernel
