// A lookup table: keys in byte order, and columns in the order of the keys or, with history, of
// their versions.
#pragma once

#include <memory>
#include <string>

#include "event/batch.h"
#include "event/schema.h"
#include "store/stored_columns.h"
#include "store/stored_texts.h"
#include "store/stored_versions.h"

namespace starling::store {

class LookupFile : public LookupReader {
 public:
  static Result<std::shared_ptr<const LookupFile>> open(const Folder& folder, const FileRef& ref);
  // Of several rows with one key (and one start) the last is kept.
  static Result<FileRef> write(const Folder& folder, uint64_t number, const event::Lookup& lookup,
                               const event::LookupTable& table);

  const event::Lookup& lookup() const { return lookup_; }
  uint64_t size() const override { return keys_.size(); }
  std::optional<uint32_t> find(std::string_view key) const override;
  std::string_view key(uint32_t place) const override { return keys_[place]; }
  const Versions* versions() const override { return versions_ ? &*versions_ : nullptr; }
  const ColumnReader* column(std::string_view name) const override { return columns_.find(name); }
  const SectionFile& file() const { return *file_; }
  Result<void> verify() const;
  void describe(bool with_rows, std::string& out) const;

 private:
  explicit LookupFile(std::shared_ptr<const SectionFile> file) : file_(std::move(file)) {}
  Result<void> read();

  std::shared_ptr<const SectionFile> file_;
  event::Lookup lookup_;
  StoredTexts keys_;
  std::optional<Versions> versions_;
  StoredColumns columns_;
};

}  // namespace starling::store
