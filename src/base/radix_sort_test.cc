#include "base/radix_sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace starling::base {
namespace {

// Keys of few and of many bits, few and many of them, each beside a stable sort.
TEST(RadixSort, IsAStableSortByKey) {
  std::mt19937_64 random(1);
  for (size_t size : {0, 1, 2, 255, 256, 257, 5000, 16384, 40000}) {
    for (uint64_t mask : {uint64_t{0}, uint64_t{7}, uint64_t{0xFFFF00}, ~uint64_t{0}}) {
      std::vector<KeyedRow> rows;
      for (uint32_t i = 0; i < size; ++i) rows.push_back({random() & mask, i});
      std::vector<KeyedRow> expected = rows;
      std::ranges::stable_sort(expected, {}, &KeyedRow::key);
      radix_sort(rows);
      for (size_t i = 0; i < size; ++i) {
        ASSERT_EQ(rows[i].key, expected[i].key);
        ASSERT_EQ(rows[i].row, expected[i].row);
      }
    }
  }
}

}  // namespace
}  // namespace starling::base
