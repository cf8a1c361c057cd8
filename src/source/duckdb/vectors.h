// DuckDB's vectors as columns: the loop through which every loaded value goes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "event/column.h"
#include "source/duckdb/handles.h"
#include "source/table.h"

namespace starling::source::duckdb {

using base::Result;

// Reads vectors of one DuckDB type; made once for a result's column.
class VectorReader {
 public:
  // REQUIRES: info.type is set and describes `type`.
  VectorReader(ColumnInfo info, duckdb_logical_type type);

  event::Column empty_column() const { return event::Column(*info_.type); }
  // Appends elements [from, from + count) to a column of this type. Fails with kInvalid when a
  // number needs more than 64 bits. NaN, infinite numbers and infinite times become null.
  Result<void> append(duckdb_vector vector, idx_t from, idx_t count, event::Column& into) const;

 private:
  Result<void> append_list(duckdb_vector vector, idx_t from, idx_t count,
                           event::Column& into) const;
  Result<void> append_array(duckdb_vector vector, idx_t from, idx_t count,
                            event::Column& into) const;
  Result<void> append_elements(duckdb_vector elements, idx_t from, idx_t count,
                               event::Column& into) const;
  Result<void> append_hugeints(const duckdb_hugeint* data, const uint64_t* validity, idx_t from,
                               idx_t count, event::Column& into) const;
  Result<void> too_large(const std::string& value) const;

  ColumnInfo info_;
  duckdb_type id_;
  duckdb_type storage_;  // of DECIMAL and ENUM: the integers that hold them
  std::vector<std::string> enum_texts_;
  idx_t array_size_ = 0;
  bool of_structs_ = false;
  std::vector<VectorReader> members_;    // lists: a reader a child column
  std::vector<idx_t> struct_positions_;  // of_structs_: which struct member feeds child i
};

}  // namespace starling::source::duckdb
