#include "sync/row_text.h"

#include <fmt/format.h>

#include "base/json_writer.h"

namespace starling::sync {
namespace {

using base::kDayMs;
using event::Type;

void append_timestamp(std::string& out, int64_t ms) {
  int64_t days = ms >= 0 ? ms / kDayMs : -((-ms + kDayMs - 1) / kDayMs);
  int64_t rest = ms - days * kDayMs;
  out += base::Date{static_cast<int32_t>(days)}.text();
  fmt::format_to(std::back_inserter(out), " {:02}:{:02}:{:02}", rest / 3'600'000,
                 rest / 60'000 % 60, rest / 1000 % 60);
  if (rest % 1000 != 0) {
    std::string fraction = fmt::format(".{:03}", rest % 1000);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += fraction;
  }
}

}  // namespace

void append_id_text(std::string& out, const event::Column& column, size_t row) {
  if (!column.valid[row]) return;
  switch (column.type.type) {
    case Type::kText:
      out += column.texts[row];
      return;
    case Type::kInteger:
      fmt::format_to(std::back_inserter(out), "{}", column.integers[row]);
      return;
    case Type::kBoolean:
      out += column.integers[row] ? "true" : "false";
      return;
    case Type::kDate:
      out += base::Date{static_cast<int32_t>(column.integers[row])}.text();
      return;
    case Type::kTime:
      append_timestamp(out, column.integers[row]);
      return;
    case Type::kDecimal:
    case Type::kFloat:
    case Type::kList:
    case Type::kObjects:
      out += event::to_text(column.value(row));
      return;
  }
}

std::string key_text(const event::Column& column, size_t row) {
  if (!column.valid[row]) return "";
  if (column.type.type == Type::kText) return std::string(column.texts[row]);
  return event::to_text(column.value(row));
}

std::string row_json(const std::vector<std::string>& names,
                     const std::vector<const event::Column*>& columns, size_t row) {
  base::JsonWriter json;
  json.begin_object();
  for (size_t i = 0; i < names.size(); ++i) {
    if (!columns[i]->valid[row]) continue;
    json.key(names[i]).raw(event::to_json(columns[i]->value(row)));
  }
  json.end_object();
  return json.take();
}

}  // namespace starling::sync
