// Exact percentiles: every value is kept beside its cell, put in order of cells once, and selected
// from at the end. Memory: 12 bytes a matching value.
#pragma GCC optimize("O3")
#include "engine/kernel/aggregate.h"
#include "engine/kernel/cells.h"
#include "engine/kernel/kernel.h"
#include "engine/kernel/number.h"

namespace starling::engine::kernel {
namespace {

template <class Value>
class PercentileKernel : public Kernel {
 public:
  PercentileKernel(const Shape& shape, double p)
      : intervals_(shape.intervals), slots_(shape.slots()), scale_(shape.scale), p_(p) {}

  void add(const View& entries, size_t segment_count) override {
    segment_count_ = std::max(segment_count_, segment_count);
    const Value* values = values_of<Value>(entries);
    for (size_t i = 0; i < entries.size; ++i) {
      if (!entries.has[i]) continue;
      cells_.push_back(static_cast<uint32_t>(entries.segment[i] * slots_ + entries.slot[i]));
      values_.push_back(values[i]);
    }
  }

  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override {
    const auto& theirs = static_cast<const PercentileKernel&>(other);
    segment_count_ = std::max(segment_count_, segment_count);
    values_.insert(values_.end(), theirs.values_.begin(), theirs.values_.end());
    for (uint32_t cell : theirs.cells_) {
      cells_.push_back(static_cast<uint32_t>(segments[cell / slots_] * slots_ + cell % slots_));
    }
  }

  // Sorts by cell (a counting sort): the values of a segment, and of each of its cells, stand
  // together.
  void prepare() override {
    starts_.assign(segment_count_ * slots_ + 2, 0);
    for (uint32_t cell : cells_) ++starts_[cell + 2];
    for (size_t i = 2; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    std::vector<Value> sorted(values_.size());
    for (size_t i = 0; i < values_.size(); ++i) sorted[starts_[cells_[i] + 1]++] = values_[i];
    values_ = std::move(sorted);
    cells_ = {};
  }

  uint64_t kept_bytes() const override {
    return values_.size() * (sizeof(Value) + sizeof(uint32_t));
  }

  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    size_t first = segment * slots_;
    bool known = segment < segment_count_;
    for (size_t i = 0; i < intervals_; ++i)
      values.push_back(known ? of_cells(first + i, first + i + 1) : Number());
    overall = known ? of_cells(first, first + slots_) : Number();
  }

 private:
  Number of_cells(size_t first, size_t last) const {
    std::vector<Value> own(values_.begin() + static_cast<ptrdiff_t>(starts_[first]),
                           values_.begin() + static_cast<ptrdiff_t>(starts_[last]));
    if constexpr (std::is_same_v<Value, double>) {
      return percentile(own, p_);
    } else {
      return percentile(own, scale_, p_);
    }
  }

  size_t intervals_, slots_;
  uint8_t scale_;
  double p_;
  size_t segment_count_ = 0;
  std::vector<uint32_t> cells_;
  std::vector<Value> values_;
  std::vector<uint64_t> starts_;  // by cell, after prepare(): where its values start
};

}  // namespace

std::unique_ptr<Kernel> make_percentile_kernel(const Shape& shape, double p) {
  if (shape.floats) return std::make_unique<PercentileKernel<double>>(shape, p);
  return std::make_unique<PercentileKernel<int64_t>>(shape, p);
}

}  // namespace starling::engine::kernel
