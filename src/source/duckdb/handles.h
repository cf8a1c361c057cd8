// DuckDB's C objects, owned. duckdb.h is included by this folder only.
#pragma once

#include <duckdb.h>

#include <string>
#include <utility>

#include "base/result.h"

namespace starling::source::duckdb {

// Owns a C handle that is destroyed through its address.
template <class T, void (*destroy)(T*)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(T value) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, T{})) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Handle() { destroy(&value_); }

  T get() const { return value_; }
  T* out() { return &value_; }

 private:
  T value_{};
};

using Database = Handle<duckdb_database, duckdb_close>;
using Connection = Handle<duckdb_connection, duckdb_disconnect>;
using Config = Handle<duckdb_config, duckdb_destroy_config>;
using Statement = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Pending = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using QueryResult = Handle<duckdb_result, duckdb_destroy_result>;
using Chunk = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using LogicalType = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;

// A text of DuckDB, freed.
inline std::string take_text(char* text) {
  std::string copy = text ? text : "";
  duckdb_free(text);
  return copy;
}

}  // namespace starling::source::duckdb
