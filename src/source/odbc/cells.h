// The cells of a fetched row, into columns.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "source/odbc/connection.h"
#include "source/source.h"

namespace starling::source::odbc {

// What a statement gives, as the driver describes it. No type for what cannot be read.
Result<std::vector<ColumnInfo>> columns_of(const Connection& connection,
                                           const Statement& statement);

// Column `index` (from 1) of the row the statement stands on, as text; nothing for NULL.
Result<std::optional<std::string>> text_cell(const Connection& connection,
                                             const Statement& statement, int index);

// The same into a column of info's type. kInvalid for what does not fit it.
Result<void> append_cell(const Connection& connection, const Statement& statement, int index,
                         const ColumnInfo& info, event::Column& into);

}  // namespace starling::source::odbc
