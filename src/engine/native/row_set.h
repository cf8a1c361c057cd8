// The rows of a chunk that any of several selectors selects, merged user by user in the order of
// events (§8.1): what questions about sequences run over.
#pragma once

#include <cstdint>
#include <vector>

#include "base/radix_sort.h"
#include "engine/kernel/entries.h"
#include "engine/kernel/funnel.h"
#include "engine/native/scan.h"

namespace starling::engine::native {

struct RowSet {
  struct Row {
    uint32_t user = 0, rank = 0;
    int64_t time = 0;
    const store::EventTable* table = nullptr;
    uint64_t place = 0;                 // in the table
    kernel::SelectorMask selected = 0;  // bit s: selector s selects it

    // Only told where rows are of one instant, so it is not carried along.
    uint64_t order_key() const { return table->order_keys()[place]; }
  };
  std::vector<Row> rows;
  // A row as one selector found it: `row` of a part of its selection, the ordinal of all in it.
  struct Found {
    uint32_t selector, part, row, ordinal;
  };
  // By selector: which row each of its selected rows became, in the order of its selection.
  std::vector<std::vector<uint32_t>> numbers;
  // While merging; kept so that a chunk after another fills them again.
  std::vector<Found> found;
  std::vector<base::KeyedRow> keys;
  std::vector<uint32_t> order;  // of `found`

  // The rows from `first` on that belong to the same user: [first, end).
  size_t end_of_user(size_t first) const {
    size_t end = first;
    while (end < rows.size() && rows[end].user == rows[first].user) ++end;
    return end;
  }
};

// Replaces `out`. Selection s was made by scans[s]. REQUIRES: at most 128 selectors; no chunk of
// rows without a user.
void merge_rows(const Chunk& chunk, const std::vector<const Scan*>& scans,
                const std::vector<Selection>& selections, RowSet& out);

// Coordinates of the rows a selector selects, from the entries of its emitter, which has a
// breakdown and fills the order: calls use(row number, segment) for each, rows of equal place in
// the order sharing all. Entries stand as they were emitted.
template <class Use>
void for_segments(const RowSet& set, size_t selector, const kernel::Entries& entries, Use use) {
  const std::vector<uint32_t>& numbers = set.numbers[selector];
  size_t entry = 0;
  auto is_of = [&](size_t at, const RowSet::Row& row) {
    return at < entries.size() && entries.user[at] == row.user && entries.time[at] == row.time &&
           entries.order_key[at] == row.order_key() && entries.rank[at] == row.rank;
  };
  for (size_t i = 0; i < numbers.size();) {
    const RowSet::Row& row = set.rows[numbers[i]];
    size_t same = i, last = entry;
    while (same < numbers.size()) {
      const RowSet::Row& other = set.rows[numbers[same]];
      bool equal = other.user == row.user && other.time == row.time &&
                   other.order_key() == row.order_key() && other.rank == row.rank;
      if (!equal) break;
      ++same;
    }
    while (is_of(last, row)) ++last;
    for (; i < same; ++i) {
      for (size_t at = entry; at < last; ++at) use(numbers[i], entries.segment[at]);
    }
    entry = last;
  }
}

}  // namespace starling::engine::native
