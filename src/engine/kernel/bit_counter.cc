#pragma GCC optimize("O3")
#include "engine/kernel/bit_counter.h"

#include <algorithm>

namespace starling::engine::kernel {

// The loop over words is vectorized; the processor's widest registers are chosen when the program
// starts.
__attribute__((target_clones("avx2", "default"))) void BitCounter::add_row(const uint64_t* row,
                                                                           uint64_t* digits,
                                                                           size_t words) {
  for (size_t word = 0; word < words; ++word) {
    uint64_t carry = row[word];
    for (size_t digit = 0; digit < kDigits; ++digit) {
      uint64_t& sum = digits[digit * words + word];
      uint64_t both = sum & carry;
      sum ^= carry;
      carry = both;
    }
  }
}

uint64_t BitCounter::count(size_t position) const {
  uint64_t waiting = 0;
  for (size_t digit = 0; digit < kDigits; ++digit)
    waiting |= (digits_[digit * words_ + position / 64] >> (position % 64) & 1) << digit;
  return counts_[position] + waiting;
}

void BitCounter::empty() {
  for (size_t position = 0; position < counts_.size(); ++position)
    counts_[position] = count(position);
  std::ranges::fill(digits_, 0);
  waiting_ = 0;
}

}  // namespace starling::engine::kernel
