#include "base/radix_sort.h"

#include <algorithm>
#include <array>

namespace starling::base {
namespace {

// Below, comparing is quicker than counting; up to kMiddle, short digits are, whose counters are
// few.
constexpr size_t kSmall = 256, kMiddle = 16384;

template <int kDigitBits>
void sort_by_digits(std::vector<KeyedRow>& rows) {
  constexpr size_t kDigits = size_t{1} << kDigitBits;
  constexpr int kPasses = (64 + kDigitBits - 1) / kDigitBits;
  auto digit = [](uint64_t key, int pass) { return (key >> (pass * kDigitBits)) & (kDigits - 1); };
  std::vector<std::array<uint32_t, kDigits>> counts(kPasses);
  for (const KeyedRow& row : rows) {
    for (int pass = 0; pass < kPasses; ++pass) ++counts[pass][digit(row.key, pass)];
  }
  std::vector<KeyedRow> other(rows.size());
  for (int pass = 0; pass < kPasses; ++pass) {
    auto& count = counts[pass];
    if (count[digit(rows[0].key, pass)] == rows.size()) continue;
    uint32_t start = 0;
    for (uint32_t& entry : count) {
      uint32_t size = entry;
      entry = start;
      start += size;
    }
    for (const KeyedRow& row : rows) other[count[digit(row.key, pass)]++] = row;
    rows.swap(other);
  }
}

}  // namespace

void radix_sort(std::vector<KeyedRow>& rows) {
  if (rows.size() < kSmall) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const KeyedRow& a, const KeyedRow& b) { return a.key < b.key; });
  } else if (rows.size() < kMiddle) {
    sort_by_digits<8>(rows);
  } else {
    sort_by_digits<11>(rows);
  }
}

}  // namespace starling::base
