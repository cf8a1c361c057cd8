// Sorts (key, row) pairs by key: the one sort of many short keys.
//
// Least significant digit first, stable; passes over digits that all keys share are skipped.
#pragma once

#include <cstdint>
#include <vector>

namespace starling::base {

struct KeyedRow {
  uint64_t key;
  uint32_t row;
};

void radix_sort(std::vector<KeyedRow>& rows);

}  // namespace starling::base
