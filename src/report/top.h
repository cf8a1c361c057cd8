// Which rows of a report are kept and in what order (§8.8).
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "report/count.h"

namespace starling::report {

// What `segments` in a result says.
struct SegmentCount {
  std::set<engine::Segment, SegmentLess> returned, found;
};

// Puts the row over all segments first and the rest after it, highest first (null last, ties by
// segment value), and keeps `limit` of the rest. `rank` gives a row's engine::Number.
template <class AnyRow, class Rank>
void keep_top(std::vector<AnyRow>& rows, uint64_t limit, Rank rank, SegmentCount& count) {
  // Rows come in the order of their segments, mostly: then a place is found by the one before it.
  auto next = count.found.begin();
  for (const AnyRow& row : rows) {
    if (!row.segment.empty()) next = std::next(count.found.insert(next, row.segment));
  }
  size_t kept = std::min<size_t>(rows.size(), limit + 1);
  auto end = rows.begin() + static_cast<ptrdiff_t>(kept);
  std::ranges::partial_sort(rows, end, [&](const AnyRow& a, const AnyRow& b) {
    if (a.segment.empty() != b.segment.empty()) return a.segment.empty();
    int order = engine::compare_numbers(rank(a), rank(b));
    return order != 0 ? order > 0 : engine::segment_less(a.segment, b.segment);
  });
  rows.erase(end, rows.end());
  for (const AnyRow& row : rows) {
    if (!row.segment.empty()) count.returned.insert(row.segment);
  }
}

}  // namespace starling::report
