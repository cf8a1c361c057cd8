// A folder of files as a warehouse: which tables there are, each as a SELECT over its files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/location.h"

namespace starling::source::duckdb {

using base::Result;

enum class FileFormat : uint8_t { kCsv, kTsv, kParquet, kJson, kJsonLines };

struct FileTable {
  std::string table;
  std::string pattern;  // a path or glob
  FileFormat format = FileFormat::kCsv;
  std::map<std::string, std::string> columns;  // declared types
  std::string fault;  // why it cannot be a table; said when the table is used

  bool is_text() const { return format == FileFormat::kCsv || format == FileFormat::kTsv; }
};

// The rows of a file of the table, or of all files of its pattern.
std::string rows_of(const FileTable& table, const std::string& path);
// The same for its column names only. REQUIRES: table.is_text().
std::string header_of(const FileTable& table, const std::string& path);

// Tables by file name (orders.csv.gz is "orders") and the named ones, which come first when names
// are equal. Fails with kUnavailable when the folder cannot be read.
Result<std::vector<FileTable>> file_tables(const Location& location);

}  // namespace starling::source::duckdb
