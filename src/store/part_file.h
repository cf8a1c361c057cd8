// A part as it was written: the tables of one source, mapped and checked (docs/formats/store.md).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/section_file.h"
#include "store/snapshot.h"
#include "store/stored_columns.h"
#include "store/stored_numbers.h"

namespace starling::store {

class PartTable {
 public:
  // Reads a table's description as TableBuilder::write() wrote it. The file must outlive the table.
  static Result<std::unique_ptr<PartTable>> read(const SectionFile& file, const std::string& source,
                                                 ByteReader& description);
  // Whether the rows stand in order and every code and offset points inside. REQUIRES: the
  // checksums fit.
  Result<void> check_contents(const SectionFile& file) const;

  const std::string& event() const { return event_; }
  const std::string& source() const { return source_; }
  uint64_t size() const { return times_.size(); }
  int64_t first_time() const { return first_time_; }  // ms, over all rows
  int64_t last_time() const { return last_time_; }
  const StoredNumbers<uint32_t>& users() const { return users_; }
  const StoredNumbers<int64_t>& times() const { return times_; }
  std::span<const uint64_t> order_keys() const { return order_keys_; }
  // Every property the table was given, even those that no row has.
  const StoredColumns& columns() const { return columns_; }
  uint32_t users_end() const;  // 1 + greatest user number, 0 when no row has a user
  void describe(bool with_rows, std::string& out) const;

 private:
  PartTable(std::string source, std::string event)
      : source_(std::move(source)), event_(std::move(event)) {}

  std::string source_, event_;
  int64_t first_time_ = 0, last_time_ = 0;
  StoredNumbers<uint32_t> users_;
  StoredNumbers<int64_t> times_;
  std::span<const uint64_t> order_keys_;
  StoredColumns columns_;
};

class PartFile {
 public:
  // Maps the file and checks every byte. Errors as SectionFile::open.
  static Result<std::shared_ptr<const PartFile>> open(const Folder& folder, const FileRef& ref);

  const std::string& source() const { return source_; }
  const std::vector<std::unique_ptr<PartTable>>& tables() const { return tables_; }
  const SectionFile& file() const { return *file_; }
  Result<void> verify() const;
  void describe(bool with_rows, std::string& out) const;

 private:
  explicit PartFile(std::shared_ptr<const SectionFile> file) : file_(std::move(file)) {}
  Result<void> read();

  std::shared_ptr<const SectionFile> file_;
  std::string source_;
  std::vector<std::unique_ptr<PartTable>> tables_;
};

}  // namespace starling::store
