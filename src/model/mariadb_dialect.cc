// MariaDB's SQL, with the session that source/odbc/connection.cc settles: names in double quotes,
// || puts texts together, times in UTC. Lists of objects are JSON.
#include <fmt/format.h>

#include "base/result.h"
#include "model/ansi_dialect.h"

namespace starling::model {
namespace {

using event::PropertyType;
using event::Type;

constexpr const char* kTwoTo64 = "18446744073709551616";

std::string member_text(const std::string& name) {
  bool quoted = name.size() >= 2 && name.front() == '"';
  std::string out = "'";
  for (char c : quoted ? name.substr(1, name.size() - 2) : name) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

class MariadbDialect : public AnsiDialect {
 public:
  std::string type(const PropertyType& type) const override {
    switch (type.type) {
      case Type::kBoolean:
      case Type::kInteger:
        return "SIGNED";
      case Type::kDecimal:
        return fmt::format("DECIMAL(38,{})", type.scale);
      case Type::kFloat:
        return "DOUBLE";
      case Type::kText:
        return "CHAR";
      case Type::kDate:
        return "DATE";
      case Type::kTime:
        return "DATETIME(6)";
      case Type::kList:
      case Type::kObjects:
        break;
    }
    CHECK(false);  // objects are JSON, lists cannot be read
    return "";
  }

  std::string cast(const std::string& sql, const PropertyType& from,
                   const PropertyType& to) const override {
    return from == to || to.type == Type::kObjects ? sql
                                                   : fmt::format("CAST({} AS {})", sql, type(to));
  }

  bool has_lists() const override { return true; }
  std::string object_list(const std::vector<std::pair<std::string, std::string>>& members,
                          const std::vector<std::string>& order_by) const override {
    std::string pack, order = fmt::format("{}", fmt::join(order_by, ", "));
    for (const auto& [name, sql] : members) {
      pack += fmt::format("{}{}, {}", pack.empty() ? "" : ", ", member_text(name), sql);
      order += (order.empty() ? "" : ", ") + sql;
    }
    return fmt::format("JSON_ARRAYAGG(JSON_OBJECT({}) ORDER BY {})", pack, order);
  }

  std::string change_zone(const std::string& sql, const std::string& zone) const override {
    return fmt::format("CONVERT_TZ({}, '+00:00', '{}')", sql, zone);
  }

  std::string literal(const std::string& value, const source::ColumnInfo& info) const override {
    if (info.type->type != Type::kTime) return AnsiDialect::literal(value, info);
    return fmt::format("TIMESTAMP '{}'",
                       value.ends_with("+00") ? value.substr(0, value.size() - 3) : value);
  }

  std::string text_literal(const std::string& value) const override {
    std::string out = "'";
    for (char c : value) out += c == '\'' || c == '\\' ? std::string(2, c) : std::string(1, c);
    return out + "'";
  }

  std::string day(const std::string& sql, const source::ColumnInfo&) const override {
    return fmt::format("CAST({} AS DATE)", sql);
  }

  std::string row_hash(const std::string&, const std::vector<std::string>& columns) const override {
    return fmt::format("CAST(CONV(SUBSTR(MD5(JSON_ARRAY({})), 1, 15), 16, 10) AS DECIMAL(20,0))",
                       fmt::join(columns, ", "));
  }

  std::string order_key_sum(const std::string& id_text) const override {
    return fmt::format(
        "CAST(MOD(coalesce(sum(CAST(CONV(SUBSTR(MD5(CONVERT({} USING utf8mb4)), 1, 16), 16, 10) AS "
        "DECIMAL(20,0))), 0), {}) AS CHAR)",
        id_text, kTwoTo64);
  }

  std::string milliseconds_sum(const std::string& sql, const source::ColumnInfo&) const override {
    std::string ms = fmt::format(
        "CAST(floor(TIMESTAMPDIFF(MICROSECOND, TIMESTAMP '1970-01-01 00:00:00', {}) / 1000) AS "
        "DECIMAL(30,0))",
        sql);
    return fmt::format("CAST(MOD(MOD(coalesce(sum({0}), 0), {1}) + {1}, {1}) AS CHAR)", ms,
                       kTwoTo64);
  }

  std::string as_text(const std::string& sql) const override {
    return fmt::format("CAST({} AS CHAR)", sql);
  }
};

}  // namespace

const Dialect& mariadb_dialect() {
  static const MariadbDialect dialect;
  return dialect;
}

}  // namespace starling::model
