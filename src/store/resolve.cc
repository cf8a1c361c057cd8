#include "store/resolve.h"

#include <algorithm>
#include <numeric>

#include "store/drops_file.h"

namespace starling::store {
namespace {

using Fate = RunEntry::Fate;

// Walks several runs at once, a key at a time.
class RunMerge {
 public:
  static Result<RunMerge> open(const Folder& folder, const std::vector<FlushedRows>& flushed) {
    RunMerge merge;
    for (const FlushedRows& rows : flushed) {
      merge.cursors_.emplace_back(TRY(RecordFile<RunEntry>::open(folder, rows.run)));
      merge.heads_.push_back(TRY(merge.cursors_.back().current()));
    }
    return merge;
  }

  // The entries of the smallest key not yet given, with the run of each; empty at the end.
  Result<void> next(std::vector<std::pair<size_t, RunEntry>>& entries) {
    entries.clear();
    const RunEntry* least = nullptr;
    for (const RunEntry* head : heads_) {
      if (head != nullptr && (least == nullptr || head->key < least->key)) least = head;
    }
    if (least == nullptr) return {};
    base::Hash128 key = least->key;
    for (size_t run = 0; run < heads_.size(); ++run) {
      if (heads_[run] == nullptr || heads_[run]->key != key) continue;
      entries.emplace_back(run, *heads_[run]);
      cursors_[run].advance();
      heads_[run] = TRY(cursors_[run].current());
    }
    return {};
  }

 private:
  std::vector<RecordCursor<RunEntry>> cursors_;
  std::vector<const RunEntry*> heads_;
};

void count(const RunEntry& won, event::WriteCounts& counts) {
  switch (won.fate) {
    case Fate::kStored:
      ++counts.stored;
      return;
    case Fate::kReplaced:
      ++counts.replaced;
      return;
    case Fate::kKnown:
      ++counts.known;
      return;
    case Fate::kChanged:
      ++counts.changed;
      return;
    case Fate::kRemoved:
      ++counts.removed;
      return;
    case Fate::kUnknown:
      return;
  }
}

// The part of a flush without the rows that lost; nothing when none is left.
Result<std::optional<PartEntry>> part_of(const Folder& folder, const std::string& source,
                                         const FlushedRows& flushed, std::vector<uint32_t> lost,
                                         uint64_t& number) {
  uint64_t rows = std::accumulate(flushed.part_rows.begin(), flushed.part_rows.end(), uint64_t{0});
  if (rows == lost.size()) return std::optional<PartEntry>();
  PartEntry part{*flushed.part, source, rows - lost.size(), {}, {}};
  if (lost.empty()) return std::optional(part);
  std::sort(lost.begin(), lost.end());
  DroppedRows dropped(flushed.part_rows.size());
  uint64_t first = 0;
  size_t table = 0;
  for (uint32_t row : lost) {
    while (row >= first + flushed.part_rows[table]) first += flushed.part_rows[table++];
    dropped[table].push_back(static_cast<uint32_t>(row - first));
  }
  part.drops = TRY(DropsFile::write(folder, number++, dropped));
  return std::optional(part);
}

}  // namespace

Result<ResolvedRows> resolve(const Folder& folder, const std::string& source,
                             const std::vector<FlushedRows>& flushed, OtherRows others,
                             uint64_t& number) {
  ResolvedRows resolved;
  RunMerge merge = TRY(RunMerge::open(folder, flushed));
  auto ledger = TRY(RecordWriter<LedgerEntry>::create(folder, FileKind::kLedger, number++));
  auto drop = [&](const base::Hash128& key) -> Result<void> {
    ++resolved.counts.removed;
    resolved.dropped.push_back(key);
    return ledger.add({key, LedgerEntry::kRemoved});
  };
  std::vector<std::vector<uint32_t>> lost(flushed.size());
  std::vector<std::pair<size_t, RunEntry>> entries;
  for (TRY(merge.next(entries)); !entries.empty(); TRY(merge.next(entries))) {
    auto winner =
        std::max_element(entries.begin(), entries.end(),
                         [](const auto& a, const auto& b) { return a.second.loses_to(b.second); });
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
      if (entry == winner) continue;
      if (entry->second.is_stored()) lost[entry->first].push_back(entry->second.row);
      if (!entry->second.is_removal()) ++resolved.counts.duplicates;
    }
    const RunEntry& won = winner->second;
    TRY(others.pass(won.key, drop));
    count(won, resolved.counts);
    if (won.is_stored() || won.fate == Fate::kRemoved) TRY(ledger.add({won.key, won.content_hash}));
    if (won.drops_known()) resolved.dropped.push_back(won.key);
  }
  TRY(others.pass_all(drop));
  if (ledger.count() > 0) resolved.ledger = {TRY(ledger.finish()), source, ledger.count()};

  for (size_t i = 0; i < flushed.size(); ++i) {
    resolved.counts.duplicates += flushed[i].duplicates;
    auto part = TRY(part_of(folder, source, flushed[i], std::move(lost[i]), number));
    if (part) resolved.parts.push_back(std::move(*part));
  }
  return resolved;
}

}  // namespace starling::store
