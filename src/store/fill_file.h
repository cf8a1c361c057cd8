// Properties that the rows of a part were given after it was written (docs/formats/store.md).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "store/bytes.h"
#include "store/column_builder.h"
#include "store/section_file.h"
#include "store/stored_columns.h"

namespace starling::store {

class FillFile {
 public:
  // Maps the file and checks every byte.
  static Result<std::shared_ptr<const FillFile>> open(const Folder& folder, const FileRef& ref);

  // By table of the part; a table that is not there is given nothing.
  const std::map<uint32_t, StoredColumns>& tables() const { return tables_; }
  const SectionFile& file() const { return *file_; }

 private:
  explicit FillFile(std::shared_ptr<const SectionFile> file) : file_(std::move(file)) {}
  Result<void> read();

  std::shared_ptr<const SectionFile> file_;
  std::map<uint32_t, StoredColumns> tables_;
};

// Writes the columns of one part's tables, table by table. One thread.
class FillFileWriter {
 public:
  static Result<FillFileWriter> create(const Folder& folder, uint64_t number);

  // The next columns are of this table of the part, which has so many rows.
  void begin_table(uint32_t table, uint64_t rows, uint32_t columns);
  Result<void> add(const std::string& property, const EncodedColumn& column);
  Result<FileRef> finish();

 private:
  explicit FillFileWriter(std::unique_ptr<SectionFileWriter> file) : file_(std::move(file)) {}

  std::unique_ptr<SectionFileWriter> file_;
  uint32_t tables_ = 0;
  ByteWriter description_;
};

}  // namespace starling::store
