#pragma GCC optimize("O3")
#include "engine/kernel/rolling.h"

#include <algorithm>
#include <bit>

#include "store/snapshot.h"

namespace starling::engine::kernel {
namespace {

// bits |= bits << by, over the whole row.
void shift_or(std::vector<uint64_t>& bits, size_t by) {
  size_t words = by / 64, rest = by % 64;
  for (size_t word = bits.size(); word-- > words;) {
    uint64_t moved = bits[word - words] << rest;
    if (rest > 0 && word > words) moved |= bits[word - words - 1] >> (64 - rest);
    bits[word] |= moved;
  }
}

// Whether a bit of [first, last] is set.
bool any_between(std::span<const uint64_t> row, int64_t first, int64_t last) {
  auto from = static_cast<size_t>(std::max<int64_t>(first, 0)),
       to = std::min(static_cast<size_t>(last), row.size() * 64 - 1);
  uint64_t any = 0;
  for (size_t word = from / 64; word <= to / 64; ++word) {
    uint64_t bits = row[word];
    if (word == from / 64) bits &= ~uint64_t{0} << (from % 64);
    if (word == to / 64) bits &= ~uint64_t{0} >> (63 - to % 64);
    any |= bits;
  }
  return any != 0;
}

}  // namespace

RollingKernel::RollingKernel(const Shape& shape)
    : intervals_(shape.intervals),
      whole_(shape.whole),
      changes_(shape.intervals + 3),
      days_((shape.days + 63) / 64),
      length_(common_length(shape)),
      windows_(shape.windows),
      ending_(days_.width()),
      merged_(windows_.size()),
      spread_(days_.width()) {
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

size_t RollingKernel::common_length(const Shape& shape) {
  auto windows = std::span(shape.windows).first(shape.windows.size() - (shape.whole ? 1 : 0));
  if (windows.empty()) return 0;
  auto length = [](const DayWindow& window) { return window.last - window.first + 1; };
  bool common = std::ranges::all_of(windows, [&](const DayWindow& window) {
    return length(window) == length(windows[0]) && window.last >= 0 &&
           window.last < static_cast<int64_t>(shape.days);
  });
  return common && length(windows[0]) > 0 ? static_cast<size_t>(length(windows[0])) : 0;
}

void RollingKernel::add_spread(const UserSlots& users) {
  const DayWindow& range = windows_.back();
  for (size_t user = 0; user < users.users(); ++user) {
    std::span<const uint64_t> row = users.row(user);
    if (whole_) changes_.at(0, intervals_ + 2) += any_between(row, range.first, range.last);
    std::ranges::copy(row, spread_.begin());
    // Doubles the stretch until the next doubling would be too much, then adds what is left.
    for (size_t done = 1; done < length_;) {
      size_t by = std::min(done, length_ - done);
      shift_or(spread_, by);
      done += by;
    }
    ending_.add(spread_.data());
  }
}

int64_t RollingKernel::spread_users(size_t window) const {
  if (length_ == 0 || window == windows_.size() - (whole_ ? 1 : 0)) return 0;
  auto last = static_cast<size_t>(windows_[window].last);
  return merged_[window] + static_cast<int64_t>(ending_.count(last));
}

void RollingKernel::add(const UserSlots& users) {
  changes_.grow(1);
  if (length_ > 0) return add_spread(users);
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
  const auto& theirs = static_cast<const RollingKernel&>(other);
  changes_.grow(segment_count);
  changes_.merge(theirs.changes_, segments, [](int64_t& into, int64_t from) { into += from; });
  for (size_t window = 0; window < merged_.size(); ++window)
    merged_[window] += theirs.spread_users(window);
}

void RollingKernel::finish(uint32_t segment, std::vector<Number>& values, Number& overall) const {
  int64_t users = 0;
  auto row = changes_.row(segment);
  for (size_t window = 0; window <= intervals_; ++window) {
    if (!row.empty()) users += row[window];
    int64_t in_window = users + (segment == 0 ? spread_users(window) : 0);
    if (window == intervals_ && whole_) in_window = row.empty() ? 0 : row[intervals_ + 2];
    (window < intervals_ ? values.emplace_back() : overall) = base::Decimal{in_window, 0};
  }
}

std::unique_ptr<Kernel> make_rolling_kernel(const Shape& shape) {
  return std::make_unique<RollingKernel>(shape);
}

}  // namespace starling::engine::kernel
