#include "store/other_rows.h"

#include <algorithm>

namespace starling::store {
namespace {

using base::Hash128;

constexpr Hash128 kLast{UINT64_MAX, UINT64_MAX};
constexpr uint64_t kRest = UINT32_MAX;  // of a key's lower half: what follows the event mark

Hash128 after(const Hash128& key) {
  return key.low == UINT64_MAX ? Hash128{key.high + 1, 0} : Hash128{key.high, key.low + 1};
}

bool has_every_time(const std::vector<event::TimeSpan>& spans) {
  return std::ranges::any_of(
      spans, [](const auto& span) { return span.from == INT64_MIN && span.to == INT64_MAX; });
}

void add_prefixes(const LiveTable& table, const std::vector<event::TimeSpan>& spans,
                  std::vector<Hash128>& prefixes) {
  uint64_t mark = uint64_t{event::event_mark(table.event())} << 32;
  std::span<const uint64_t> order_keys = table.order_keys();
  auto [first, last] = table.live_times();
  auto meets = [first = first, last = last](const event::TimeSpan& span) {
    return span.from <= last && first < span.to;
  };
  if (std::ranges::none_of(spans, meets)) return;
  table.times().for_each(0, table.size(), [&](uint64_t row, int64_t time) {
    // Spans ascend and do not meet (constructor).
    auto span = std::upper_bound(spans.begin(), spans.end(), time,
                                 [](int64_t t, const event::TimeSpan& s) { return t < s.to; });
    if (span == spans.end() || !span->has(time) || table.is_dropped(row)) return;
    prefixes.push_back({order_keys[row], mark});
  });
}

}  // namespace

OtherRows::OtherRows(const std::vector<std::shared_ptr<const LivePart>>& parts,
                     const std::vector<std::shared_ptr<const LedgerFile>>& ledgers,
                     const std::vector<event::TimeSpan>& spans)
    : everything_(has_every_time(spans)) {
  for (const auto& ledger : ledgers) cursors_.emplace_back(ledger);
  if (everything_) return;
  std::vector<event::TimeSpan> ordered = spans;
  std::ranges::sort(ordered, {}, &event::TimeSpan::from);
  for (const auto& part : parts) {
    for (const auto& table : part->tables()) add_prefixes(*table, ordered, prefixes_);
  }
  std::ranges::sort(prefixes_);
  auto twice = std::ranges::unique(prefixes_);
  prefixes_.erase(twice.begin(), twice.end());
}

OtherRows::Range OtherRows::range(size_t index) const {
  if (everything_) return {{0, 0}, kLast};
  const Hash128& prefix = prefixes_[index];
  return {prefix, {prefix.high, prefix.low | kRest}};
}

// The first entry at or after `from`, as the newest ledger that has its key says; nullptr at the
// end.
Result<const LedgerEntry*> OtherRows::seek(const Hash128& from) {
  const LedgerEntry* least = nullptr;
  for (auto& cursor : cursors_) {
    const LedgerEntry* entry = TRY(cursor.seek(from));
    if (entry != nullptr && (least == nullptr || !(least->key < entry->key))) least = entry;
  }
  return least;
}

Result<void> OtherRows::pass(const Hash128& given, const Take& take) {
  while (at_ < ranges()) {
    Range here = range(at_);
    Hash128 from = std::max(from_, here.first);
    if (from >= given) {
      if (from == given) from_ = after(given);
      return {};
    }
    const LedgerEntry* entry = TRY(seek(from));
    if (entry == nullptr) {
      at_ = ranges();
      return {};
    }
    if (entry->key > here.last) {
      ++at_;
      continue;
    }
    if (entry->key >= given) {
      from_ = entry->key == given ? after(given) : entry->key;
      return {};
    }
    Hash128 key = entry->key;
    if (entry->content_hash != LedgerEntry::kRemoved) TRY(take(key));
    from_ = after(key);
  }
  return {};
}

// No key of a row is the last one that a key can be: its event mark would have to be.
Result<void> OtherRows::pass_all(const Take& take) { return pass(kLast, take); }

}  // namespace starling::store
