#include "store/native_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "store/compact.h"
#include "store/dump.h"
#include "store/store_write.h"

namespace starling::store {

Result<std::unique_ptr<Store>> Store::open(const std::string& path, Options options) {
  auto folder = std::make_shared<Folder>(path, options.before_write);
  if (!base::file_exists(folder->file(kManifestName))) {
    if (!options.create)
      return Error{Error::Code::kNotFound, fmt::format("there is no store in {}", path)};
    TRY(folder->create());
    auto lock = TRY(base::FileLock::acquire(folder->file(kLockName)));
    if (!base::file_exists(folder->file(kManifestName))) TRY(publish(*folder, Manifest{}));
  }
  auto store = std::make_unique<NativeStore>(folder, options.part_rows_max);
  TRY(store->view());
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::shared_ptr<const View>> NativeStore::view() const {
  std::lock_guard guard(mutex_);
  // The stamp is taken before the manifest is read: a commit between the two is seen by the next
  // call.
  ManifestStamp stamp = manifest_stamp(*folder_);
  if (view_ != nullptr && stamp == stamp_) return view_;
  view_ = TRY(load_newest(*folder_, view_.get()));
  stamp_ = stamp;
  return view_;
}

Result<std::shared_ptr<const Snapshot>> NativeStore::snapshot() const {
  return std::shared_ptr<const Snapshot>(TRY(view()));
}

Result<std::unique_ptr<event::Write>> NativeStore::begin() {
  auto lock = TRY(base::FileLock::acquire(folder_->file(kLockName)));
  auto base = TRY(view());
  remove_leftovers(*folder_, base->manifest());
  return std::unique_ptr<event::Write>(
      std::make_unique<StoreWrite>(folder_, std::move(lock), std::move(base), part_rows_max_));
}

Result<void> NativeStore::compact() {
  // The lock is taken for each step anew: a write may come between two of them.
  for (bool merged = false;; merged = true) {
    auto lock = base::FileLock::acquire(folder_->file(kLockName));
    if (!lock && merged) return {};
    const auto held = TRY(std::move(lock));
    auto newest = TRY(view());
    remove_leftovers(*folder_, newest->manifest());
    if (!TRY(compact_files(*folder_, *newest))) return {};
  }
}

Result<std::string> NativeStore::dump(bool with_rows) const {
  return dump_view(*folder_, *TRY(view()), with_rows);
}

Result<void> NativeStore::verify() const {
  auto fresh = TRY(load_newest(*folder_, nullptr));
  for (const LedgerRef& ledger : fresh->manifest().ledgers) {
    auto file = TRY(SectionFile::open(*folder_, ledger.file));
    TRY(file->verify());
  }
  return {};
}

// For answers that cannot fail: when the newest view cannot be loaded, the last one still holds.
std::shared_ptr<const View> NativeStore::newest_or_last() const {
  auto newest = view();
  if (newest) return newest.value();
  std::lock_guard guard(mutex_);
  return view_;
}

std::optional<std::string> NativeStore::document(const std::string& name) const {
  return newest_or_last()->document(name);
}

Result<event::SourceTotals> NativeStore::source_totals(const std::string& source) const {
  return TRY(totals_between(source, {}))[0];
}

Result<std::vector<event::SourceTotals>> NativeStore::totals_between(
    const std::string& source, const std::vector<int64_t>& times) const {
  auto newest = TRY(view());
  std::vector<event::SourceTotals> totals(times.size() + 1);
  for (const EventTable* table : newest->tables()) {
    if (table->source() != source) continue;
    std::span<const uint64_t> keys = table->order_keys();
    table->times().for_each(0, table->size(), [&](uint64_t row, int64_t time) {
      if (table->is_dropped(row)) return;
      auto place = std::upper_bound(times.begin(), times.end(), time) - times.begin();
      event::SourceTotals& of = totals[static_cast<size_t>(place)];
      ++of.rows;
      of.key_sum += keys[row];
      of.time_sum =
          static_cast<int64_t>(static_cast<uint64_t>(of.time_sum) + static_cast<uint64_t>(time));
    });
  }
  return totals;
}

uint64_t NativeStore::user_rows() const {
  auto newest = newest_or_last();
  if (newest->profiles() == nullptr) return 0;
  const Versions* versions = newest->profiles()->versions();
  return versions == nullptr ? newest->profiles()->profiles() : versions->starts.size();
}

std::optional<uint64_t> NativeStore::lookup_rows(const std::string& name) const {
  auto newest = newest_or_last();
  const LookupReader* lookup = newest->lookup(name);
  if (lookup == nullptr) return std::nullopt;
  return lookup->versions() == nullptr ? lookup->size() : lookup->versions()->starts.size();
}

event::Schema NativeStore::schema() const { return newest_or_last()->schema(); }

}  // namespace starling::store
