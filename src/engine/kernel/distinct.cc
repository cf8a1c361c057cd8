// Distinct values: (cell, key) pairs, sorted and made unique whenever they have doubled; a small
// table of pairs seen lately keeps most repetitions out. Memory: 16 bytes a distinct pair, twice
// that while sorting.
#include <algorithm>
#include <array>

#include "engine/kernel/kernel.h"

namespace starling::engine::kernel {
namespace {

class DistinctKernel : public Kernel {
 public:
  explicit DistinctKernel(const Shape& shape)
      : intervals_(shape.intervals), slots_(shape.slots()), lately_(kLately, Pair{UINT32_MAX, 0}) {}

  void add(const View& entries, size_t) override {
    for (size_t i = 0; i < entries.size; ++i) {
      if (!entries.has[i]) continue;
      add({static_cast<uint32_t>(entries.segment[i] * slots_ + entries.slot[i]),
           entries.digits[i]});
    }
  }

  void merge(const Kernel& other, std::span<const uint32_t> segments, size_t) override {
    for (Pair pair : static_cast<const DistinctKernel&>(other).pairs_) {
      pair.cell = static_cast<uint32_t>(segments[pair.cell / slots_] * slots_ + pair.cell % slots_);
      pairs_.push_back(pair);
    }
  }

  void prepare() override { shrink(); }
  uint64_t kept_bytes() const override { return pairs_.size() * sizeof(Pair); }

  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override {
    auto first = static_cast<uint32_t>(segment * slots_);
    for (uint32_t i = 0; i < intervals_; ++i) {
      values.push_back(
          number_of(static_cast<uint64_t>(start_of(first + i + 1) - start_of(first + i))));
    }
    std::vector<int64_t> keys;
    auto end = start_of(first + static_cast<uint32_t>(slots_));
    for (auto at = start_of(first); at != end; ++at) keys.push_back(at->key);
    std::sort(keys.begin(), keys.end());
    overall =
        number_of(static_cast<uint64_t>(std::unique(keys.begin(), keys.end()) - keys.begin()));
  }

 private:
  struct Pair {
    uint32_t cell;
    int64_t key;
    friend auto operator<=>(const Pair&, const Pair&) = default;
  };
  static constexpr size_t kLately = 4096;

  static Number number_of(uint64_t count) {
    return base::Decimal{static_cast<base::Int128>(count), 0};
  }

  void add(Pair pair) {
    uint64_t hash = (static_cast<uint64_t>(pair.key) * 31 + pair.cell) * 0x9E3779B97F4A7C15u;
    Pair& lately = lately_[hash >> 52];
    if (lately == pair) return;
    lately = pair;
    pairs_.push_back(pair);
    if (pairs_.size() >= shrink_at_) shrink();
  }

  void shrink() {
    std::sort(pairs_.begin(), pairs_.end());
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
    shrink_at_ = std::max<size_t>(1 << 16, pairs_.size() * 2);
  }

  std::vector<Pair>::const_iterator start_of(uint32_t cell) const {
    return std::lower_bound(pairs_.begin(), pairs_.end(), cell,
                            [](const Pair& pair, uint32_t wanted) { return pair.cell < wanted; });
  }

  size_t intervals_, slots_;
  std::vector<Pair> lately_;
  std::vector<Pair> pairs_;
  size_t shrink_at_ = 1 << 16;
};

}  // namespace

std::unique_ptr<Kernel> make_distinct_kernel(const Shape& shape) {
  return std::make_unique<DistinctKernel>(shape);
}

}  // namespace starling::engine::kernel
