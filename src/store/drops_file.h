// Rows of a part that count no more: replaced or removed since it was written
// (docs/formats/store.md). The part stays as it is until a merge leaves them out.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "store/section_file.h"

namespace starling::store {

// By table of the part: row numbers, ascending, each once.
using DroppedRows = std::vector<std::vector<uint32_t>>;

class DropsFile {
 public:
  // Maps the file and checks every byte.
  static Result<std::shared_ptr<const DropsFile>> open(const Folder& folder, const FileRef& ref);
  static Result<FileRef> write(const Folder& folder, uint64_t number, const DroppedRows& rows);

  size_t tables() const { return rows_.size(); }
  std::span<const uint32_t> rows(size_t table) const { return rows_[table]; }
  const SectionFile& file() const { return *file_; }

 private:
  explicit DropsFile(std::shared_ptr<const SectionFile> file) : file_(std::move(file)) {}
  Result<void> read();

  std::shared_ptr<const SectionFile> file_;
  std::vector<std::span<const uint32_t>> rows_;
};

}  // namespace starling::store
