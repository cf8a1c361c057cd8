// Texts as ODBC's wide functions take and give them.
#pragma once

#include <string>
#include <string_view>

namespace starling::source::odbc {

// What is no UTF-8 or UTF-16 becomes U+FFFD.
std::u16string to_utf16(std::string_view text);
std::string to_utf8(std::u16string_view text);

}  // namespace starling::source::odbc
