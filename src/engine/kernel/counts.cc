// Matching events, and distinct users. An event lies in one interval, so its whole range is the sum
// of the intervals; a user may be in many, so the whole range has a cell of its own.
#pragma GCC optimize("O3")
#include "engine/kernel/cells.h"
#include "engine/kernel/kernel.h"
#include "store/snapshot.h"

namespace starling::engine::kernel {
namespace {

Number number_of(uint64_t count) { return base::Decimal{static_cast<base::Int128>(count), 0}; }

class CountKernel : public Kernel {
 public:
  explicit CountKernel(const Shape& shape) : intervals_(shape.intervals), cells_(shape.slots()) {}

  void add(const View& entries, size_t segment_count) override {
    cells_.grow(segment_count);
    uint64_t* cells = cells_.data();
    size_t width = cells_.width();
    for (size_t i = 0; i < entries.size; ++i) ++cells[entries.segment[i] * width + entries.slot[i]];
  }
  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override {
    cells_.grow(segment_count);
    cells_.merge(static_cast<const CountKernel&>(other).cells_, segments,
                 [](uint64_t& ours, uint64_t theirs) { ours += theirs; });
  }
  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    uint64_t sum = 0;
    auto row = cells_.row(segment);
    for (uint64_t count : row) sum += count;
    for (size_t i = 0; i < intervals_; ++i) values.push_back(number_of(row.empty() ? 0 : row[i]));
    overall = number_of(sum);
  }

 private:
  size_t intervals_;
  Cells<uint64_t> cells_;
};

class UsersKernel : public Kernel {
 public:
  explicit UsersKernel(const Shape& shape)
      : intervals_(shape.intervals), cells_(shape.intervals + 1) {}

  void add(const View& entries, size_t segment_count) override {
    cells_.grow(segment_count);
    Cell* cells = cells_.data();
    size_t width = cells_.width();
    for (size_t i = 0; i < entries.size; ++i) {
      uint32_t user = entries.user[i];
      if (user == store::kNoUser) continue;
      Cell* row = cells + entries.segment[i] * width;
      // A user not new to the cell of one interval is not new to the whole range either.
      if (intervals_ == 0 || row[entries.slot[i]].mark(user)) row[intervals_].mark(user);
    }
  }
  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override {
    cells_.grow(segment_count);
    cells_.merge(static_cast<const UsersKernel&>(other).cells_, segments,
                 [](Cell& ours, const Cell& theirs) { ours.count += theirs.count; });
  }
  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    auto row = cells_.row(segment);
    for (size_t i = 0; i < intervals_; ++i)
      values.push_back(number_of(row.empty() ? 0 : row[i].count));
    overall = number_of(row.empty() ? 0 : row[intervals_].count);
  }

 private:
  // Counts a user once, because all of a user's entries come together.
  struct Cell {
    uint32_t last = store::kNoUser;
    uint32_t count = 0;

    // True when the user is new.
    bool mark(uint32_t user) {
      bool is_new = user != last;
      count += is_new;
      last = user;
      return is_new;
    }
  };

  size_t intervals_;
  Cells<Cell> cells_;
};

}  // namespace

std::unique_ptr<Kernel> make_count_kernel(const Shape& shape) {
  return std::make_unique<CountKernel>(shape);
}
std::unique_ptr<Kernel> make_users_kernel(const Shape& shape) {
  return std::make_unique<UsersKernel>(shape);
}

}  // namespace starling::engine::kernel
