// Sums, averages, smallest and largest values. All of them can be put together from the intervals
// for the whole range.
#pragma GCC optimize("O3")
#include <cmath>
#include <type_traits>

#include "engine/kernel/cells.h"
#include "engine/kernel/kernel.h"
#include "engine/kernel/number.h"

namespace starling::engine::kernel {
namespace {

template <class Value>
class SumKernel : public Kernel {
 public:
  SumKernel(const Shape& shape, bool average)
      : intervals_(shape.intervals),
        scale_(shape.scale),
        average_(average),
        cells_(shape.slots()) {}

  void add(const View& entries, size_t segment_count) override {
    cells_.grow(segment_count);
    Cell* cells = cells_.data();
    size_t width = cells_.width();
    const Value* values = values_of<Value>(entries);
    for (size_t i = 0; i < entries.size; ++i) {
      if (!entries.has[i]) continue;
      Cell& cell = cells[entries.segment[i] * width + entries.slot[i]];
      cell.sum.add(values[i]);
      ++cell.count;
    }
  }
  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override {
    cells_.grow(segment_count);
    cells_.merge(static_cast<const SumKernel&>(other).cells_, segments,
                 [](Cell& ours, const Cell& theirs) { ours.add(theirs); });
  }
  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    Cell all;
    auto row = cells_.row(segment);
    for (const Cell& cell : row) all.add(cell);
    for (size_t i = 0; i < intervals_; ++i)
      values.push_back(number_of(row.empty() ? Cell{} : row[i]));
    overall = number_of(all);
  }

 private:
  struct Cell {
    SumOf<Value> sum;
    uint64_t count = 0;

    void add(const Cell& other) {
      sum.merge(other.sum);
      count += other.count;
    }
  };

  Number number_of(const Cell& cell) const {
    return average_ ? average_number(cell.sum, cell.count, scale_)
                    : sum_number(cell.sum, cell.count, scale_);
  }

  size_t intervals_;
  uint8_t scale_;
  bool average_;
  Cells<Cell> cells_;
};

template <class Value>
class ExtremeKernel : public Kernel {
 public:
  ExtremeKernel(const Shape& shape, bool maximum)
      : intervals_(shape.intervals),
        scale_(shape.scale),
        maximum_(maximum),
        cells_(shape.slots()) {}

  void add(const View& entries, size_t segment_count) override {
    cells_.grow(segment_count);
    Cell* cells = cells_.data();
    size_t width = cells_.width();
    const Value* values = values_of<Value>(entries);
    for (size_t i = 0; i < entries.size; ++i) {
      if (entries.has[i]) take(cells[entries.segment[i] * width + entries.slot[i]], values[i]);
    }
  }
  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override {
    cells_.grow(segment_count);
    cells_.merge(static_cast<const ExtremeKernel&>(other).cells_, segments,
                 [this](Cell& ours, const Cell& theirs) {
                   if (theirs.any) take(ours, theirs.value);
                 });
  }
  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    Cell all;
    auto row = cells_.row(segment);
    for (const Cell& cell : row) {
      if (cell.any) take(all, cell.value);
    }
    for (size_t i = 0; i < intervals_; ++i)
      values.push_back(number_of(row.empty() ? Cell{} : row[i]));
    overall = number_of(all);
  }

 private:
  struct Cell {
    Value value = 0;
    bool any = false;
  };

  void take(Cell& cell, Value value) const {
    bool better = !cell.any || (maximum_ ? value > cell.value : value < cell.value);
    if (better) cell = {value, true};
  }
  Number number_of(const Cell& cell) const {
    return cell.any ? plain_number(cell.value, scale_) : Number();
  }

  size_t intervals_;
  uint8_t scale_;
  bool maximum_;
  Cells<Cell> cells_;
};

}  // namespace

std::unique_ptr<Kernel> make_sum_kernel(const Shape& shape, bool average) {
  if (shape.floats) return std::make_unique<SumKernel<double>>(shape, average);
  return std::make_unique<SumKernel<int64_t>>(shape, average);
}

std::unique_ptr<Kernel> make_extreme_kernel(const Shape& shape, bool maximum) {
  if (shape.floats) return std::make_unique<ExtremeKernel<double>>(shape, maximum);
  return std::make_unique<ExtremeKernel<int64_t>>(shape, maximum);
}

}  // namespace starling::engine::kernel
