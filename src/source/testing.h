// For tests: makes warehouses.
#pragma once

#include <string>

#include "base/result.h"

namespace starling::source {

// Runs SQL statements on the DuckDB file at `path`, which is made when it is not there.
base::Result<void> write_duckdb(const std::string& path, const std::string& sql);

}  // namespace starling::source
