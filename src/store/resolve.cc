#include "store/resolve.h"

#include <algorithm>

#include "store/merge_parts.h"

namespace starling::store {
namespace {

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

}  // namespace

Result<ResolvedRows> resolve(const Folder& folder, const std::string& source,
                             std::vector<FlushedRows> flushed, uint64_t& number) {
  ResolvedRows resolved;
  RunMerge merge = TRY(RunMerge::open(folder, flushed));
  auto ledger = TRY(RecordWriter<LedgerEntry>::create(folder, FileKind::kLedger, number++));
  std::vector<DroppedRows> lost(flushed.size());
  std::vector<std::pair<size_t, RunEntry>> entries;
  for (TRY(merge.next(entries)); !entries.empty(); TRY(merge.next(entries))) {
    auto winner =
        std::max_element(entries.begin(), entries.end(),
                         [](const auto& a, const auto& b) { return a.second.loses_to(b.second); });
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
      if (entry != winner && entry->second.is_stored()) {
        lost[entry->first].push_back({entry->second.table, entry->second.row});
      }
    }
    resolved.counts.duplicates += entries.size() - 1;
    const RunEntry& won = winner->second;
    if (won.is_stored()) {
      ++resolved.counts.stored;
      TRY(ledger.add({won.key, won.content_hash}));
    } else {
      ++(won.table == RunEntry::kKnown ? resolved.counts.known : resolved.counts.changed);
    }
  }
  for (const FlushedRows& rows : flushed) resolved.counts.duplicates += rows.duplicates;
  if (ledger.count() > 0) resolved.ledger = TRY(ledger.finish());

  for (size_t i = 0; i < flushed.size(); ++i) {
    if (lost[i].empty()) continue;
    auto part = TRY(PartFile::open(folder, *flushed[i].part));
    flushed[i].part_rows -= lost[i].size();
    flushed[i].part.reset();
    if (flushed[i].part_rows > 0)
      flushed[i].part = TRY(merge_parts(folder, number++, source, {part}, {lost[i]}));
  }
  resolved.parts = std::move(flushed);
  return resolved;
}

}  // namespace starling::store
