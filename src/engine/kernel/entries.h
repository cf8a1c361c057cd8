// What kernels count: entries in columns. An entry is a match in one segment, with one value where
// the measure has a property; a match with several values or segments has several entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace starling::engine::kernel {

// Columns are as long as size() or empty when the question does not need them.
struct Entries {
  std::vector<uint32_t> user;     // store::kNoUser: none
  std::vector<uint32_t> slot;     // the interval, or the local day
  std::vector<uint32_t> segment;  // empty: all are in segment 0
  std::vector<int64_t> digits;    // values: integers, decimal digits, or keys of distinct values
  std::vector<double> floats;     // values: floats
  std::vector<uint8_t> has;       // 1 where there is a value
  std::vector<int64_t> time;      // ms
  std::vector<uint64_t> order_key;
  std::vector<uint32_t> rank;

  size_t size() const { return user.size(); }
  void clear();

  // Puts the entries of each user together, users ascending, keeping the order within a user.
  // REQUIRES: every user is in [first_user, last_user).
  void group_by_user(uint32_t first_user, uint32_t last_user);
};

}  // namespace starling::engine::kernel
