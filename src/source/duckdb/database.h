// Opens DuckDB with the limits a guest on somebody's machine keeps to.
#pragma once

#include <string>

#include "base/result.h"
#include "source/duckdb/handles.h"

namespace starling::source::duckdb {

using base::Result;

// The file at `path` read only, or a database in memory. Nothing is downloaded, memory is bounded,
// and what does not fit spills into the system's folder for temporary files.
Result<Database> open_database(const std::string& path, bool read_only);

}  // namespace starling::source::duckdb
