// Rows of text in aligned columns, for a terminal.
#pragma once

#include <string>
#include <vector>

namespace starling::app {

// The first row is the heading. Columns in `right` are aligned to the right (numbers).
std::string text_table(const std::vector<std::vector<std::string>>& rows,
                       const std::vector<size_t>& right);

// "1,234,567".
std::string grouped(uint64_t number);

}  // namespace starling::app
