#include <fmt/format.h>

#include "base/result.h"
#include "model/dialect.h"

namespace starling::model {
namespace {

using event::Member;
using event::PropertyType;
using event::Type;

constexpr const char* kTwoTo64 = "18446744073709551616";

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

class DuckdbDialect : public Dialect {
 public:
  std::string type(const PropertyType& type) const override {
    switch (type.type) {
      case Type::kBoolean:
        return "BOOLEAN";
      case Type::kInteger:
        return "BIGINT";
      case Type::kDecimal:
        return fmt::format("DECIMAL(38,{})", type.scale);
      case Type::kFloat:
        return "DOUBLE";
      case Type::kText:
        return "VARCHAR";
      case Type::kDate:
        return "DATE";
      case Type::kTime:
        return "TIMESTAMP";
      case Type::kList:
        return this->type(type.members[0].type) + "[]";
      case Type::kObjects:
        break;
    }
    CHECK(false);  // objects are made member by member
    return "";
  }

  std::string cast(const std::string& sql, const PropertyType& from,
                   const PropertyType& to) const override {
    if (from == to) return sql;
    if (to.type != Type::kObjects) return fmt::format("CAST({} AS {})", sql, type(to));
    std::string members;
    for (const Member& member : to.members) {
      const Member* given = from.member(member.name);
      std::string value = given == nullptr
                              ? fmt::format("CAST(NULL AS {})", type(member.type))
                              : cast("o." + quoted(member.name), given->type, member.type);
      members += fmt::format("{}{} := {}", members.empty() ? "" : ", ", quoted(member.name), value);
    }
    return fmt::format("list_transform({}, lambda o: struct_pack({}))", sql, members);
  }

  // list(… ORDER BY …) sorts every group by itself through DuckDB's big sort: six times the work of
  // sorting the finished lists. Structs compare member by member, so that objects equal in the
  // order's columns have an order, too.
  std::string object_list(const std::vector<std::pair<std::string, std::string>>& members,
                          const std::vector<std::string>& order_by) const override {
    std::string pack, keys;
    for (const auto& [name, sql] : members)
      pack += fmt::format("{}{} := {}", pack.empty() ? "" : ", ", name, sql);
    pack = fmt::format("struct_pack({})", pack);
    if (order_by.empty()) return fmt::format("list_sort(list({}))", pack);
    for (size_t i = 0; i < order_by.size(); ++i)
      keys += fmt::format("by_{} := {}, ", i + 1, order_by[i]);
    return fmt::format(
        "list_transform(list_sort(list(struct_pack({}object := {}))), lambda o: o.object)", keys,
        pack);
  }

  std::string change_zone(const std::string& sql, const std::string& zone) const override {
    return fmt::format("timezone('{}', {})", zone, sql);
  }

  std::string text(const std::string& sql, const source::ColumnInfo& info) const override {
    bool zoned = info.type && info.type->type == Type::kTime && info.zoned;
    return fmt::format("CAST({} AS VARCHAR)", zoned ? change_zone(sql, "UTC") : sql);
  }

  bool is_wide(const source::ColumnInfo& info) const override {
    const std::string& type = info.native_type;
    return type == "HUGEINT" || type == "UHUGEINT" || type == "UBIGINT" ||
           type.starts_with("DECIMAL(");
  }

  std::string literal(const std::string& value, const source::ColumnInfo& info) const override {
    Type type = info.type->type;
    if (type == Type::kDate) return fmt::format("DATE '{}'", value);
    if (type != Type::kTime) return value;
    if (!info.zoned) return fmt::format("TIMESTAMP '{}'", value);
    return fmt::format("TIMESTAMPTZ '{}{}'", value, value.ends_with("+00") ? "" : "+00");
  }

  std::string day(const std::string& sql, const source::ColumnInfo& info) const override {
    return fmt::format("CAST({} AS DATE)", info.zoned ? change_zone(sql, "UTC") : sql);
  }

  std::string row_hash(const std::string&, const std::vector<std::string>& columns) const override {
    return fmt::format("hash({})", fmt::join(columns, ", "));
  }

  std::string order_key_sum(const std::string& id_text) const override {
    return fmt::format(
        "CAST(coalesce(sum(CAST('0x' || substr(md5({}), 1, 16) AS UBIGINT)), 0) % {} AS VARCHAR)",
        id_text, kTwoTo64);
  }

  std::string milliseconds_sum(const std::string& sql,
                               const source::ColumnInfo& info) const override {
    bool is_date = info.type->type == Type::kDate;
    std::string ms =
        fmt::format("epoch_ms({})", is_date ? fmt::format("CAST({} AS TIMESTAMP)", sql) : sql);
    return fmt::format("CAST((coalesce(sum({0}), 0) % {1} + {1}) % {1} AS VARCHAR)", ms, kTwoTo64);
  }
};

}  // namespace

const Dialect& duckdb_dialect() {
  static const DuckdbDialect dialect;
  return dialect;
}

}  // namespace starling::model
