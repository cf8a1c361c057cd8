// The store in a local folder.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "store/publish.h"
#include "store/store.h"

namespace starling::store {

// Thread-safe.
class NativeStore : public Store {
 public:
  NativeStore(std::shared_ptr<const Folder> folder, uint32_t part_rows_max)
      : folder_(std::move(folder)), part_rows_max_(part_rows_max) {}

  // The newest view; maps only what is new.
  Result<std::shared_ptr<const View>> view() const;

  Result<std::shared_ptr<const Snapshot>> snapshot() const override;
  Result<void> compact() override;
  Result<std::string> dump(bool with_rows) const override;
  Result<void> verify() const override;

  Result<std::unique_ptr<event::Write>> begin() override;
  std::optional<std::string> document(const std::string& name) const override;
  Result<event::SourceTotals> source_totals(const std::string& source) const override;
  Result<std::vector<event::SourceTotals>> totals_between(
      const std::string& source, const std::vector<int64_t>& times) const override;
  uint64_t user_rows() const override;
  std::optional<uint64_t> lookup_rows(const std::string& name) const override;
  event::Schema schema() const override;

 private:
  std::shared_ptr<const View> newest_or_last() const;

  const std::shared_ptr<const Folder> folder_;
  const uint32_t part_rows_max_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const View> view_;  // guarded by mutex_
  mutable ManifestStamp stamp_;               // of view_'s manifest; guarded by mutex_
};

}  // namespace starling::store
