#include "store/compact.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "store/merge_parts.h"
#include "store/records.h"
#include "store/user_segment.h"

namespace starling::store {
namespace {

// Sizes fall, or are in an order that has to stay. The first of the files at the end to merge;
// sizes.size() for none.
size_t merge_start(const std::vector<uint64_t>& sizes, uint64_t total_max) {
  size_t start = sizes.size();
  uint64_t behind = 0;
  for (size_t i = sizes.size(); i-- > 0;) {
    if (behind > 0 && behind >= sizes[i] / 2 && behind + sizes[i] <= total_max) start = i;
    behind += sizes[i];
  }
  return start;
}

class Compaction {
 public:
  Compaction(const Folder& folder, const View& view, uint64_t part_rows_max)
      : folder_(folder), view_(view), part_rows_max_(part_rows_max), manifest_(view.manifest()) {}
  ~Compaction() {
    if (!publishing_) remove_leftovers(folder_, view_.manifest());
  }

  Result<void> run() {
    std::set<std::string> sources;
    for (const PartEntry& part : manifest_.parts) sources.insert(part.source);
    for (const std::string& source : sources) {
      TRY(merge_source(source));
      TRY(merge_ledger(source));
    }
    TRY(merge_users());
    if (replaced_.empty()) return {};
    ++manifest_.version;
    publishing_ = true;
    TRY(publish(folder_, manifest_));
    remove_leftovers(folder_, manifest_);
    return {};
  }

 private:
  Result<void> merge_source(const std::string& source) {
    std::vector<size_t> small;  // places in the manifest, largest first
    for (size_t i = 0; i < manifest_.parts.size(); ++i) {
      const PartEntry& part = manifest_.parts[i];
      if (part.source == source && part.rows <= part_rows_max_ / 2) small.push_back(i);
    }
    std::stable_sort(small.begin(), small.end(), [&](size_t a, size_t b) {
      return manifest_.parts[a].rows > manifest_.parts[b].rows;
    });
    std::vector<uint64_t> sizes;
    for (size_t i : small) sizes.push_back(manifest_.parts[i].rows);
    size_t start = merge_start(sizes, part_rows_max_);
    if (start == small.size()) return {};

    PartEntry merged{{}, source, std::accumulate(sizes.begin() + start, sizes.end(), uint64_t{0})};
    std::vector<std::shared_ptr<const PartFile>> parts;
    for (size_t i = start; i < small.size(); ++i)
      parts.push_back(part_of(manifest_.parts[small[i]].file));
    merged.file = TRY(merge_parts(folder_, manifest_.next_number++, source, parts,
                                  std::vector<DroppedRows>(parts.size())));
    for (const auto& part : parts) replace(part->file().ref());
    std::erase_if(manifest_.parts, [&](const PartEntry& part) { return is_replaced(part.file); });
    manifest_.parts.push_back(std::move(merged));
    return {};
  }

  Result<void> merge_ledger(const std::string& source) {
    std::vector<LedgerRef> ledgers;
    for (const LedgerRef& ledger : manifest_.ledgers) {
      if (ledger.source == source) ledgers.push_back(ledger);
    }
    std::stable_sort(ledgers.begin(), ledgers.end(),
                     [](const LedgerRef& a, const LedgerRef& b) { return a.rows > b.rows; });
    std::vector<uint64_t> sizes;
    for (const LedgerRef& ledger : ledgers) sizes.push_back(ledger.rows);
    size_t start = merge_start(sizes, UINT64_MAX);
    if (start == ledgers.size()) return {};

    std::vector<RecordCursor<LedgerEntry>> cursors;
    for (size_t i = start; i < ledgers.size(); ++i) {
      cursors.emplace_back(TRY(LedgerFile::open(folder_, ledgers[i].file)));
    }
    auto writer =
        TRY(RecordWriter<LedgerEntry>::create(folder_, FileKind::kLedger, manifest_.next_number++));
    TRY(merge_records(cursors, writer));
    LedgerRef merged{TRY(writer.finish()), source, writer.count()};
    for (size_t i = start; i < ledgers.size(); ++i) replace(ledgers[i].file);
    std::erase_if(manifest_.ledgers,
                  [&](const LedgerRef& ledger) { return is_replaced(ledger.file); });
    manifest_.ledgers.push_back(std::move(merged));
    return {};
  }

  // Keys are unique over all ledgers of a source.
  static Result<void> merge_records(std::vector<RecordCursor<LedgerEntry>>& cursors,
                                    RecordWriter<LedgerEntry>& writer) {
    while (true) {
      RecordCursor<LedgerEntry>* least = nullptr;
      const LedgerEntry* entry = nullptr;
      for (auto& cursor : cursors) {
        const LedgerEntry* head = TRY(cursor.current());
        if (head == nullptr || (entry != nullptr && entry->key <= head->key)) continue;
        least = &cursor;
        entry = head;
      }
      if (least == nullptr) return {};
      TRY(writer.add(*entry));
      least->advance();
    }
  }

  Result<void> merge_users() {
    std::vector<uint64_t> sizes;
    for (const UsersEntry& users : manifest_.users) sizes.push_back(users.count);
    size_t start = merge_start(sizes, UINT64_MAX);
    if (start == sizes.size()) return {};
    TextInterner ids;
    std::vector<uint32_t> order;
    for (size_t i = start; i < view_.users().size(); ++i) {
      const UserSegment& segment = *view_.users()[i];
      for (uint32_t user = segment.first(); user < segment.first() + segment.size(); ++user) {
        order.push_back(ids.intern(segment.id(user)).index);
      }
      replace(segment.file().ref());
    }
    UsersEntry merged{{}, manifest_.users[start].first, static_cast<uint32_t>(order.size())};
    merged.file =
        TRY(UserSegment::write(folder_, manifest_.next_number++, merged.first, ids, order));
    manifest_.users.resize(start);
    manifest_.users.push_back(merged);
    return {};
  }

  std::shared_ptr<const PartFile> part_of(const FileRef& file) const {
    for (const auto& part : view_.parts()) {
      if (part->file().ref() == file) return part;
    }
    CHECK(false);
    return nullptr;
  }

  void replace(const FileRef& file) { replaced_.push_back(file); }
  bool is_replaced(const FileRef& file) const {
    return std::find(replaced_.begin(), replaced_.end(), file) != replaced_.end();
  }

  const Folder& folder_;
  const View& view_;
  uint64_t part_rows_max_;
  Manifest manifest_;
  std::vector<FileRef> replaced_;
  bool publishing_ = false;
};

}  // namespace

Result<void> compact_files(const Folder& folder, const View& view, uint64_t part_rows_max) {
  return Compaction(folder, view, part_rows_max).run();
}

}  // namespace starling::store
