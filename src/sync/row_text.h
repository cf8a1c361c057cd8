// Texts by which a row is known (reports.md §8.1).
#pragma once

#include <string>

#include "event/column.h"
#include "source/table.h"

namespace starling::sync {

// Appends the text of one id column's value: integers in decimal, text as it is, dates YYYY-MM-DD,
// timestamps YYYY-MM-DD HH:MM:SS[.ffffff], NULL as nothing.
void append_id_text(std::string& out, const event::Column& column, size_t row);

// The user or key text of a value: integers in decimal, decimals and floats shortest, text as it
// is; "" for NULL.
std::string key_text(const event::Column& column, size_t row);

// The non-null values of a row as JSON, keys sorted, no spaces. `names[i]` names columns[i]; names
// are sorted already.
std::string row_json(const std::vector<std::string>& names,
                     const std::vector<const event::Column*>& columns, size_t row);

}  // namespace starling::sync
