// A snapshot over mapped files: what one manifest names, checked.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/live_table.h"
#include "store/lookup_file.h"
#include "store/manifest.h"
#include "store/profile_file.h"
#include "store/records.h"
#include "store/snapshot.h"
#include "store/user_segment.h"

namespace starling::store {

class View : public Snapshot {
 public:
  // Maps and checks every file that `before` (may be nullptr) has not mapped yet. kNotFound when a
  // file is gone.
  static Result<std::shared_ptr<const View>> load(const Folder& folder, Manifest manifest,
                                                  const View* before);

  const Manifest& manifest() const { return manifest_; }
  const std::vector<std::shared_ptr<const LivePart>>& parts() const { return parts_; }
  // As in the manifest. Kept open from view to view, so that their blocks are checked once.
  const std::vector<std::shared_ptr<const LedgerFile>>& ledgers() const { return ledgers_; }
  const std::vector<std::shared_ptr<const UserSegment>>& users() const { return users_; }
  const std::shared_ptr<const ProfileFile>& profiles() const { return profiles_; }
  const std::map<std::string, std::shared_ptr<const LookupFile>, std::less<>>& lookups() const {
    return lookups_;
  }

  uint64_t version() const override { return manifest_.version; }
  const event::Schema& schema() const override { return schema_; }
  std::span<const EventTable* const> tables() const override { return tables_; }
  uint32_t user_count() const override { return manifest_.user_count(); }
  std::string_view user_id(uint32_t user) const override;
  std::optional<uint32_t> find_user(std::string_view id) const override;
  bool has_profile(uint32_t user) const override {
    return profiles_ != nullptr && profiles_->has_profile(user);
  }
  const Versions* user_versions() const override {
    return profiles_ == nullptr ? nullptr : profiles_->versions();
  }
  const ColumnReader* user_property(std::string_view name) const override;
  const LookupReader* lookup(std::string_view name) const override;
  std::optional<std::string> document(const std::string& name) const override;
  uint64_t bytes() const override;

 private:
  explicit View(Manifest manifest) : manifest_(std::move(manifest)) {}
  Result<void> map_files(const Folder& folder, const View* before);
  Result<void> index(const Folder& folder);

  Manifest manifest_;
  std::vector<std::shared_ptr<const LivePart>> parts_;  // as in the manifest
  std::vector<std::shared_ptr<const LedgerFile>> ledgers_;
  std::vector<std::shared_ptr<const UserSegment>> users_;
  std::shared_ptr<const ProfileFile> profiles_;
  std::map<std::string, std::shared_ptr<const LookupFile>, std::less<>> lookups_;

  event::Schema schema_;
  std::vector<const EventTable*> tables_;  // those with rows that count
  std::map<std::string, PaddedColumn, std::less<>> user_properties_;
};

}  // namespace starling::store
