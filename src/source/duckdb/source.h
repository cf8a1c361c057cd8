// A DuckDB file, or a folder of files, as a warehouse.
#pragma once

#include <memory>

#include "source/source.h"

namespace starling::source::duckdb {

Result<std::unique_ptr<Source>> open(const Location& location);

}  // namespace starling::source::duckdb
