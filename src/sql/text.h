// Pieces of SQL text in DuckDB's dialect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"
#include "event/value.h"

namespace starling::sql {

std::string quoted_name(std::string_view name);     // "order ""total"""
std::string text_literal(std::string_view text);    // 'it''s'
std::string instant_literal(base::TimeMs instant);  // TIMESTAMP '2024-09-01 04:00:00', in UTC
std::string date_literal(base::Date date);          // DATE '2024-09-01'
std::string duration_literal(int64_t ms);           // INTERVAL '7 days'
// A value as one that compares with a column of the type.
std::string value_literal(const event::Value& value, const event::PropertyType& type);
// Every line behind "-- ", so that no name in it ends the comment.
std::string comment(std::string_view text);

// A pattern that finds the text itself, whatever its characters.
std::string escaped_pattern(std::string_view text);

std::string joined(const std::vector<std::string>& parts, std::string_view between);
// The text with every line after the first moved to the right.
std::string indented(std::string_view text, int spaces);

// The SELECT's text of a value as keys and ids are written: 1.50 is "1.5" (event::to_text).
std::string key_text(const std::string& sql, const event::PropertyType& type);
// The value as JSON, as results write it; the value must not be NULL.
std::string json_text(const std::string& sql, const event::PropertyType& type);

}  // namespace starling::sql
