#include "store/compact.h"

#include <algorithm>
#include <functional>
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
  Compaction(const Folder& folder, const View& view)
      : folder_(folder), view_(view), manifest_(view.manifest()) {}
  ~Compaction() {
    if (!publishing_) remove_leftovers(folder_, view_.manifest());
  }

  Result<bool> run() {
    std::set<std::string> sources;
    for (const PartEntry& part : manifest_.parts) sources.insert(part.source);
    for (const LedgerRef& ledger : manifest_.ledgers) sources.insert(ledger.source);
    for (const std::string& source : sources) {
      TRY(merge_source(source));
      TRY(merge_ledger(source));
    }
    TRY(merge_users());
    if (replaced_.empty()) return false;
    ++manifest_.version;
    publishing_ = true;
    TRY(publish(folder_, manifest_));
    remove_leftovers(folder_, manifest_);
    return true;
  }

 private:
  Result<void> merge_source(const std::string& source) {
    std::vector<const PartEntry*> small;  // largest first
    for (const PartEntry& part : manifest_.parts) {
      if (part.source == source && part.rows <= kMergedRowsMax / 2) small.push_back(&part);
    }
    std::ranges::stable_sort(small, std::greater<>(), &PartEntry::rows);
    std::vector<uint64_t> sizes;
    for (const PartEntry* part : small) sizes.push_back(part->rows);
    std::vector<std::shared_ptr<const LivePart>> parts;
    for (size_t i = merge_start(sizes, kMergedRowsMax); i < small.size(); ++i)
      parts.push_back(part_of(small[i]->file));
    if (!parts.empty()) TRY(merge(source, parts));
    for (const auto& part : view_.parts()) {
      if (part->entry().source == source && !is_replaced(part->entry().file) && wastes(*part))
        TRY(merge(source, {part}));
    }
    return {};
  }

  // A quarter of its rows and more were dropped.
  static bool wastes(const LivePart& part) {
    uint64_t rows = 0;
    for (const auto& table : part.tables()) rows += table->size();
    return (rows - part.entry().rows) * 4 >= rows;
  }

  Result<void> merge(const std::string& source,
                     const std::vector<std::shared_ptr<const LivePart>>& parts) {
    PartEntry merged{{}, source, 0, {}, {}};
    for (const auto& part : parts) {
      merged.rows += part->entry().rows;
      replace(part->entry().file);
    }
    merged.file = TRY(merge_parts(folder_, manifest_.next_number++, source, parts));
    std::erase_if(manifest_.parts, [&](const PartEntry& part) { return is_replaced(part.file); });
    manifest_.parts.push_back(std::move(merged));
    return {};
  }

  // Only neighbours are merged, so that ledgers stay in the order of their age.
  Result<void> merge_ledger(const std::string& source) {
    std::vector<LedgerRef> ledgers;
    std::vector<uint64_t> sizes;
    for (const LedgerRef& ledger : manifest_.ledgers) {
      if (ledger.source != source) continue;
      ledgers.push_back(ledger);
      sizes.push_back(ledger.rows);
    }
    size_t start = merge_start(sizes, UINT64_MAX);
    if (start == ledgers.size()) return {};

    std::vector<RecordCursor<LedgerEntry>> cursors;
    for (size_t i = start; i < ledgers.size(); ++i) {
      cursors.emplace_back(TRY(LedgerFile::open(folder_, ledgers[i].file)));
      replace(ledgers[i].file);
    }
    auto writer =
        TRY(RecordWriter<LedgerEntry>::create(folder_, FileKind::kLedger, manifest_.next_number++));
    TRY(merge_records(cursors, start == 0, writer));
    std::erase_if(manifest_.ledgers,
                  [&](const LedgerRef& ledger) { return is_replaced(ledger.file); });
    if (writer.count() > 0)
      manifest_.ledgers.push_back({TRY(writer.finish()), source, writer.count()});
    return {};
  }

  // A key's entry in the last cursor that has it stays; with `oldest`, removed rows are forgotten.
  static Result<void> merge_records(std::vector<RecordCursor<LedgerEntry>>& cursors, bool oldest,
                                    RecordWriter<LedgerEntry>& writer) {
    std::vector<const LedgerEntry*> heads;
    for (auto& cursor : cursors) heads.push_back(TRY(cursor.current()));
    while (true) {
      const LedgerEntry* least = nullptr;
      for (const LedgerEntry* head : heads) {
        if (head != nullptr && (least == nullptr || head->key <= least->key)) least = head;
      }
      if (least == nullptr) return {};
      LedgerEntry entry = *least;
      if (!oldest || entry.content_hash != LedgerEntry::kRemoved) TRY(writer.add(entry));
      for (size_t i = 0; i < cursors.size(); ++i) {
        if (heads[i] == nullptr || heads[i]->key != entry.key) continue;
        cursors[i].advance();
        heads[i] = TRY(cursors[i].current());
      }
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

  std::shared_ptr<const LivePart> part_of(const FileRef& file) const {
    for (const auto& part : view_.parts()) {
      if (part->entry().file == file) return part;
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
  Manifest manifest_;
  std::vector<FileRef> replaced_;
  bool publishing_ = false;
};

}  // namespace

Result<bool> compact_files(const Folder& folder, const View& view) {
  return Compaction(folder, view).run();
}

}  // namespace starling::store
