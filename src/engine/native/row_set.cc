#pragma GCC optimize("O3")
#include "engine/native/row_set.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace starling::engine::native {
namespace {

// A row as one selector found it.
struct Found {
  RowSet::Row row;
  uint32_t selector, ordinal;
};

// Rows that agree in everything else are told apart by where they are stored.
bool before(const Found& a, const Found& b) {
  auto order = [](const RowSet::Row& row) { return std::tie(row.time, row.order_key, row.rank); };
  auto left = order(a.row), right = order(b.row);
  if (left != right) return left < right;
  if (a.row.table != b.row.table) return std::less<>()(a.row.table, b.row.table);
  return a.row.place < b.row.place;
}

bool same(const RowSet::Row& a, const RowSet::Row& b) {
  return a.table == b.table && a.place == b.place;
}

std::vector<Found> find_rows(const std::vector<const Scan*>& scans,
                             const std::vector<Selection>& selections) {
  size_t count = 0;
  for (const Selection& selection : selections) {
    for (const Selection::Part& part : selection.parts) count += part.rows.size();
  }
  std::vector<Found> found;
  found.reserve(count);
  for (size_t s = 0; s < selections.size(); ++s) {
    uint32_t ordinal = 0;
    for (const Selection::Part& part : selections[s].parts) {
      const Block& block = part.block;
      const uint64_t* keys = block.table->order_keys().data() + block.first;
      uint32_t rank = scans[s]->tables()[part.table].rank;
      for (uint32_t row : part.rows) {
        found.push_back({{block.users[row], rank, block.times[row], keys[row], block.table,
                          block.first + row, kernel::SelectorMask{1} << s},
                         static_cast<uint32_t>(s),
                         ordinal++});
      }
    }
  }
  return found;
}

// By user, keeping the order within one; then each user's rows in their order.
std::vector<Found> in_order(const Chunk& chunk, const std::vector<Found>& found) {
  std::vector<uint32_t> next(chunk.last_user - chunk.first_user + 1);
  for (const Found& one : found) ++next[one.row.user - chunk.first_user + 1];
  for (size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  std::vector<uint32_t> starts(next.begin(), next.end());
  std::vector<Found> out(found.size());
  for (const Found& one : found) out[next[one.row.user - chunk.first_user]++] = one;
  for (size_t u = 0; u + 1 < starts.size(); ++u) {
    auto begin = out.begin() + starts[u], end = out.begin() + starts[u + 1];
    if (!std::is_sorted(begin, end, before)) std::sort(begin, end, before);
  }
  return out;
}

}  // namespace

void merge_rows(const Chunk& chunk, const std::vector<const Scan*>& scans,
                const std::vector<Selection>& selections, RowSet& out) {
  out.rows.clear();
  out.numbers.resize(scans.size());
  for (size_t s = 0; s < scans.size(); ++s) {
    size_t count = 0;
    for (const Selection::Part& part : selections[s].parts) count += part.rows.size();
    out.numbers[s].resize(count);
  }
  for (const Found& one : in_order(chunk, find_rows(scans, selections))) {
    if (!out.rows.empty() && same(out.rows.back(), one.row)) {
      out.rows.back().selected |= one.row.selected;
    } else {
      out.rows.push_back(one.row);
    }
    out.numbers[one.selector][one.ordinal] = static_cast<uint32_t>(out.rows.size() - 1);
  }
}

}  // namespace starling::engine::native
