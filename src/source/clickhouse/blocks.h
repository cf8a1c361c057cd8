// Blocks of rows in ClickHouse's Native format, into columns. A block: how many columns and rows,
// then for each column its name, its type and its values one after another.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/clickhouse/types.h"
#include "source/source.h"

namespace starling::source::clickhouse {

// Takes the bytes of an answer as they come and hands over every whole block as rows.
class BlockReader {
 public:
  // `columns`: what is made of them; known from the first block when empty.
  BlockReader(std::vector<ColumnInfo> columns, std::function<Result<void>(Rows)> take)
      : columns_(std::move(columns)), take_(std::move(take)) {}

  // kInvalid for a number that needs more than 64 bits, kUnsupported for a column that cannot be
  // read, kUnavailable for what is no block: an error that came in the middle of the rows.
  Result<void> append(std::string_view bytes);
  // REQUIRES: all bytes have been appended. kUnavailable when the last block is torn.
  Result<void> finish();

  const std::vector<ColumnInfo>& columns() const { return columns_; }

 private:
  Result<bool> take_block();
  base::Error torn() const;

  std::vector<ColumnInfo> columns_;
  std::function<Result<void>(Rows)> take_;
  std::string buffer_;
  size_t next_try_ = 0;  // bytes before which a block is not looked for again
};

}  // namespace starling::source::clickhouse
