// What hot loops run over: neighbouring rows of one table, the elements of one list of theirs, and
// a thread's memory.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/native/raw_cache.h"
#include "store/snapshot.h"

namespace starling::engine::native {

// Rows [first, first + count) of a table; users and times point at the first of them, and are kept
// as long as any copy of the block. Without a table: the users [first, first + count) themselves.
struct Block {
  const store::EventTable* table = nullptr;
  uint64_t first = 0;
  size_t count = 0;
  const uint32_t* users = nullptr;
  const int64_t* times = nullptr;
  std::shared_ptr<const void> kept;

  static Block of_rows(const store::EventTable& table, uint64_t first, size_t count) {
    struct Heads {
      std::unique_ptr<uint32_t[]> users;
      std::unique_ptr<int64_t[]> times;
    };
    auto heads = std::make_shared<Heads>();
    heads->users = std::make_unique_for_overwrite<uint32_t[]>(count);
    heads->times = std::make_unique_for_overwrite<int64_t[]>(count);
    table.users().copy(first, count, heads->users.get());
    table.times().copy(first, count, heads->times.get());
    const uint32_t* users = heads->users.get();
    const int64_t* times = heads->times.get();
    return {&table, first, count, users, times, std::move(heads)};
  }
  static Block of_users(uint64_t count) { return {nullptr, 0, count, nullptr, nullptr, nullptr}; }
};

// The elements of one list in a block: row i of the block has elements [begin(i), end(i)), counted
// from the block's first.
struct ListSpan {
  std::vector<uint64_t> offsets;  // positions in the children, one more than rows

  ListSpan(const store::ColumnReader& list, const Block& block) : offsets(block.count + 1) {
    list.offsets(block.first, block.count, offsets.data());
  }
  uint64_t first() const { return offsets.front(); }
  size_t count() const { return offsets.back() - offsets.front(); }
  size_t begin(size_t row) const { return offsets[row] - offsets.front(); }
  size_t end(size_t row) const { return offsets[row + 1] - offsets.front(); }
};

// What a source reads from: the rows of a block or, with a list, its elements.
struct Span {
  const Block& block;
  const ListSpan* list = nullptr;

  uint64_t first() const { return list == nullptr ? block.first : list->first(); }
  size_t count() const { return list == nullptr ? block.count : list->count(); }
};

// One thread's caches, by the number that Question::new_cache() gave out.
class Scratch {
 public:
  RawCache& cache(size_t number) {
    while (caches_.size() <= number) caches_.push_back(std::make_unique<RawCache>());
    return *caches_[number];
  }

 private:
  std::vector<std::unique_ptr<RawCache>> caches_;
};

}  // namespace starling::engine::native
