// Names and values as SQL text, and DuckDB's messages as people read them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace starling::source::duckdb {

std::string quoted_text(std::string_view text);  // 'it''s'
std::string quoted_name(std::string_view name);  // "order"

// The message without the picture of the statement below it.
std::string plain_message(std::string_view message);

// Why a line of a text file was left out: `orders.csv line 12, column "total": "abc" is no
// DECIMAL(16,2)`.
std::string reject_reason(std::string_view where, std::string_view column,
                          std::string_view message);

// What went wrong while rows were read: kInvalid with the line when a text file cannot be
// understood, else `code`, with the plain message.
base::Error read_error(std::string_view message, base::Error::Code code);

// Why a database could not be opened, in words a user can act on.
base::Error open_error(const std::string& path, std::string_view message);

}  // namespace starling::source::duckdb
