#pragma GCC optimize("O3")
#include "engine/kernel/rolling.h"

#include <algorithm>
#include <bit>

#include "store/snapshot.h"

namespace starling::engine::kernel {

RollingKernel::RollingKernel(const Shape& shape)
    : intervals_(shape.intervals),
      whole_(shape.whole),
      changes_(shape.intervals + 3),
      days_((shape.days + 63) / 64) {
  // The window of the whole range is not in the order of the others; who is in any is in it.
  auto windows = std::span(shape.windows).first(shape.windows.size() - (whole_ ? 1 : 0));
  for (size_t day = 0; day < shape.days; ++day) {
    auto at = static_cast<int64_t>(day);
    auto ends_before = [&](const DayWindow& window) { return window.last < at; };
    auto starts_by = [&](const DayWindow& window) { return window.first <= at; };
    first_.push_back(static_cast<uint32_t>(
        std::partition_point(windows.begin(), windows.end(), ends_before) - windows.begin()));
    past_.push_back(static_cast<uint32_t>(
        std::partition_point(windows.begin(), windows.end(), starts_by) - windows.begin()));
  }
}

void RollingKernel::add(const View& entries, size_t segment_count) {
  changes_.grow(segment_count);
  days_.grow(segment_count);
  seen_by_.resize(std::max(seen_by_.size(), segment_count), store::kNoUser);
  uint32_t current = store::kNoUser;
  for (size_t i = 0; i < entries.size; ++i) {
    uint32_t user = entries.user[i], segment = entries.segment[i];
    if (user == store::kNoUser) continue;
    if (user != current) {
      flush();
      current = user;
    }
    if (seen_by_[segment] != user) {
      seen_by_[segment] = user;
      touched_.push_back(segment);
    }
    days_.at(segment, entries.slot[i] / 64) |= uint64_t{1} << (entries.slot[i] % 64);
  }
  flush();
}

void RollingKernel::add(const UserSlots& users) {
  changes_.grow(1);
  for (size_t user = 0; user < users.users(); ++user) {
    uint32_t covered = 0;
    users.for_slots(user, [&](size_t day) { cover(0, day, covered); });
    changes_.at(0, intervals_ + 2) += covered > 0;
  }
}

void RollingKernel::cover(uint32_t segment, size_t day, uint32_t& covered) {
  uint32_t from = std::max(first_[day], covered);
  if (from >= past_[day]) return;
  ++changes_.at(segment, from);
  --changes_.at(segment, past_[day]);
  covered = past_[day];
}

void RollingKernel::flush() {
  for (uint32_t segment : touched_) {
    uint32_t covered = 0;
    for (size_t word = 0; word < days_.width(); ++word) {
      uint64_t& bits = days_.at(segment, word);
      for (; bits != 0; bits &= bits - 1)
        cover(segment, word * 64 + static_cast<size_t>(std::countr_zero(bits)), covered);
    }
    changes_.at(segment, intervals_ + 2) += covered > 0;
  }
  touched_.clear();
}

void RollingKernel::merge(const Kernel& other, std::span<const uint32_t> segments,
                          size_t segment_count) {
  changes_.grow(segment_count);
  changes_.merge(static_cast<const RollingKernel&>(other).changes_, segments,
                 [](int64_t& ours, int64_t theirs) { ours += theirs; });
}

void RollingKernel::finish(uint32_t segment, std::vector<Number>& values, Number& overall) const {
  int64_t users = 0;
  auto row = changes_.row(segment);
  for (size_t window = 0; window <= intervals_; ++window) {
    if (!row.empty()) users += row[window];
    if (window < intervals_) values.emplace_back(base::Decimal{users, 0});
  }
  if (whole_) users = row.empty() ? 0 : row[intervals_ + 2];
  overall = base::Decimal{users, 0};
}

std::unique_ptr<Kernel> make_rolling_kernel(const Shape& shape) {
  return std::make_unique<RollingKernel>(shape);
}

}  // namespace starling::engine::kernel
