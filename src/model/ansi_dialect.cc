#include "model/ansi_dialect.h"

#include <fmt/format.h>

#include "base/result.h"

namespace starling::model {

using event::PropertyType;
using event::Type;

std::string AnsiDialect::type(const PropertyType& type) const {
  switch (type.type) {
    case Type::kBoolean:
      return "BOOLEAN";
    case Type::kInteger:
      return "BIGINT";
    case Type::kDecimal:
      return fmt::format("DECIMAL(38,{})", type.scale);
    case Type::kFloat:
      return "DOUBLE PRECISION";
    case Type::kText:
      return "VARCHAR";
    case Type::kDate:
      return "DATE";
    case Type::kTime:
      return "TIMESTAMP";
    case Type::kList:
    case Type::kObjects:
      break;
  }
  CHECK(false);  // lists cannot be read through ODBC
  return "";
}

std::string AnsiDialect::cast(const std::string& sql, const PropertyType& from,
                              const PropertyType& to) const {
  return from == to ? sql : fmt::format("CAST({} AS {})", sql, type(to));
}

std::string AnsiDialect::object_list(const std::vector<std::pair<std::string, std::string>>&,
                                     const std::vector<std::string>&) const {
  CHECK(false);  // has_lists()
  return "";
}

std::string AnsiDialect::change_zone(const std::string& sql, const std::string& zone) const {
  return fmt::format("({} AT TIME ZONE '{}')", sql, zone);
}

std::string AnsiDialect::text(const std::string& sql, const source::ColumnInfo&) const {
  return as_text(sql);
}

bool AnsiDialect::is_wide(const source::ColumnInfo& info) const {
  return info.native_type.find('(') != std::string::npos ||
         info.native_type.find("unsigned") != std::string::npos;
}

std::string AnsiDialect::literal(const std::string& value, const source::ColumnInfo& info) const {
  Type type = info.type->type;
  if (type == Type::kDate) return fmt::format("DATE '{}'", value);
  if (type != Type::kTime) return value;
  if (!info.zoned) return fmt::format("TIMESTAMP '{}'", value);
  return fmt::format("TIMESTAMP '{}{}'", value, value.ends_with("+00") ? ":00" : "+00:00");
}

std::string AnsiDialect::day(const std::string& sql, const source::ColumnInfo& info) const {
  return fmt::format("CAST({} AS DATE)", info.zoned ? change_zone(sql, "UTC") : sql);
}

std::string AnsiDialect::row_hash(const std::string&, const std::vector<std::string>&) const {
  return "";
}

std::string AnsiDialect::order_key_sum(const std::string&) const { return ""; }

std::string AnsiDialect::milliseconds_sum(const std::string&, const source::ColumnInfo&) const {
  return as_text("NULL");
}

std::string AnsiDialect::is_before(const std::string& time, const std::string& end) const {
  return fmt::format("({1} IS NULL OR {0} < {1})", time, end);
}

const Dialect& ansi_dialect() {
  static const AnsiDialect dialect;
  return dialect;
}

}  // namespace starling::model
