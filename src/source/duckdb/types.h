// DuckDB's types as types of properties.
#pragma once

#include <string>

#include "source/duckdb/handles.h"
#include "source/table.h"

namespace starling::source::duckdb {

// Which readable type a DuckDB type is. Lists of scalars, lists of flat structs and scalars can be
// read; DECIMAL(n,0) is an integer; everything else leaves `type` empty.
ColumnInfo column_info(std::string name, duckdb_logical_type type);

// "DECIMAL(16,2)", "STRUCT(a INTEGER)[]".
std::string type_text(duckdb_logical_type type);

}  // namespace starling::source::duckdb
