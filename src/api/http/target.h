// The target of a request line: which path, with which parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling::api::http {

struct Target {
  std::string authority;  // of the absolute form ("http://host:8080/path"), else ""
  std::string path;       // as sent, starts with '/'
  std::vector<std::string> segments;
  std::vector<std::pair<std::string, std::string>> parameters;
};

// Nothing when it is neither origin form nor absolute form, or has a broken escape, a NUL or bytes
// that are no UTF-8.
std::optional<Target> parse_target(std::string_view text);

// Percent-decoding; '+' becomes a space when `plus_is_space` (queries). Nothing as above.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
// Everything but letters, digits and "-._~" is escaped.
std::string percent_encode(std::string_view text);

// The host of "name:port", "[::1]:port" or "name", in lower case and without brackets.
std::string host_name(std::string_view authority);

}  // namespace starling::api::http
