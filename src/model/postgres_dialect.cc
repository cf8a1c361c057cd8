// PostgreSQL's SQL. Lists of objects are JSON there: its arrays of rows have no names for their
// members.
#include <fmt/format.h>

#include "base/result.h"
#include "model/dialect.h"

namespace starling::model {

using event::PropertyType;
using event::Type;

namespace {

constexpr const char* kTwoTo64 = "18446744073709551616";

// A quoted name ("a", or a plain a) as a text: 'a'.
std::string name_text(const std::string& name) {
  bool quoted = name.size() >= 2 && name.front() == '"';
  std::string out = "'";
  for (size_t i = quoted ? 1 : 0; i < name.size() - (quoted ? 1 : 0); ++i) {
    if (quoted && name[i] == '"') ++i;  // "" in a quoted name is one "
    out += name[i] == '\'' ? std::string("''") : std::string(1, name[i]);
  }
  return out + "'";
}

class PostgresDialect : public Dialect {
 public:
  std::string type(const event::PropertyType& type) const override;
  std::string cast(const std::string& sql, const event::PropertyType& from,
                   const event::PropertyType& to) const override;
  std::string object_list(const std::vector<std::pair<std::string, std::string>>& members,
                          const std::vector<std::string>& order_by) const override;
  std::string change_zone(const std::string& sql, const std::string& zone) const override;
  std::string text(const std::string& sql, const source::ColumnInfo& info) const override;
  bool is_wide(const source::ColumnInfo& info) const override;
  std::string literal(const std::string& value, const source::ColumnInfo& info) const override;
  std::string day(const std::string& sql, const source::ColumnInfo& info) const override;
  std::string row_hash(const std::string& alias,
                       const std::vector<std::string>& columns) const override;
  std::string order_key_sum(const std::string& id_text) const override;
  std::string milliseconds_sum(const std::string& sql,
                               const source::ColumnInfo& info) const override;
};

std::string PostgresDialect::type(const PropertyType& type) const {
  switch (type.type) {
    case Type::kBoolean:
      return "boolean";
    case Type::kInteger:
      return "bigint";
    case Type::kDecimal:
      return fmt::format("numeric(38,{})", type.scale);
    case Type::kFloat:
      return "double precision";
    case Type::kText:
      return "text";
    case Type::kDate:
      return "date";
    case Type::kTime:
      return "timestamp";
    case Type::kList:
      return this->type(type.members[0].type) + "[]";
    case Type::kObjects:
      break;
  }
  CHECK(false);  // objects are JSON, which holds members of every type
  return "";
}

// The members of a list are read by their names, whatever others it has.
std::string PostgresDialect::cast(const std::string& sql, const PropertyType& from,
                                  const PropertyType& to) const {
  if (from == to || to.type == Type::kObjects) return sql;
  return fmt::format("CAST({} AS {})", sql, type(to));
}

std::string PostgresDialect::object_list(
    const std::vector<std::pair<std::string, std::string>>& members,
    const std::vector<std::string>& order_by) const {
  std::string pack, order = fmt::format("{}", fmt::join(order_by, ", "));
  for (const auto& [name, sql] : members) {
    pack += fmt::format("{}{}, {}", pack.empty() ? "" : ", ", name_text(name), sql);
    order += (order.empty() ? "" : ", ") + sql;
  }
  return fmt::format("json_agg(json_build_object({}) ORDER BY {})", pack, order);
}

std::string PostgresDialect::change_zone(const std::string& sql, const std::string& zone) const {
  return fmt::format("timezone('{}', {})", zone, sql);
}

std::string PostgresDialect::text(const std::string& sql, const source::ColumnInfo& info) const {
  bool zoned = info.type && info.type->type == Type::kTime && info.zoned;
  return fmt::format("CAST({} AS text)", zoned ? change_zone(sql, "UTC") : sql);
}

bool PostgresDialect::is_wide(const source::ColumnInfo& info) const {
  return info.native_type.starts_with("numeric");
}

std::string PostgresDialect::literal(const std::string& value,
                                     const source::ColumnInfo& info) const {
  Type type = info.type->type;
  if (type == Type::kDate) return fmt::format("DATE '{}'", value);
  if (type != Type::kTime) return value;
  if (!info.zoned) return fmt::format("TIMESTAMP '{}'", value);
  return fmt::format("TIMESTAMPTZ '{}{}'", value, value.ends_with("+00") ? "" : "+00");
}

std::string PostgresDialect::day(const std::string& sql, const source::ColumnInfo& info) const {
  return fmt::format("CAST({} AS date)", info.zoned ? change_zone(sql, "UTC") : sql);
}

std::string PostgresDialect::row_hash(const std::string& alias,
                                      const std::vector<std::string>&) const {
  return fmt::format("hashtextextended(CAST({} AS text), 0)", alias);
}

std::string PostgresDialect::order_key_sum(const std::string& id_text) const {
  // A key of 2^63 and more comes as a negative number: modulo 2^64 they are the same.
  return fmt::format(
      "CAST(mod(mod(coalesce(sum(CAST(CAST('x' || substr(md5({0}), 1, 16) AS bit(64)) AS bigint)), "
      "0), {1}) + {1}, {1}) AS text)",
      id_text, kTwoTo64);
}

std::string PostgresDialect::milliseconds_sum(const std::string& sql,
                                              const source::ColumnInfo& info) const {
  bool is_date = info.type->type == Type::kDate;
  std::string ms = fmt::format("floor(extract(epoch FROM {}) * 1000)",
                               is_date ? fmt::format("CAST({} AS timestamp)", sql) : sql);
  // Infinite times are none (source/postgres/decode.cc).
  return fmt::format(
      "CAST(mod(mod(coalesce(sum({0}) FILTER (WHERE isfinite({2})), 0), {1}) + {1}, {1}) AS text)",
      ms, kTwoTo64, sql);
}

}  // namespace

const Dialect& postgres_dialect() {
  static const PostgresDialect dialect;
  return dialect;
}

}  // namespace starling::model
