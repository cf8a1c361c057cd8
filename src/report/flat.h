// A result document as rows of cells, for CSV and for the terminal.
#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace starling::report {

using base::Result;

using Cells = std::vector<std::string>;

// A parsed result; fails with kInvalid when the text is none.
Result<base::Node> parse_result(const std::string& result_json);

// One coordinate as a person reads it: "Brooklyn", "(not set)", "0 - 100", "in Win-back".
std::string coordinate_text(const base::Node& coordinate);
// A number, text or flag without quotes; null is "".
std::string cell_text(const base::Node& value);
// The coordinates of a series, one cell a breakdown; the row over all segments has "(all)" in each.
Cells segment_cells(const base::Node& series, size_t breakdowns);
// What a funnel's step is called: "added to cart", "viewed or opened", "any event".
std::string events_text(const base::Node& step);
// How many breakdowns the series of a result have.
size_t breakdown_count(const base::Node& result);

// A field that every result of this kind has; an empty node when it is missing.
const base::Node& field(const base::Node& node, std::string_view name);

}  // namespace starling::report
