#pragma GCC optimize("O3")
#include "engine/native/row_set.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace starling::engine::native {
namespace {

using Found = RowSet::Found;

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

// Calls use(selector, ordinal, part, row) for every selected row.
template <class Use>
void for_rows(const std::vector<Selection>& selections, Use use) {
  for (size_t s = 0; s < selections.size(); ++s) {
    uint32_t ordinal = 0;
    for (const Selection::Part& part : selections[s].parts) {
      for (uint32_t row : part.rows) use(s, ordinal++, part, row);
    }
  }
}

// By user, each user's rows in their order.
void find_in_order(const Chunk& chunk, const std::vector<const Scan*>& scans,
                   const std::vector<Selection>& selections, std::vector<Found>& out) {
  std::vector<uint32_t> next(chunk.last_user - chunk.first_user + 1);
  for_rows(selections, [&](size_t, uint32_t, const Selection::Part& part, uint32_t row) {
    ++next[part.block.users[row] - chunk.first_user + 1];
  });
  for (size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  std::vector<uint32_t> starts(next.begin(), next.end());
  out.resize(next.back());
  for_rows(selections, [&](size_t s, uint32_t ordinal, const Selection::Part& part, uint32_t row) {
    const Block& block = part.block;
    uint64_t place = block.first + row;
    uint32_t user = block.users[row];
    out[next[user - chunk.first_user]++] = {
        {user, scans[s]->tables()[part.table].rank, block.times[row],
         block.table->order_keys()[place], block.table, place, kernel::SelectorMask{1} << s},
        static_cast<uint32_t>(s),
        ordinal};
  });
  for (size_t u = 0; u + 1 < starts.size(); ++u) {
    auto begin = out.begin() + starts[u], end = out.begin() + starts[u + 1];
    if (!std::is_sorted(begin, end, before)) std::sort(begin, end, before);
  }
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
  find_in_order(chunk, scans, selections, out.found);
  for (const Found& one : out.found) {
    if (!out.rows.empty() && same(out.rows.back(), one.row)) {
      out.rows.back().selected |= one.row.selected;
    } else {
      out.rows.push_back(one.row);
    }
    out.numbers[one.selector][one.ordinal] = static_cast<uint32_t>(out.rows.size() - 1);
  }
}

}  // namespace starling::engine::native
