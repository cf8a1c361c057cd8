// What a measure keeps while entries are counted, and the numbers it ends with. State is one row of
// cells a segment; rows are added chunk by chunk, states of threads are merged in any order, and
// then each segment is finished.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::engine::kernel {

// Columns of entries (entries.h); those the measure does not use may be nullptr.
struct View {
  size_t size = 0;
  const uint32_t* user = nullptr;
  const uint32_t* slot = nullptr;
  const uint32_t* segment = nullptr;
  const int64_t* digits = nullptr;
  const double* floats = nullptr;
  const uint8_t* has = nullptr;
};

// Days [first, last], as slots; empty when first > last.
struct DayWindow {
  int64_t first = 0, last = -1;
};

struct Shape {
  size_t intervals = 0;  // 0: only the whole range is asked for
  bool floats = false;   // values are floats; else digits at `scale`
  uint8_t scale = 0;
  size_t days = 0;  // kRollingUsers: slots are local days, this many
  std::vector<DayWindow>
      windows;  // kRollingUsers: one an interval, then that of the whole range; both ends ascending
  bool whole = false;  // ... but for the last one, which holds all others

  size_t slots() const { return intervals == 0 ? 1 : intervals; }
};

class Kernel {
 public:
  virtual ~Kernel() = default;

  // REQUIRES: segments are below segment_count. Kernels that need users: entries are grouped by
  // user, and a user comes in one call only. Entries without a user add nothing to those.
  virtual void add(const View& entries, size_t segment_count) = 0;
  // Adds another state of the same measure and shape whose segment i is our segments[i].
  virtual void merge(const Kernel& other, std::span<const uint32_t> segments,
                     size_t segment_count) = 0;
  // Called once, after everything was added and merged.
  virtual void prepare() {}
  // Bytes of kept values, which grow with the entries and not with the cells.
  virtual uint64_t kept_bytes() const { return 0; }
  // One value an interval, and that of the whole range. A segment never added to is one without
  // matches.
  virtual void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const = 0;
};

// True for measures that count per user: their entries must be grouped.
bool needs_users(const query::Measure& measure);

std::unique_ptr<Kernel> make_kernel(const query::Measure& measure, const Shape& shape);

// The kinds, one a file.
std::unique_ptr<Kernel> make_count_kernel(const Shape& shape);
std::unique_ptr<Kernel> make_users_kernel(
    const Shape& shape);  // distinct neighbours in the user column
std::unique_ptr<Kernel> make_rolling_kernel(const Shape& shape);
std::unique_ptr<Kernel> make_sum_kernel(const Shape& shape, bool average);
std::unique_ptr<Kernel> make_extreme_kernel(const Shape& shape, bool maximum);
std::unique_ptr<Kernel> make_percentile_kernel(const Shape& shape, double p);
std::unique_ptr<Kernel> make_distinct_kernel(const Shape& shape);
std::unique_ptr<Kernel> make_per_user_kernel(const Shape& shape, const query::Measure& measure);

}  // namespace starling::engine::kernel
