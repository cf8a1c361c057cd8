// ClickHouse's SQL, with the settings of source/clickhouse/source.cc. Every time there is an
// instant.
#include <fmt/format.h>

#include "base/result.h"
#include "model/dialect.h"

namespace starling::model {
namespace {

using event::Member;
using event::PropertyType;
using event::Type;

constexpr const char* kTime = "DateTime64(3, 'UTC')";

// A quoted name ("a", or a plain a) for the text of a type.
std::string member_name(const std::string& name) {
  bool quoted = name.size() >= 2 && name.front() == '"';
  std::string out = "`";
  for (char c : quoted ? name.substr(1, name.size() - 2) : name) {
    if (c == '`' || c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + "`";
}

class ClickhouseDialect : public Dialect {
 public:
  std::string type(const PropertyType& type) const override {
    switch (type.type) {
      case Type::kBoolean:
        return "Bool";
      case Type::kInteger:
        return "Int64";
      case Type::kDecimal:
        return fmt::format("Decimal(38, {})", type.scale);
      case Type::kFloat:
        return "Float64";
      case Type::kText:
        return "String";
      case Type::kDate:
        return "Date32";
      case Type::kTime:
        return kTime;
      case Type::kList:
        return fmt::format("Array(Nullable({}))", this->type(type.members[0].type));
      case Type::kObjects:
        break;
    }
    CHECK(false);  // objects are made member by member
    return "";
  }

  std::string cast(const std::string& sql, const PropertyType& from,
                   const PropertyType& to) const override {
    if (from == to) return sql;
    if (to.type != Type::kObjects) return fmt::format("CAST({}, '{}')", sql, escaped(type(to)));
    std::string values, types;
    for (const Member& member : to.members) {
      const char* comma = values.empty() ? "" : ", ";
      values += comma + (from.member(member.name) == nullptr
                             ? std::string("NULL")
                             : fmt::format("tupleElement(o, '{}')", escaped(member.name)));
      types += fmt::format("{}{} Nullable({})", comma, member_name(member.name), type(member.type));
    }
    return fmt::format("arrayMap(o -> CAST(tuple({}), '{}'), {})", values,
                       escaped("Tuple(" + types + ")"), sql);
  }

  // Tuples compare member by member, so that objects equal in the order's columns have an order,
  // too. A name for each member comes with a cast; the types are those the members have.
  std::string object_list(const std::vector<std::pair<std::string, std::string>>& members,
                          const std::vector<std::string>& order_by) const override {
    std::string values, types;
    for (const auto& [name, sql] : members) {
      values += (values.empty() ? "" : ", ") + sql;
      types += fmt::format("{}{} ', toTypeName({}), '", types.empty() ? "" : ", ",
                           escaped(member_name(name)), sql);
    }
    std::string object = fmt::format("CAST(tuple({}), concat('Tuple({})'))", values, types);
    if (order_by.empty()) return fmt::format("arraySort(groupArray({}))", object);
    return fmt::format("arrayMap(o -> tupleElement(o, 2), arraySort(groupArray((tuple({}), {}))))",
                       fmt::join(order_by, ", "), object);
  }

  std::string change_zone(const std::string& sql, const std::string& zone) const override {
    return fmt::format("parseDateTime64BestEffort(toString(toTimeZone({}, '{}')), 3, 'UTC')", sql,
                       zone);
  }

  // Seconds without the zeros that a scale of 3 or 6 adds.
  std::string text(const std::string& sql, const source::ColumnInfo& info) const override {
    if (info.native_type.find("DateTime64") == std::string::npos)
      return fmt::format("CAST({}, 'String')", sql);
    return fmt::format(
        "replaceRegexpOne(replaceRegexpOne(CAST({}, 'String'), '([.]\\\\d*?)0+$', '\\\\1'), "
        "'[.]$', '')",
        sql);
  }

  bool is_wide(const source::ColumnInfo& info) const override {
    const std::string& type = info.native_type;
    for (const char* wide : {"UInt64", "Int128", "Int256", "Decimal"}) {
      if (type.find(wide) != std::string::npos) return true;
    }
    return false;
  }

  std::string literal(const std::string& value, const source::ColumnInfo& info) const override {
    Type type = info.type->type;
    if (type == Type::kDate) return fmt::format("toDate32('{}')", value);
    if (type != Type::kTime) return value;
    std::string local = value.ends_with("+00") ? value.substr(0, value.size() - 3) : value;
    return fmt::format("toDateTime64('{}', 3, 'UTC')", local);
  }

  std::string text_literal(const std::string& value) const override {
    return "'" + escaped(value) + "'";
  }

  std::string day(const std::string& sql, const source::ColumnInfo& info) const override {
    return info.type->type == Type::kDate ? sql
                                          : fmt::format("toDate32(toTimeZone({}, 'UTC'))", sql);
  }

  // A hash of NULL is NULL; the text of a tuple says it.
  std::string row_hash(const std::string&, const std::vector<std::string>& columns) const override {
    return fmt::format("sipHash64(toString(tuple({})))", fmt::join(columns, ", "));
  }

  // Sums of 64 bits go round by themselves.
  std::string order_key_sum(const std::string& id_text) const override {
    return fmt::format("toString(sum(reinterpretAsUInt64(reverse(substring(MD5({}), 1, 8)))))",
                       id_text);
  }

  std::string milliseconds_sum(const std::string& sql, const source::ColumnInfo&) const override {
    return fmt::format(
        "toString(coalesce(sum(reinterpretAsUInt64(toUnixTimestamp64Milli(toDateTime64({}, 3, "
        "'UTC')))), 0))",
        sql);
  }

  std::string is_before(const std::string& time, const std::string& end) const override {
    return fmt::format("{} < coalesce({}, toDateTime64('2299-12-31 00:00:00', 3, 'UTC'))", time,
                       end);
  }

  std::string nullable(const std::string& sql) const override {
    return fmt::format("toNullable({})", sql);
  }

  std::string id_separator() const override { return "char(31)"; }

 private:
  static std::string escaped(const std::string& text) {
    std::string out;
    for (char c : text) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  }
};

}  // namespace

const Dialect& clickhouse_dialect() {
  static const ClickhouseDialect dialect;
  return dialect;
}

}  // namespace starling::model
