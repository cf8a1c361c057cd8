// Which of many adjoining intervals holds an instant, without a search.
//
// The stretch of time is cut into equal slots of a power of two milliseconds; a table says in which
// interval each slot begins. A lookup is one table read and, where a boundary lies inside the slot,
// a step forward.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace starling::engine::native {

class TimeIndex {
 public:
  TimeIndex() = default;
  // Interval i is [boundaries[i], boundaries[i + 1]). REQUIRES: ascending, at least two, first <
  // last; equal neighbours are an empty interval.
  explicit TimeIndex(std::vector<int64_t> boundaries);

  size_t size() const { return boundaries_.empty() ? 0 : boundaries_.size() - 1; }
  int64_t begin() const { return boundaries_.front(); }
  int64_t end() const { return boundaries_.back(); }
  int64_t boundary(size_t i) const { return boundaries_[i]; }

  // REQUIRES: begin() <= time < end().
  uint32_t find(int64_t time) const {
    uint32_t interval = slots_[static_cast<uint64_t>(time - boundaries_.front()) >> shift_];
    interval += time >= boundaries_[interval + 1] ? 1 : 0;
    if (one_step_) return interval;
    while (time >= boundaries_[interval + 1]) ++interval;
    return interval;
  }

 private:
  std::vector<int64_t> boundaries_;
  std::vector<uint32_t> slots_;
  int shift_ = 0;
  bool one_step_ = true;  // no slot holds two boundaries
};

// The local days of a zone that hold [first_ms, last_ms].
class LocalDays {
 public:
  LocalDays(const base::TimeZone& zone, int64_t first_ms, int64_t last_ms);

  const TimeIndex& index() const { return index_; }
  size_t size() const { return index_.size(); }
  base::Date date(uint32_t day) const { return {first_.days + static_cast<int32_t>(day)}; }
  int64_t end() const { return index_.end(); }  // ms, exclusive
  // REQUIRES: first_ms <= time <= last_ms.
  uint32_t find(int64_t time) const { return index_.find(time); }
  // 0..23, by the local clock.
  uint32_t hour(int64_t time) const {
    uint32_t day = index_.find(time);
    if (even_[day]) return static_cast<uint32_t>((time - index_.boundary(day)) / base::kHourMs);
    return static_cast<uint32_t>(zone_.to_local({time}).ms_of_day / base::kHourMs);
  }

 private:
  base::TimeZone zone_;
  base::Date first_;
  TimeIndex index_;
  std::vector<uint8_t> even_;  // the day starts at midnight and has one offset throughout
};

}  // namespace starling::engine::native
