#include "source/duckdb/text.h"

#include <fmt/format.h>

#include <vector>

namespace starling::source::duckdb {
namespace {

using base::Error;

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

// The text between `before` and `after`, or "".
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  size_t start = text.find(before);
  if (start == std::string_view::npos) return {};
  start += before.size();
  size_t end = text.find(after, start);
  return text.substr(start, end == std::string_view::npos ? end : end - start);
}

std::string_view line_starting(std::string_view text, std::string_view start) {
  return between(text, start, "\n");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  while (!text.empty() && (text.front() == '\n' || text.front() == ' ')) text.remove_prefix(1);
  return text;
}

}  // namespace

std::string quoted_text(std::string_view text) { return quoted(text, '\''); }
std::string quoted_name(std::string_view name) { return quoted(name, '"'); }

std::string plain_message(std::string_view message) {
  for (std::string_view end : {"\n\nLINE ", "\nLINE ", "\n\nPossible", "\n  Possible"}) {
    size_t at = message.find(end);
    if (at != std::string_view::npos) message = message.substr(0, at);
  }
  std::string out;
  for (char c : trimmed(message)) {
    if (c != '\n') {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

// DuckDB writes: Error when converting column "total". Could not convert string "abc" to
// 'DECIMAL(16,2)'
std::string reject_reason(std::string_view where, std::string_view column,
                          std::string_view message) {
  std::string_view value = between(message, "Could not convert string \"", "\" to ");
  std::string_view type = between(message, "\" to '", "'");
  std::string place =
      column.empty() ? std::string(where) : fmt::format("{}, column \"{}\"", where, column);
  if (type.empty()) return fmt::format("{}: {}", place, plain_message(message));
  return fmt::format("{}: \"{}\" is no {}", place, value, type);
}

// DuckDB writes: "Invalid Input Error: CSV Error on Line: 3\nOriginal Line: 2,abc\nWhat is
// wrong\n\nPossible fixes:\n…\n
//   file = /data/orders.csv\n …".
Error read_error(std::string_view message, Error::Code code) {
  std::string_view line = line_starting(message, "CSV Error on Line: ");
  if (line.empty()) return {code, plain_message(message)};
  std::string_view what = message.substr(message.find("CSV Error on Line: "));
  size_t original = what.find("Original Line: ");
  if (original != std::string_view::npos) what = what.substr(original);
  size_t end_of_line = what.find('\n');
  if (end_of_line != std::string_view::npos) what = what.substr(end_of_line + 1);
  return {Error::Code::kInvalid,
          fmt::format("{}, line {}: {}", trimmed(line_starting(message, "file = ")), line,
                      plain_message(what))};
}

Error open_error(const std::string& path, std::string_view message) {
  auto unavailable = [&](std::string text) {
    return Error{Error::Code::kUnavailable, std::move(text)};
  };
  if (message.find("lock on file") != std::string_view::npos) {
    std::string_view pid = between(message, "(PID ", ")");
    return unavailable(
        fmt::format("{} is open for writing in another process{}; close it there, or sync from a "
                    "copy of the file",
                    path, pid.empty() ? "" : fmt::format(" ({})", pid)));
  }
  if (message.find("version number") != std::string_view::npos) {
    return unavailable(
        fmt::format("{} was written by a newer DuckDB than this program reads (storage version "
                    "{}); export it to Parquet, or write it "
                    "with STORAGE_VERSION 'v1.5.0'",
                    path, between(message, "version number ", ",")));
  }
  if (message.find("not a valid DuckDB database") != std::string_view::npos) {
    return unavailable(fmt::format("{} is no DuckDB database file", path));
  }
  return unavailable(fmt::format("{} cannot be opened: {}", path, plain_message(message)));
}

}  // namespace starling::source::duckdb
