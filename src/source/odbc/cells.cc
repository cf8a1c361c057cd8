#include "source/odbc/cells.h"

#include <fmt/format.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <algorithm>
#include <cmath>

#include "base/decimal.h"
#include "base/time.h"
#include "source/json_objects.h"
#include "source/odbc/text.h"

namespace starling::source::odbc {
namespace {

using base::Error;
using event::Column;
using event::PropertyType;
using event::Type;

constexpr size_t kPiece = 4096;  // units of a text fetched at once

bool is_done(SQLRETURN code) { return code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO; }

std::string type_name(SQLHSTMT statement, SQLUSMALLINT index) {
  SQLWCHAR name[128] = {};
  SQLSMALLINT bytes = 0;
  SQLColAttributeW(statement, index, SQL_DESC_TYPE_NAME, name, sizeof name, &bytes, nullptr);
  std::string out =
      to_utf8({reinterpret_cast<const char16_t*>(name),
               std::min<size_t>(static_cast<size_t>(std::max<SQLSMALLINT>(bytes, 0)) / 2, 127)});
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::optional<PropertyType> type_of(SQLSMALLINT type, SQLSMALLINT scale) {
  switch (type) {
    case SQL_BIT:
      return PropertyType{Type::kBoolean};
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
    case SQL_BIGINT:
      return PropertyType{Type::kInteger};
    case SQL_DECIMAL:
    case SQL_NUMERIC:
      if (scale <= 0) return PropertyType{Type::kInteger};
      return PropertyType{Type::kDecimal, static_cast<uint8_t>(scale)};
    case SQL_REAL:
    case SQL_FLOAT:
    case SQL_DOUBLE:
      return PropertyType{Type::kFloat};
    case SQL_CHAR:
    case SQL_VARCHAR:
    case SQL_LONGVARCHAR:
    case SQL_WCHAR:
    case SQL_WVARCHAR:
    case SQL_WLONGVARCHAR:
    case SQL_GUID:
      return PropertyType{Type::kText};
    case SQL_TYPE_DATE:
      return PropertyType{Type::kDate};
    case SQL_TYPE_TIMESTAMP:
      return PropertyType{Type::kTime};
    default:
      return std::nullopt;
  }
}

// PostgreSQL's timestamptz and MariaDB's timestamp are instants; datetime is a clock's.
bool is_zoned(Product product, const std::string& name) {
  if (product == Product::kMariadb) return name == "timestamp";
  return name == "timestamptz" || name.find("with time zone") != std::string::npos ||
         name.ends_with("_tz") || name.ends_with("_ltz");
}

Error misfit(const ColumnInfo& info, const std::string& value) {
  return {Error::Code::kInvalid,
          fmt::format(R"(column "{}" ({}) holds {}, which is no value of that type of at most 64 )"
                      "bits; cast it in the model, {{sql: \"CAST(…)\"}}",
                      info.name, info.native_type, value)};
}

// A cell in the form the driver gives it in; nothing for NULL.
template <class Value>
Result<std::optional<Value>> plain_cell(const Connection& connection, const Statement& statement,
                                        int index, SQLSMALLINT form) {
  Value value{};
  SQLLEN length = 0;
  if (!is_done(SQLGetData(statement.get(), static_cast<SQLUSMALLINT>(index), form, &value,
                          sizeof value, &length)))
    return connection.error(statement, false);
  if (length == SQL_NULL_DATA) return std::optional<Value>();
  return std::optional<Value>(value);
}

// A text cell of any length; nothing for NULL.
template <class Char>
Result<std::optional<std::basic_string<Char>>> text_in_pieces(const Connection& connection,
                                                              const Statement& statement, int index,
                                                              SQLSMALLINT form) {
  std::basic_string<Char> text;
  while (true) {
    Char piece[kPiece];
    SQLLEN length = 0;
    SQLRETURN code = SQLGetData(statement.get(), static_cast<SQLUSMALLINT>(index), form, piece,
                                sizeof piece, &length);
    if (code == SQL_NO_DATA) return std::optional(std::move(text));
    if (!is_done(code)) return connection.error(statement, false);
    if (length == SQL_NULL_DATA) return std::optional<std::basic_string<Char>>();
    bool more = code == SQL_SUCCESS_WITH_INFO &&
                (length == SQL_NO_TOTAL || static_cast<size_t>(length) >= sizeof piece);
    text.append(piece, more ? kPiece - 1 : static_cast<size_t>(length) / sizeof(Char));
    if (!more) return std::optional(std::move(text));
  }
}

Result<void> append_digits(const ColumnInfo& info, const std::string& text, Column& into) {
  auto number = base::Decimal::parse(text);
  auto digits = number ? base::rescale(number->normalized().digits, number->normalized().scale,
                                       info.type->scale)
                       : std::nullopt;
  if (!digits || *digits > INT64_MAX || *digits < INT64_MIN) return misfit(info, text);
  into.push_integer(static_cast<int64_t>(*digits));
  return {};
}

int64_t days_of(int year, unsigned month, unsigned day) {
  auto date = base::Date::parse(fmt::format("{:04}-{:02}-{:02}", year, month, day));
  return date ? date->days : INT64_MIN;
}

Result<void> append_time(const Connection& connection, const Statement& statement, int index,
                         const ColumnInfo& info, Column& into) {
  auto cell =
      TRY(plain_cell<SQL_TIMESTAMP_STRUCT>(connection, statement, index, SQL_C_TYPE_TIMESTAMP));
  if (!cell) {
    into.push_null();
    return {};
  }
  int64_t days = days_of(cell->year, cell->month, cell->day);
  // MariaDB's 0000-00-00 and the infinities of others are no times.
  if (days == INT64_MIN) {
    into.push_null();
  } else if (info.type->type == Type::kDate) {
    into.push_integer(days);
  } else {
    int64_t seconds = (cell->hour * 60 + cell->minute) * 60 + cell->second;
    into.push_integer(days * base::kDayMs + seconds * 1000 + cell->fraction / 1'000'000);
  }
  return {};
}

}  // namespace

Result<std::vector<ColumnInfo>> columns_of(const Connection& connection,
                                           const Statement& statement) {
  SQLSMALLINT count = 0;
  if (!is_done(SQLNumResultCols(statement.get(), &count))) return connection.error(statement, true);
  std::vector<ColumnInfo> columns;
  for (SQLUSMALLINT i = 1; i <= static_cast<SQLUSMALLINT>(count); ++i) {
    SQLWCHAR name[512] = {};
    SQLSMALLINT length = 0, type = 0, scale = 0, nullable = 0;
    SQLULEN size = 0;
    if (!is_done(SQLDescribeColW(statement.get(), i, name, 512, &length, &type, &size, &scale,
                                 &nullable)))
      return connection.error(statement, true);
    ColumnInfo info;
    info.name = to_utf8({reinterpret_cast<const char16_t*>(name),
                         std::min<size_t>(static_cast<size_t>(length), 511)});
    std::string native = type_name(statement.get(), i);
    info.type = type_of(type, scale);
    bool sized = type == SQL_DECIMAL || type == SQL_NUMERIC;
    info.native_type = sized ? fmt::format("{}({},{})", native, size, scale) : native;
    // SQLite keeps decimals as binary fractions, and its driver calls them texts.
    bool is_fraction = connection.product() == Product::kSqlite && native == "decimal";
    if (is_fraction) info.type = PropertyType{Type::kFloat};
    info.zoned =
        info.type && info.type->type == Type::kTime && is_zoned(connection.product(), native);
    columns.push_back(std::move(info));
  }
  return columns;
}

Result<std::optional<std::string>> text_cell(const Connection& connection,
                                             const Statement& statement, int index) {
  // These drivers' own texts are UTF-8; others turn them into the locale's.
  bool is_utf8 =
      connection.product() == Product::kMariadb || connection.product() == Product::kSqlite;
  if (is_utf8) return text_in_pieces<char>(connection, statement, index, SQL_C_CHAR);
  auto wide = TRY(text_in_pieces<char16_t>(connection, statement, index, SQL_C_WCHAR));
  return wide ? std::optional(to_utf8(*wide)) : std::nullopt;
}

Result<void> append_cell(const Connection& connection, const Statement& statement, int index,
                         const ColumnInfo& info, Column& into) {
  switch (info.type->type) {
    case Type::kDate:
    case Type::kTime:
      return append_time(connection, statement, index, info, into);
    case Type::kFloat: {
      auto cell = TRY(plain_cell<double>(connection, statement, index, SQL_C_DOUBLE));
      cell&& std::isfinite(*cell) ? into.push_float(*cell) : into.push_null();
      return {};
    }
    case Type::kBoolean: {
      auto cell = TRY(plain_cell<unsigned char>(connection, statement, index, SQL_C_BIT));
      cell ? into.push_integer(*cell != 0 ? 1 : 0) : into.push_null();
      return {};
    }
    default:
      break;
  }
  bool is_number = info.type->type == Type::kInteger || info.type->type == Type::kDecimal;
  auto cell = TRY(is_number ? text_in_pieces<char>(connection, statement, index, SQL_C_CHAR)
                            : text_cell(connection, statement, index));
  if (!cell) {
    into.push_null();
    return {};
  }
  if (info.type->type == Type::kText) {
    into.push_text(*cell);
    return {};
  }
  if (info.type->type == Type::kObjects) return append_json_objects(*cell, info, into);
  return append_digits(info, *cell, into);
}

}  // namespace starling::source::odbc
