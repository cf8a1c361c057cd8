#pragma GCC optimize("O3")
#include "engine/native/scan.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

namespace starling::engine::native {

using query::FirstTime;

namespace {

bool names_fit(const query::Selector& selector, const std::string& event) {
  return selector.any_event || std::ranges::find(selector.events, event) != selector.events.end();
}

// Marks are bytes, which may alias anything unless it is said that they do not; then these loops
// become vector instructions.

// marks[i] = low <= times[i] < high.
void mark_times(const Block& block, int64_t low, int64_t high, uint8_t* __restrict marks) {
  if (low >= high) {
    std::memset(marks, 0, block.count);
    return;
  }
  uint64_t start = static_cast<uint64_t>(low), width = static_cast<uint64_t>(high) - start;
  const int64_t* times = block.times;
  for (size_t i = 0, count = block.count; i < count; ++i)
    marks[i] = static_cast<uint64_t>(times[i]) - start < width;
}

void keep_bounded(const Block& block, const UserBounds& bounds, uint8_t* __restrict marks) {
  const int64_t* low = bounds.low.data();
  const int64_t* high = bounds.high.data();
  const uint32_t* users = block.users;
  const int64_t* times = block.times;
  const uint32_t first_user = bounds.first_user;
  for (size_t i = 0, count = block.count; i < count; ++i) {
    size_t user = users[i] - first_user;
    marks[i] &= (times[i] >= low[user]) & (times[i] < high[user]);
  }
}

void keep_live(const Block& block, uint8_t* marks) {
  std::span<const uint64_t> dropped = block.table->dropped();
  if (dropped.empty()) return;
  for (size_t i = 0; i < block.count; ++i) {
    uint64_t row = block.first + i;
    marks[i] &= ~(dropped[row / 64] >> (row % 64)) & 1;
  }
}

void keep_passing(const Predicate& predicate, const Block& block, Scratch& scratch,
                  uint8_t* marks) {
  if (std::memchr(marks, 1, block.count) == nullptr) return;
  std::vector<uint8_t> passes(block.count);
  predicate.evaluate({block}, scratch, passes.data());
  for (size_t i = 0; i < block.count; ++i) marks[i] &= passes[i];
}

std::vector<uint32_t> marked_rows(const uint8_t* marks, size_t count) {
  std::vector<uint32_t> rows(count);
  size_t used = 0;
  for (size_t i = 0; i < count; ++i) {
    rows[used] = static_cast<uint32_t>(i);
    used += marks[i];
  }
  rows.resize(used);
  return rows;
}

}  // namespace

Scan::Scan(Question& question, const query::Selector& selector, Window window)
    : selector_(selector),
      window_{window.from, std::min(window.to, question.query().as_of.value)},
      as_of_(question.query().as_of.value) {
  std::map<std::pair<std::string, std::string>, uint32_t> ranks;
  for (const store::EventTable* table : question.snapshot().tables())
    ranks[{table->event(), table->source()}];
  uint32_t next = 0;
  for (auto& [key, rank] : ranks) rank = next++;

  for (const store::EventTable* table : question.snapshot().tables()) {
    if (table->size() == 0 || !names_fit(selector, table->event())) continue;
    // A row outside the window can still be the first ever, so first_time looks at every table.
    bool in_window = table->first_time() < window_.to && table->last_time() >= window_.from;
    if (selector.first_time == FirstTime::kNo && !in_window) continue;
    Table made{table, ranks[{table->event(), table->source()}], {}, {}};
    question.note_table(table);
    if (selector.definition)
      made.definition = Predicate::bind(question, *selector.definition, table);
    if (selector.where) made.where = Predicate::bind(question, *selector.where, table);
    if (selector.report_where)
      made.report_where = Predicate::bind(question, *selector.report_where, table);
    tables_.push_back(std::move(made));
  }
}

void Scan::add_tables(std::vector<const store::EventTable*>& all) {
  first_table_ = all.size();
  for (const Table& table : tables_) all.push_back(table.table);
}

bool Scan::takes_all(const Table& table) const {
  return selector_.first_time == FirstTime::kNo && !table.definition && !table.where &&
         !table.report_where && table.table->dropped().empty() &&
         table.table->first_time() >= window_.from && table.table->last_time() < window_.to;
}

// Marks what counts before first_time decides; with kEver the filters come after it.
void Scan::mark(const Table& table, const Block& block, const UserBounds* bounds, Scratch& scratch,
                uint8_t* marks) const {
  bool first_time = selector_.first_time != FirstTime::kNo;
  mark_times(block, first_time ? INT64_MIN : window_.from, first_time ? as_of_ : window_.to, marks);
  keep_live(block, marks);
  if (bounds != nullptr && !first_time) keep_bounded(block, *bounds, marks);
  if (table.definition) keep_passing(*table.definition, block, scratch, marks);
  if (table.where && selector_.first_time != FirstTime::kEver)
    keep_passing(*table.where, block, scratch, marks);
}

// Leaves the marked rows at each user's earliest marked instant, over all blocks, that lie in the
// window.
void Scan::keep_first(const Chunk& chunk, const std::vector<Block>& blocks,
                      std::vector<std::vector<uint8_t>>& marks) const {
  std::vector<int64_t> first(chunk.last_user - chunk.first_user, INT64_MAX);
  for (size_t b = 0; b < blocks.size(); ++b) {
    for (size_t i = 0; i < blocks[b].count; ++i) {
      int64_t& known = first[blocks[b].users[i] - chunk.first_user];
      int64_t time = marks[b][i] ? blocks[b].times[i] : INT64_MAX;
      known = std::min(known, time);
    }
  }
  for (size_t b = 0; b < blocks.size(); ++b) {
    for (size_t i = 0; i < blocks[b].count; ++i) {
      int64_t time = blocks[b].times[i];
      marks[b][i] &= (time == first[blocks[b].users[i] - chunk.first_user]) &
                     (time >= window_.from) & (time < window_.to);
    }
  }
}

uint64_t Scan::select(const Chunk& chunk, Scratch& scratch, Selection& selection,
                      const UserBounds* bounds) const {
  selection.parts.clear();
  if (chunk.nobody && selector_.first_time != FirstTime::kNo) return 0;
  uint64_t looked_at = 0;
  std::vector<Block> blocks;
  std::vector<size_t> tables;
  std::vector<std::vector<uint8_t>> marks;
  for (size_t t = 0; t < tables_.size(); ++t) {
    auto [first, last] = chunk.rows[first_table_ + t];
    if (first == last) continue;
    if (bounds == nullptr && takes_all(tables_[t])) {
      Block block = Block::of_rows(*tables_[t].table, first, last - first);
      selection.parts.push_back({t, block, std::vector<uint32_t>(block.count)});
      std::iota(selection.parts.back().rows.begin(), selection.parts.back().rows.end(), 0);
      looked_at += block.count;
      continue;
    }
    blocks.push_back(Block::of_rows(*tables_[t].table, first, last - first));
    tables.push_back(t);
    marks.emplace_back(last - first);
    mark(tables_[t], blocks.back(), bounds, scratch, marks.back().data());
    looked_at += last - first;
  }
  if (selector_.first_time != FirstTime::kNo) keep_first(chunk, blocks, marks);
  for (size_t b = 0; b < blocks.size(); ++b) {
    const Table& table = tables_[tables[b]];
    if (selector_.first_time == FirstTime::kEver && table.where) {
      keep_passing(*table.where, blocks[b], scratch, marks[b].data());
    }
    if (table.report_where) keep_passing(*table.report_where, blocks[b], scratch, marks[b].data());
    std::vector<uint32_t> rows = marked_rows(marks[b].data(), blocks[b].count);
    if (!rows.empty()) selection.parts.push_back({tables[b], blocks[b], std::move(rows)});
  }
  return looked_at;
}

}  // namespace starling::engine::native
