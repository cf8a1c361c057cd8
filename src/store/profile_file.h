// Profiles: a column a user property, a row a user or, with history, a version of one; and which
// users have a profile at all.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "event/batch.h"
#include "store/column_builder.h"
#include "store/stored_columns.h"
#include "store/stored_versions.h"

namespace starling::store {

class ProfileFile {
 public:
  static Result<std::shared_ptr<const ProfileFile>> open(const Folder& folder, const FileRef& ref);

  uint32_t rows() const {
    return rows_;
  }  // users numbered when it was written; later ones have no profile
  uint32_t profiles() const { return profiles_; }
  bool has_profile(uint32_t user) const;
  const StoredColumns& columns() const { return columns_; }
  const Versions* versions() const { return versions_ ? &*versions_ : nullptr; }
  std::optional<event::AsOf> history() const { return history_; }
  const SectionFile& file() const { return *file_; }
  Result<void> verify() const;
  void describe(bool with_rows, std::string& out) const;

 private:
  explicit ProfileFile(std::shared_ptr<const SectionFile> file) : file_(std::move(file)) {}
  Result<void> read();

  std::shared_ptr<const SectionFile> file_;
  uint32_t rows_ = 0, profiles_ = 0;
  const std::byte* has_profile_ = nullptr;
  std::optional<Versions> versions_;
  std::optional<event::AsOf> history_;
  StoredColumns columns_;
};

// Collects profiles; of several values for one user and property the last that is not null stays.
// With history every version stays as it is; of several with one start the last.
class ProfileBuilder {
 public:
  // The profiles as they are, as a start. REQUIRES: nothing was added; they have no history.
  Result<void> add(const ProfileFile& profiles);
  // `users` holds the number of each row's user, or kNoUser for a row to skip. Fails with kInvalid
  // naming the property. REQUIRES: with history, nothing was added before.
  Result<void> add(const event::UserBatch& batch, std::span<const uint32_t> users);

  std::vector<event::Property> properties() const;
  // Writes the profiles of users 0 .. user_count - 1.
  Result<FileRef> write(const Folder& folder, uint64_t number, uint32_t user_count) const;

 private:
  struct Property {
    explicit Property(event::PropertyType type) : values(std::move(type)) {}
    ColumnBuilder values;
    std::vector<uint32_t> row_of_user;  // into values; kNullRow where the user has none
  };

  void mark(uint32_t user);
  void point(Property& property, uint64_t first_row, std::span<const uint32_t> users);

  std::vector<uint8_t> has_profile_;
  std::optional<event::AsOf> history_;
  std::vector<uint32_t> version_users_;  // with history: of each row
  std::vector<int64_t> version_starts_;
  std::map<std::string, Property> properties_;
};

}  // namespace starling::store
