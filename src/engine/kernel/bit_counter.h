// How often each bit position is set in many rows of words: "positional population count".
//
// Counters of all positions of a word lie across eight words, digit by digit (Harley and Seal's
// adders, Mula, Kurz, Lemire: "Faster population counts using AVX2 instructions", 2018), so that
// one addition counts 64 positions; every 255 rows they are emptied into plain counters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace starling::engine::kernel {

class BitCounter {
 public:
  explicit BitCounter(size_t words)
      : words_(words), digits_(words * kDigits), counts_(words * 64) {}

  // REQUIRES: as many words as there are.
  void add(const uint64_t* row) {
    add_row(row, digits_.data(), words_);
    if (++waiting_ == kRowsMax) empty();
  }
  // How often bit position % 64 of word position / 64 was set.
  uint64_t count(size_t position) const;

 private:
  static constexpr size_t kDigits = 8, kRowsMax = 255;

  static void add_row(const uint64_t* row, uint64_t* digits, size_t words);
  void empty();

  size_t words_, waiting_ = 0;
  std::vector<uint64_t> digits_;  // digit d of word w at d * words + w
  std::vector<uint64_t> counts_;
};

}  // namespace starling::engine::kernel
