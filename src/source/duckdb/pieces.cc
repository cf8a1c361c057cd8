#include "source/duckdb/pieces.h"

#include <fmt/format.h>

#include "source/duckdb/types.h"

namespace starling::source::duckdb {
namespace {

constexpr size_t kRowsAPiece = 32'768;

}  // namespace

Result<Pieces> Pieces::create(duckdb_result result, const std::function<Result<void>(Rows)>& take) {
  Pieces pieces(take);
  for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
    LogicalType type(duckdb_column_logical_type(&result, i));
    ColumnInfo info = column_info(duckdb_column_name(&result, i), type.get());
    if (!info.type) {
      return base::Error{
          base::Error::Code::kUnsupported,
          fmt::format(R"(column "{}": values of {} cannot be read)", info.name, info.native_type)};
    }
    pieces.readers_.emplace_back(std::move(info), type.get());
  }
  pieces.start();
  return pieces;
}

Result<void> Pieces::add(duckdb_data_chunk chunk) {
  idx_t rows = duckdb_data_chunk_get_size(chunk);
  for (size_t i = 0; i < readers_.size(); ++i) {
    TRY(readers_[i].append(duckdb_data_chunk_get_vector(chunk, i), 0, rows, piece_.columns[i]));
  }
  return piece_.size() >= kRowsAPiece ? hand_over() : Result<void>();
}

Result<void> Pieces::finish() { return piece_.size() > 0 ? hand_over() : Result<void>(); }

void Pieces::start() {
  piece_ = {};
  for (const VectorReader& reader : readers_) piece_.columns.push_back(reader.empty_column());
}

Result<void> Pieces::hand_over() {
  Rows full = std::move(piece_);
  start();
  return take_(std::move(full));
}

}  // namespace starling::source::duckdb
