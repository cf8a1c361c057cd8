// Two-stage measures (reports.md §2, §8.13): a number a user, then an aggregate over the users with
// a match. A user's cells are filled while the user's entries come by and handed to the outer
// aggregate when the next user begins. Memory: percentiles keep 24 bytes a user and cell with a
// match.
#pragma GCC optimize("O3")
#include <algorithm>

#include "base/result.h"
#include "engine/kernel/aggregate.h"
#include "engine/kernel/cells.h"
#include "engine/kernel/kernel.h"
#include "engine/kernel/number.h"
#include "store/snapshot.h"

namespace starling::engine::kernel {
namespace {

using query::Aggregate;

// Value is what is summed inside: counts and digits, or floats.
template <class Value>
class PerUserKernel : public Kernel {
 public:
  using Total = typename SumOf<Value>::Total;

  PerUserKernel(const Shape& shape, const query::Measure& measure)
      : intervals_(shape.intervals),
        scale_(shape.scale),
        counts_(!measure.property),
        outer_(measure.aggregate),
        p_(measure.percentile),
        inner_(shape.intervals + 1),
        cells_(shape.intervals + 1) {
    CHECK(outer_ != Aggregate::kDistinct);
  }

  void add(const View& entries, size_t segment_count) override {
    inner_.grow(segment_count);
    cells_.grow(segment_count);
    uint32_t current = store::kNoUser;
    for (size_t i = 0; i < entries.size; ++i) {
      uint32_t user = entries.user[i];
      if (user == store::kNoUser) continue;
      if (user != current) {
        flush();
        current = user;
      }
      Value value = 0;
      if constexpr (std::is_same_v<Value, double>) {
        if (entries.has[i]) value = entries.floats[i];
      } else {
        value = counts_ ? 1 : entries.has[i] ? entries.digits[i] : 0;
      }
      size_t row = entries.segment[i] * cells_.width();
      put(row + intervals_, value);
      if (intervals_ > 0) put(row + entries.slot[i], value);
    }
    flush();
  }

  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override {
    const auto& theirs = static_cast<const PerUserKernel&>(other);
    cells_.grow(segment_count);
    cells_.merge(theirs.cells_, segments,
                 [this](Outer& ours, const Outer& from) { merge_cell(ours, from); });
    size_t width = cells_.width();
    for (auto [cell, total] : theirs.kept_)
      kept_.push_back({segments[cell / width] * width + cell % width, total});
  }

  void prepare() override {
    std::sort(kept_.begin(), kept_.end(),
              [](const Kept& a, const Kept& b) { return a.cell < b.cell; });
  }

  uint64_t kept_bytes() const override { return kept_.size() * sizeof(Kept); }

  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    size_t row = segment * cells_.width();
    bool known = segment < cells_.rows();
    for (size_t i = 0; i < intervals_; ++i) values.push_back(known ? number_of(row + i) : Number());
    overall = known ? number_of(row + intervals_) : Number();
  }

 private:
  struct Inner {
    SumOf<Value> sum;
    bool any = false;
  };
  struct Outer {
    SumOf<Value> sum;
    uint64_t users = 0;
    Total best = 0;
  };
  struct Kept {
    size_t cell;
    Total total;
  };

  void put(size_t cell, Value value) {
    Inner& inner = inner_.data()[cell];
    if (!inner.any) {
      inner.any = true;
      touched_.push_back(cell);
    }
    inner.sum.add(value);
  }

  void flush() {
    for (size_t cell : touched_) {
      Inner& inner = inner_.data()[cell];
      Total total = inner.sum.total();
      take(cells_.data()[cell], total);
      if (outer_ == Aggregate::kPercentile) kept_.push_back({cell, total});
      inner = Inner{};
    }
    touched_.clear();
  }

  void take(Outer& cell, Total total) const {
    cell.sum.add_wide(total);
    bool better =
        cell.users == 0 || (outer_ == Aggregate::kMaximum ? total > cell.best : total < cell.best);
    if (better) cell.best = total;
    ++cell.users;
  }

  void merge_cell(Outer& ours, const Outer& theirs) const {
    if (theirs.users == 0) return;
    bool better = ours.users == 0 || (outer_ == Aggregate::kMaximum ? theirs.best > ours.best
                                                                    : theirs.best < ours.best);
    if (better) ours.best = theirs.best;
    ours.sum.merge(theirs.sum);
    ours.users += theirs.users;
  }

  Number number_of(size_t cell) const {
    const Outer& outer = cells_.row(cell / cells_.width())[cell % cells_.width()];
    if (outer.users == 0 && outer_ != Aggregate::kSum) return {};
    switch (outer_) {
      case Aggregate::kSum:
        return sum_number(outer.sum, outer.users, scale_);
      case Aggregate::kAverage:
        return average_number(outer.sum, outer.users, scale_);
      case Aggregate::kMinimum:
      case Aggregate::kMaximum:
        return plain_number(outer.best, scale_);
      case Aggregate::kPercentile:
        break;
      case Aggregate::kDistinct:
        CHECK(false);
    }
    auto [first, last] =
        std::equal_range(kept_.begin(), kept_.end(), Kept{cell, 0},
                         [](const Kept& a, const Kept& b) { return a.cell < b.cell; });
    return percentile_of(first, last);
  }

  // Sums of one user rarely leave 64 bits; those that do take the slow way.
  template <class At>
  Number percentile_of(At first, At last) const {
    if constexpr (std::is_same_v<Value, double>) {
      std::vector<double> values;
      for (At at = first; at != last; ++at) values.push_back(at->total);
      return percentile(values, p_);
    } else {
      bool narrow = std::all_of(first, last, [](const Kept& kept) {
        return kept.total >= INT64_MIN && kept.total <= INT64_MAX;
      });
      if (narrow) {
        std::vector<int64_t> values;
        for (At at = first; at != last; ++at) values.push_back(static_cast<int64_t>(at->total));
        return percentile(values, scale_, p_);
      }
      std::vector<Number> values;
      for (At at = first; at != last; ++at) values.push_back(base::Decimal{at->total, scale_});
      return percentile(values, p_);
    }
  }

  size_t intervals_;
  uint8_t scale_;
  bool counts_;
  Aggregate outer_;
  double p_;
  Cells<Inner> inner_;           // of the current user; empty between users
  std::vector<size_t> touched_;  // the current user's cells
  Cells<Outer> cells_;
  std::vector<Kept> kept_;  // kPercentile
};

}  // namespace

std::unique_ptr<Kernel> make_per_user_kernel(const Shape& shape, const query::Measure& measure) {
  if (shape.floats) return std::make_unique<PerUserKernel<double>>(shape, measure);
  return std::make_unique<PerUserKernel<int64_t>>(shape, measure);
}

}  // namespace starling::engine::kernel
