// DuckDB's chunks of 2048 rows, put together into pieces worth handing over.
#pragma once

#include <functional>
#include <vector>

#include "source/duckdb/vectors.h"
#include "source/source.h"

namespace starling::source::duckdb {

class Pieces {
 public:
  // Fails with kUnsupported when the result has a column that cannot be read. `take` must outlive
  // this.
  static Result<Pieces> create(duckdb_result result, const std::function<Result<void>(Rows)>& take);

  // Fails with what `take` says.
  Result<void> add(duckdb_data_chunk chunk);
  // Hands over what is left.
  Result<void> finish();

 private:
  explicit Pieces(const std::function<Result<void>(Rows)>& take) : take_(take) {}
  void start();
  Result<void> hand_over();

  const std::function<Result<void>(Rows)>& take_;
  std::vector<VectorReader> readers_;
  Rows piece_;
};

}  // namespace starling::source::duckdb
