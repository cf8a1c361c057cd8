#include "model/expression.h"

#include <algorithm>
#include <cctype>

namespace starling::model {
namespace {

bool starts_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}
bool in_name(char c) {
  return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) || c == '$';
}

// Where the text, quoted name or comment that starts at `at` ends; `at` itself when none starts
// there.
size_t skip_quoted(std::string_view sql, size_t at) {
  auto after = [&](std::string_view end, size_t from) {
    size_t found = sql.find(end, from);
    return found == std::string_view::npos ? sql.size() : found + end.size();
  };
  std::string_view rest = sql.substr(at);
  if (rest.starts_with("--")) return after("\n", at);
  if (rest.starts_with("/*")) return after("*/", at + 2);
  if (rest.starts_with("'") || rest.starts_with("\"")) return after(rest.substr(0, 1), at + 1);
  return at;
}

// What stands before and after a name, blanks left out.
struct Surroundings {
  char before = ' ', after = ' ';
  bool is_type = false;  // behind AS or ::
};

Surroundings look_around(std::string_view sql, size_t start, size_t end) {
  Surroundings out;
  size_t left = start;
  while (left > 0 && std::isspace(static_cast<unsigned char>(sql[left - 1]))) --left;
  if (left > 0) out.before = sql[left - 1];
  out.is_type = left >= 2 && sql.substr(left - 2, 2) == "::";
  if (left >= 2 && left < start && lower_case(sql.substr(left - 2, 2)) == "as") {
    out.is_type = left == 2 || !in_name(sql[left - 3]);
  }
  while (end < sql.size() && std::isspace(static_cast<unsigned char>(sql[end]))) ++end;
  if (end < sql.size()) out.after = sql[end];
  return out;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::string with_owner(std::string_view sql, const std::set<std::string>& columns,
                       const std::string& owner) {
  std::string out;
  size_t at = 0;
  while (at < sql.size()) {
    bool quoted_name = sql[at] == '"';
    size_t end = skip_quoted(sql, at);
    std::string_view name;
    if (quoted_name && end >= at + 2) name = sql.substr(at + 1, end - at - 2);
    if (end == at && starts_name(sql[at])) {
      while (end < sql.size() && in_name(sql[end])) ++end;
      name = sql.substr(at, end - at);
    } else if (end == at) {
      ++end;
      if (std::isdigit(static_cast<unsigned char>(sql[at]))) {
        while (end < sql.size() && in_name(sql[end])) ++end;  // 1e5
      }
    }
    if (!name.empty() && columns.contains(lower_case(name))) {
      Surroundings around = look_around(sql, at, end);
      if (around.before != '.' && around.after != '.' && around.after != '(' && !around.is_type)
        out += owner + ".";
    }
    out += sql.substr(at, end - at);
    at = end;
  }
  return out;
}

}  // namespace starling::model
