// Functions on texts of custom properties (docs/semantics/custom_properties.md). Lengths and places
// count Unicode characters, places from 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace starling::query {

int64_t count_characters(std::string_view text);
// `count` characters from place `start` on; what lies outside of the text is left out.
std::string middle(std::string_view text, int64_t start, int64_t count);
std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);
// The parts between the delimiters; the whole text when there are none. REQUIRES: not empty.
std::vector<std::string> split(std::string_view text, std::string_view delimiter);
// The name that someone can register in an address, by the public suffix list: "google.co.uk", or
// without its suffix "google". Nothing for what has none: an IP address, "localhost".
std::optional<std::string> url_domain(std::string_view url, bool with_suffix);

}  // namespace starling::query
