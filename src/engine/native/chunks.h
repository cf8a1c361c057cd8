// The work of a scan in pieces: a range of users with all their rows in every table, some ten
// thousands of them, or rows without a user of one table. No user is ever in two pieces, so
// whatever is counted per user needs no merging.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "store/snapshot.h"

namespace starling::engine::native {

constexpr uint64_t kChunkRows = 32 * 1024;  // columns of a piece stay in the second-level cache
constexpr uint64_t kBlockRows = 512;  // of many tables a piece has about so many rows each: what a
                                      // block costs by itself is shared by these

struct Chunk {
  uint32_t first_user = 0, last_user = 0;  // [first, last)
  bool nobody = false;                     // rows without a user; the user range is empty
  // Rows [first, second) of each of the tables the chunks were made for.
  std::vector<std::pair<uint64_t, uint64_t>> rows;
};

// A single user's rows are never split: a piece is as large as its largest user.
std::vector<Chunk> make_chunks(const std::vector<const store::EventTable*>& tables,
                               uint32_t user_count);

}  // namespace starling::engine::native
