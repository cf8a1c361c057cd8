#pragma GCC optimize("O3")
#include "engine/native/row_set.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <utility>

namespace starling::engine::native {
namespace {

using Found = RowSet::Found;

// Rows that agree in everything else are told apart by where they are stored.
bool before(const RowSet::Row& a, const RowSet::Row& b) {
  if (a.time != b.time) return a.time < b.time;
  auto order = [](const RowSet::Row& row) { return std::pair(row.order_key(), row.rank); };
  if (order(a) != order(b)) return order(a) < order(b);
  if (a.table != b.table) return std::less<>()(a.table, b.table);
  return a.place < b.place;
}

bool same(const RowSet::Row& a, const RowSet::Row& b) {
  return a.table == b.table && a.place == b.place;
}

// Every selected row, selector by selector.
void find_all(const std::vector<Selection>& selections, std::vector<Found>& out) {
  out.clear();
  for (uint32_t s = 0; s < selections.size(); ++s) {
    uint32_t ordinal = 0;
    for (uint32_t p = 0; p < selections[s].parts.size(); ++p) {
      for (uint32_t row : selections[s].parts[p].rows) out.push_back({s, p, row, ordinal++});
    }
  }
}

// User and time in one number, as far as both fit into one.
class Keys {
 public:
  Keys(const Chunk& chunk, const std::vector<Selection>& selections)
      : first_user_(chunk.first_user) {
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (const Selection& selection : selections) {
      for (const Selection::Part& part : selection.parts) {
        first = std::min(first, part.block.table->first_time());
        last = std::max(last, part.block.table->last_time());
      }
    }
    first_time_ = first;
    uint64_t range = first <= last ? static_cast<uint64_t>(last) - static_cast<uint64_t>(first) : 0;
    time_bits_ = std::bit_width(range);
    fits_ = time_bits_ + std::bit_width(chunk.last_user - chunk.first_user) <= 64;
  }

  bool fits() const { return fits_; }
  uint64_t of(uint32_t user, int64_t time) const {
    uint64_t since = static_cast<uint64_t>(time) - static_cast<uint64_t>(first_time_);
    return uint64_t{user - first_user_} << time_bits_ | since;
  }

 private:
  uint32_t first_user_;
  int64_t first_time_;
  int time_bits_;
  bool fits_;
};

class RowMerge {
 public:
  RowMerge(const std::vector<const Scan*>& scans, const std::vector<Selection>& selections,
           RowSet& out)
      : scans_(scans), selections_(selections), out_(out) {}

  void run(const Chunk& chunk) {
    find_all(selections_, out_.found);
    Keys keys(chunk, selections_);
    if (keys.fits()) {
      sort_by_key(keys);
    } else {
      sort_by_row();
    }
    for (uint32_t at : out_.order) add(out_.found[at]);
  }

 private:
  RowSet::Row row(const Found& found) const {
    const Selection::Part& part = selections_[found.selector].parts[found.part];
    const Block& block = part.block;
    uint64_t place = block.first + found.row;
    return {block.users[found.row],
            scans_[found.selector]->tables()[part.table].rank,
            block.times[found.row],
            block.table,
            place,
            kernel::SelectorMask{1} << found.selector};
  }

  bool found_before(uint32_t a, uint32_t b) const {
    RowSet::Row left = row(out_.found[a]), right = row(out_.found[b]);
    return left.user != right.user ? left.user < right.user : before(left, right);
  }

  void sort_by_row() {
    out_.order.resize(out_.found.size());
    std::iota(out_.order.begin(), out_.order.end(), 0);
    std::ranges::sort(out_.order, [&](uint32_t a, uint32_t b) { return found_before(a, b); });
  }

  // Only rows of one user and instant are looked at more closely.
  void sort_by_key(const Keys& keys) {
    std::vector<base::KeyedRow>& sorted = out_.keys;
    sorted.clear();
    for (uint32_t at = 0; at < out_.found.size(); ++at) {
      const Found& found = out_.found[at];
      const Block& block = selections_[found.selector].parts[found.part].block;
      sorted.push_back({keys.of(block.users[found.row], block.times[found.row]), at});
    }
    base::radix_sort(sorted);
    out_.order.clear();
    for (const base::KeyedRow& key : sorted) out_.order.push_back(key.row);
    for (size_t first = 0, end = 0; first < sorted.size(); first = end) {
      end = first + 1;
      while (end < sorted.size() && sorted[end].key == sorted[first].key) ++end;
      if (end - first == 1) continue;
      std::sort(out_.order.begin() + static_cast<ptrdiff_t>(first),
                out_.order.begin() + static_cast<ptrdiff_t>(end),
                [&](uint32_t a, uint32_t b) { return found_before(a, b); });
    }
  }

  void add(const Found& found) {
    RowSet::Row next = row(found);
    if (!out_.rows.empty() && same(out_.rows.back(), next)) {
      out_.rows.back().selected |= next.selected;
    } else {
      out_.rows.push_back(next);
    }
    out_.numbers[found.selector][found.ordinal] = static_cast<uint32_t>(out_.rows.size() - 1);
  }

  const std::vector<const Scan*>& scans_;
  const std::vector<Selection>& selections_;
  RowSet& out_;
};

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
  RowMerge(scans, selections, out).run(chunk);
}

}  // namespace starling::engine::native
