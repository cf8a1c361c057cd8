#include "sql/text.h"

#include <fmt/format.h>

namespace starling::sql {

using event::PropertyType;
using event::Type;

namespace {

std::string enclosed(std::string_view text, char mark) {
  std::string out(1, mark);
  for (char c : text) {
    if (c == mark) out += mark;
    out += c;
  }
  return out + mark;
}

// Without trailing zeros behind the point, and without the point when nothing is behind it.
std::string without_zeros(const std::string& sql) {
  return fmt::format("rtrim(rtrim(CAST({} AS VARCHAR), '0'), '.')", sql);
}

std::string utc_text(const std::string& sql) {
  return fmt::format(
      "CASE WHEN {0} = date_trunc('second', {0}) THEN strftime({0}, '%Y-%m-%dT%H:%M:%SZ') ELSE "
      "strftime({0}, '%Y-%m-%dT%H:%M:%S.%gZ') END",
      sql);
}

}  // namespace

std::string quoted_name(std::string_view name) { return enclosed(name, '"'); }

// One line always: the text may be moved to the right (indented).
std::string text_literal(std::string_view text) {
  if (text.find_first_of("\n\r") == std::string_view::npos) return enclosed(text, '\'');
  std::string escaped;
  for (char c : text) {
    if (c == '\n' || c == '\r') {
      escaped += c == '\n' ? "\\n" : "\\r";
    } else {
      if (c == '\\') escaped += c;
      escaped += c;
    }
  }
  return "E" + enclosed(escaped, '\'');
}

std::string instant_literal(base::TimeMs instant) {
  std::string text = base::utc_text(instant);
  text.pop_back();
  text[text.find('T')] = ' ';
  return fmt::format("TIMESTAMP '{}'", text);
}

std::string date_literal(base::Date date) { return fmt::format("DATE '{}'", date.text()); }

std::string duration_literal(int64_t ms) {
  auto of = [&](int64_t unit, std::string_view name) {
    return fmt::format("INTERVAL '{} {}{}'", ms / unit, name, ms == unit ? "" : "s");
  };
  if (ms % base::kDayMs == 0) return of(base::kDayMs, "day");
  if (ms % base::kHourMs == 0) return of(base::kHourMs, "hour");
  if (ms % base::kMinuteMs == 0) return of(base::kMinuteMs, "minute");
  if (ms % base::kSecondMs == 0) return of(base::kSecondMs, "second");
  return of(1, "millisecond");
}

std::string value_literal(const event::Value& value, const PropertyType& type) {
  if (const auto* boolean = std::get_if<bool>(&value.data)) return *boolean ? "true" : "false";
  if (value.is_number()) {
    std::string number = value.exact() ? value.exact()->text() : event::to_text(value);
    if (type.type == Type::kFloat || !value.exact())
      return fmt::format("CAST('{}' AS DOUBLE)", number);
    return number;
  }
  if (const auto* date = std::get_if<base::Date>(&value.data)) return date_literal(*date);
  if (const auto* time = std::get_if<base::TimeMs>(&value.data)) return instant_literal(*time);
  return text_literal(event::to_text(value));
}

std::string comment(std::string_view text) {
  std::string out = "-- ";
  for (char c : text) {
    bool ends_line = c == '\n' || c == '\r';
    if (ends_line) {
      out += "\n-- ";
    } else {
      out += c;
    }
  }
  return out + "\n";
}

std::string escaped_pattern(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool is_word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   c == '_' || c == ' ' || static_cast<unsigned char>(c) >= 0x80;
    if (!is_word) out += '\\';
    out += c;
  }
  return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += between;
    out += part;
  }
  return out;
}

std::string indented(std::string_view text, int spaces) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n') out.append(static_cast<size_t>(spaces), ' ');
  }
  return out;
}

std::string key_text(const std::string& sql, const PropertyType& type) {
  switch (type.type) {
    case Type::kText:
      return sql;
    case Type::kDecimal:
      return without_zeros(sql);
    case Type::kFloat:
      return fmt::format("regexp_replace(CAST({} AS VARCHAR), '\\.0$', '')", sql);
    case Type::kTime:
      return utc_text(sql);
    case Type::kBoolean:
    case Type::kInteger:
    case Type::kDate:
    case Type::kList:
    case Type::kObjects:
      break;
  }
  return fmt::format("CAST({} AS VARCHAR)", sql);
}

std::string json_text(const std::string& sql, const PropertyType& type) {
  switch (type.type) {
    case Type::kText:
      return fmt::format("CAST(to_json({}) AS VARCHAR)", sql);
    case Type::kDate:
      return fmt::format("'\"' || CAST({} AS VARCHAR) || '\"'", sql);
    case Type::kTime:
      return fmt::format("'\"' || {} || '\"'", utc_text(sql));
    case Type::kDecimal:
      return without_zeros(sql);
    case Type::kBoolean:
    case Type::kInteger:
    case Type::kFloat:
    case Type::kList:
    case Type::kObjects:
      break;
  }
  return fmt::format("CAST({} AS VARCHAR)", sql);
}

}  // namespace starling::sql
