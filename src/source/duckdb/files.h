// A folder of files as a warehouse: which tables there are, each as a SELECT over its files.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "source/location.h"

namespace starling::source::duckdb {

using base::Result;

struct FileTable {
  std::string table;
  std::string select;  // "" when it has a fault
  // The same when the files of a glob do not have the same columns: those a file lacks are null. Only text files need it:
  // DuckDB then keeps no bad lines. Else "".
  std::string select_by_name;
  std::string fault;   // why it cannot be a table; said when the table is used
};

// Tables by file name (orders.csv.gz is "orders") and the named ones, which come first when names are equal. Fails with
// kUnavailable when the folder cannot be read.
Result<std::vector<FileTable>> file_tables(const Location& location);

}  // namespace starling::source::duckdb
