#include "engine/native/time_index.h"

#include <algorithm>

#include "base/result.h"

namespace starling::engine::native {

TimeIndex::TimeIndex(std::vector<int64_t> boundaries) : boundaries_(std::move(boundaries)) {
  CHECK(boundaries_.size() >= 2 && boundaries_.front() < boundaries_.back());
  // 4 Ki slots of 4 bytes stay in the nearest cache and still cut a year into pieces shorter than
  // days.
  uint64_t slots_wanted = std::max<uint64_t>(4 * 1024, 4 * size());
  auto span =
      static_cast<uint64_t>(boundaries_.back()) - static_cast<uint64_t>(boundaries_.front());
  while ((span >> shift_) > slots_wanted) ++shift_;
  slots_.resize((span >> shift_) + 1);
  uint32_t interval = 0;
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    auto start = static_cast<uint64_t>(slot) << shift_;
    while (interval + 1 < size() &&
           static_cast<uint64_t>(boundaries_[interval + 1] - boundaries_.front()) <= start) {
      ++interval;
    }
    slots_[slot] = interval;
    if (slot > 0 && interval > slots_[slot - 1] + 1) one_step_ = false;
  }
  if (size() > slots_.back() + 2) one_step_ = false;
}

LocalDays::LocalDays(const base::TimeZone& zone, int64_t first_ms, int64_t last_ms)
    : zone_(zone), first_(zone.to_local({first_ms}).date) {
  base::Date last = zone.to_local({last_ms}).date;
  std::vector<int64_t> boundaries;
  for (int32_t day = first_.days; day <= last.days + 1; ++day)
    boundaries.push_back(zone.day_start({day}).value);
  for (size_t i = 0; i + 1 < boundaries.size(); ++i) {
    base::TimeZone::Local start = zone.to_local({boundaries[i]});
    base::TimeZone::Local end = zone.to_local({boundaries[i + 1] - 1});
    even_.push_back(start.ms_of_day == 0 && start.offset_ms == end.offset_ms ? 1 : 0);
  }
  index_ = TimeIndex(std::move(boundaries));
}

}  // namespace starling::engine::native
