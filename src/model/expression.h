// A model's {sql: …} is written over the table's own columns; a joined table may have columns of
// the same names.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace starling::model {

// Puts `owner.` before every bare mention of a name of `columns` (lower case). Texts, quoted names,
// comments, names behind a dot or before one, function names and types behind AS or :: stay as they
// are.
std::string with_owner(std::string_view sql, const std::set<std::string>& columns,
                       const std::string& owner);

std::string lower_case(std::string_view text);

}  // namespace starling::model
