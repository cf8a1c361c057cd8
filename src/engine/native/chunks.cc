#include "engine/native/chunks.h"

#include <algorithm>

namespace starling::engine::native {
namespace {

using Tables = std::vector<const store::EventTable*>;

uint64_t row_count(const Chunk& chunk) {
  uint64_t count = 0;
  for (auto [first, last] : chunk.rows) count += last - first;
  return count;
}

// Halves until small enough; each table is searched once a cut, inside the rows of the piece being
// cut.
void cut(const Tables& tables, Chunk chunk, std::vector<Chunk>& out) {
  uint64_t rows = row_count(chunk);
  if (rows == 0) return;
  if (rows <= std::max(kChunkRows, kBlockRows * tables.size()) ||
      chunk.last_user - chunk.first_user <= 1) {
    out.push_back(std::move(chunk));
    return;
  }
  uint32_t middle = chunk.first_user + (chunk.last_user - chunk.first_user) / 2;
  Chunk right = chunk;
  chunk.last_user = right.first_user = middle;
  for (size_t i = 0; i < tables.size(); ++i) {
    auto [first, last] = chunk.rows[i];
    uint64_t at = tables[i]->users().lower_bound(first, last, middle);
    chunk.rows[i].second = right.rows[i].first = at;
  }
  cut(tables, std::move(chunk), out);
  cut(tables, std::move(right), out);
}

void cut_nobody(const Tables& tables, size_t table, uint64_t first, std::vector<Chunk>& out) {
  for (uint64_t last = tables[table]->size(); first < last; first += kChunkRows) {
    Chunk chunk;
    chunk.nobody = true;
    chunk.rows.resize(tables.size());
    chunk.rows[table] = {first, std::min(last, first + kChunkRows)};
    out.push_back(std::move(chunk));
  }
}

}  // namespace

std::vector<Chunk> make_chunks(const Tables& tables, uint32_t user_count) {
  std::vector<Chunk> out;
  Chunk everybody;
  everybody.last_user = user_count;
  for (const store::EventTable* table : tables) {
    everybody.rows.emplace_back(0, table->users().lower_bound(0, table->size(), store::kNoUser));
  }
  cut(tables, everybody, out);
  for (size_t i = 0; i < tables.size(); ++i) cut_nobody(tables, i, everybody.rows[i].second, out);
  return out;
}

}  // namespace starling::engine::native
