#pragma GCC optimize("O3")
#include "engine/native/sessions.h"

#include <algorithm>

namespace starling::engine::native {

// Starts of the sessions of the chunk's users: those of user u are [first[u], first[u + 1]) of
// times.
struct Sessions::Starts {
  std::vector<uint32_t> first;
  std::vector<int64_t> times;
};

Sessions::Sessions(Question& question)
    : as_of_(question.query().as_of.value), timeout_ms_(question.query().session_timeout_ms) {
  int64_t first = INT64_MAX, last = INT64_MIN;
  for (const store::EventTable* table : question.snapshot().tables()) {
    if (table->size() == 0 || table->first_time() >= as_of_) continue;
    tables_.push_back(table);
    first = std::min(first, table->first_time());
    last = std::max(last, std::min(table->last_time(), as_of_ - 1));
  }
  if (!tables_.empty())
    days_ = std::make_shared<const LocalDays>(question.query().timezone, first, last);
}

void Sessions::add_tables(std::vector<const store::EventTable*>& all) {
  first_table_ = all.size();
  all.insert(all.end(), tables_.begin(), tables_.end());
}

Sessions::Starts Sessions::starts_of(const Chunk& chunk) const {
  size_t users = chunk.last_user - chunk.first_user;
  std::vector<uint32_t> ends(users + 2);
  std::vector<Block> blocks;
  for (size_t t = 0; t < tables_.size(); ++t) {
    auto [first, last] = chunk.rows[first_table_ + t];
    if (first < last) blocks.push_back(Block::of_rows(*tables_[t], first, last - first));
  }
  auto for_rows = [&](auto use) {
    for (const Block& block : blocks) {
      for (size_t i = 0; i < block.count; ++i) {
        if (block.times[i] < as_of_ && !block.table->is_dropped(block.first + i))
          use(block.users[i] - chunk.first_user, block.times[i]);
      }
    }
  };
  for_rows([&](uint32_t user, int64_t) { ++ends[user + 2]; });
  for (size_t i = 2; i < ends.size(); ++i) ends[i] += ends[i - 1];
  std::vector<int64_t> times(ends.back());
  for_rows([&](uint32_t user, int64_t time) { times[ends[user + 1]++] = time; });

  Starts out;
  for (size_t user = 0; user < users; ++user) {
    out.first.push_back(static_cast<uint32_t>(out.times.size()));
    auto begin = times.begin() + ends[user], end = times.begin() + ends[user + 1];
    if (!std::is_sorted(begin, end)) std::sort(begin, end);
    for (auto at = begin; at != end; ++at) {
      bool starts =
          at == begin || *at - at[-1] > timeout_ms_ || days_->find(*at) != days_->find(at[-1]);
      if (starts) out.times.push_back(*at);
    }
  }
  out.first.push_back(static_cast<uint32_t>(out.times.size()));
  return out;
}

void Sessions::number(const Chunk& chunk, uint32_t& next, kernel::Entries& entries) const {
  if (chunk.nobody || entries.size() == 0) return;
  Starts starts = starts_of(chunk);
  for (size_t i = 0; i < entries.size(); ++i) {
    uint32_t user = entries.user[i] - chunk.first_user;
    auto begin = starts.times.begin() + starts.first[user],
         end = starts.times.begin() + starts.first[user + 1];
    auto after = std::upper_bound(begin, end, entries.time[i]);
    entries.user[i] = next + static_cast<uint32_t>(after - starts.times.begin()) - 1;
  }
  auto count = static_cast<uint32_t>(starts.times.size());
  entries.group_by_user(next, next + count);
  next += count;
}

}  // namespace starling::engine::native
