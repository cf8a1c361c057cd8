// Distinct users in windows of N local days (reports.md §8.11). A user's days with a match are
// bits; walking them in order, each day covers the windows that hold it, and only those beyond what
// earlier days covered are new. New windows are a stretch, so a difference array counts them.
#pragma GCC optimize("O3")
#include <algorithm>
#include <bit>

#include "engine/kernel/cells.h"
#include "engine/kernel/kernel.h"
#include "store/snapshot.h"

namespace starling::engine::kernel {
namespace {

class RollingKernel : public Kernel {
 public:
  explicit RollingKernel(const Shape& shape)
      : intervals_(shape.intervals), changes_(shape.intervals + 2), days_((shape.days + 63) / 64) {
    for (size_t day = 0; day < shape.days; ++day) {
      auto at = static_cast<int64_t>(day);
      auto ends_before = [&](const DayWindow& window) { return window.last < at; };
      auto starts_by = [&](const DayWindow& window) { return window.first <= at; };
      const auto& windows = shape.windows;
      first_.push_back(static_cast<uint32_t>(
          std::partition_point(windows.begin(), windows.end(), ends_before) - windows.begin()));
      past_.push_back(static_cast<uint32_t>(
          std::partition_point(windows.begin(), windows.end(), starts_by) - windows.begin()));
    }
  }

  void add(const View& entries, size_t segment_count) override {
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

  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override {
    changes_.grow(segment_count);
    changes_.merge(static_cast<const RollingKernel&>(other).changes_, segments,
                   [](int64_t& ours, int64_t theirs) { ours += theirs; });
  }

  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    int64_t users = 0;
    auto row = changes_.row(segment);
    for (size_t window = 0; window <= intervals_; ++window) {
      if (!row.empty()) users += row[window];
      Number count = base::Decimal{users, 0};
      if (window < intervals_) {
        values.push_back(count);
      } else {
        overall = count;
      }
    }
  }

 private:
  void flush() {
    for (uint32_t segment : touched_) {
      uint32_t covered = 0;
      for (size_t word = 0; word < days_.width(); ++word) {
        uint64_t& bits = days_.at(segment, word);
        for (; bits != 0; bits &= bits - 1) {
          size_t day = word * 64 + static_cast<size_t>(std::countr_zero(bits));
          uint32_t from = std::max(first_[day], covered);
          if (from >= past_[day]) continue;
          ++changes_.at(segment, from);
          --changes_.at(segment, past_[day]);
          covered = past_[day];
        }
      }
    }
    touched_.clear();
  }

  size_t intervals_;
  std::vector<uint32_t> first_, past_;  // by day: the windows [first, past) hold it
  Cells<int64_t> changes_;              // by window: users in it beyond those in the window before
  Cells<uint64_t> days_;                // bits of the current user; all 0 between users
  std::vector<uint32_t> seen_by_;       // by segment: the last user with a match in it
  std::vector<uint32_t> touched_;       // segments of the current user
};

}  // namespace

std::unique_ptr<Kernel> make_rolling_kernel(const Shape& shape) {
  return std::make_unique<RollingKernel>(shape);
}

}  // namespace starling::engine::kernel
