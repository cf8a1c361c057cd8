#include "source/duckdb/types.h"

#include <fmt/format.h>

#include <algorithm>

namespace starling::source::duckdb {
namespace {

using event::Member;
using event::PropertyType;
using event::Type;

// Ids of DuckDB 1.5 that the header of 1.4 does not name.
constexpr int kGeometry = 40, kVariant = 41;

std::string simple_type_text(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
      return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT:
      return "TINYINT";
    case DUCKDB_TYPE_SMALLINT:
      return "SMALLINT";
    case DUCKDB_TYPE_INTEGER:
      return "INTEGER";
    case DUCKDB_TYPE_BIGINT:
      return "BIGINT";
    case DUCKDB_TYPE_UTINYINT:
      return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT:
      return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER:
      return "UINTEGER";
    case DUCKDB_TYPE_UBIGINT:
      return "UBIGINT";
    case DUCKDB_TYPE_HUGEINT:
      return "HUGEINT";
    case DUCKDB_TYPE_UHUGEINT:
      return "UHUGEINT";
    case DUCKDB_TYPE_FLOAT:
      return "FLOAT";
    case DUCKDB_TYPE_DOUBLE:
      return "DOUBLE";
    case DUCKDB_TYPE_VARCHAR:
      return "VARCHAR";
    case DUCKDB_TYPE_BLOB:
      return "BLOB";
    case DUCKDB_TYPE_BIT:
      return "BIT";
    case DUCKDB_TYPE_DATE:
      return "DATE";
    case DUCKDB_TYPE_TIME:
      return "TIME";
    case DUCKDB_TYPE_TIME_NS:
      return "TIME_NS";
    case DUCKDB_TYPE_TIME_TZ:
      return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_TIMESTAMP:
      return "TIMESTAMP";
    case DUCKDB_TYPE_TIMESTAMP_S:
      return "TIMESTAMP_S";
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return "TIMESTAMP_MS";
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return "TIMESTAMP_NS";
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return "TIMESTAMP WITH TIME ZONE";
    case DUCKDB_TYPE_INTERVAL:
      return "INTERVAL";
    case DUCKDB_TYPE_UUID:
      return "UUID";
    case DUCKDB_TYPE_ENUM:
      return "ENUM";
    case DUCKDB_TYPE_MAP:
      return "MAP";
    case DUCKDB_TYPE_UNION:
      return "UNION";
    case DUCKDB_TYPE_BIGNUM:
      return "BIGNUM";
    case DUCKDB_TYPE_SQLNULL:
      return "NULL";
    default:
      break;
  }
  if (static_cast<int>(id) == kGeometry) return "GEOMETRY";
  if (static_cast<int>(id) == kVariant) return "VARIANT";
  return fmt::format("type {}", static_cast<int>(id));
}

std::string struct_text(duckdb_logical_type type) {
  std::string text = "STRUCT(";
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    LogicalType child(duckdb_struct_type_child_type(type, i));
    if (i > 0) text += ", ";
    text += take_text(duckdb_struct_type_child_name(type, i)) + " " + type_text(child.get());
  }
  return text + ")";
}

// The type of a value that is no list, and whether it is a timestamp with its zone.
struct Scalar {
  std::optional<PropertyType> type;
  bool zoned = false;
};

Scalar scalar_type(duckdb_logical_type type) {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN:
      return {PropertyType{Type::kBoolean}};
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
      return {PropertyType{Type::kInteger}};
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
      return {PropertyType{Type::kFloat}};
    case DUCKDB_TYPE_DECIMAL: {
      uint8_t scale = duckdb_decimal_scale(type);
      if (scale == 0) return {PropertyType{Type::kInteger}};
      return {PropertyType{Type::kDecimal, scale}};
    }
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_UUID:
      return {PropertyType{Type::kText}};
    case DUCKDB_TYPE_DATE:
      return {PropertyType{Type::kDate}};
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return {PropertyType{Type::kTime}};
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return {PropertyType{Type::kTime}, true};
    default:
      return {};
  }
}

void set_objects_type(ColumnInfo& info, duckdb_logical_type element) {
  std::vector<std::pair<Member, uint8_t>> members;
  for (idx_t i = 0; i < duckdb_struct_type_child_count(element); ++i) {
    LogicalType child(duckdb_struct_type_child_type(element, i));
    Scalar scalar = scalar_type(child.get());
    if (!scalar.type) return;
    members.push_back(
        {{take_text(duckdb_struct_type_child_name(element, i)), *scalar.type}, scalar.zoned});
  }
  std::sort(members.begin(), members.end(),
            [](const auto& a, const auto& b) { return a.first.name < b.first.name; });
  info.type = PropertyType{Type::kObjects};
  for (auto& [member, zoned] : members) {
    info.type->members.push_back(std::move(member));
    info.zoned_members.push_back(zoned);
  }
}

}  // namespace

std::string type_text(duckdb_logical_type type) {
  duckdb_type id = duckdb_get_type_id(type);
  if (id == DUCKDB_TYPE_DECIMAL) {
    return fmt::format("DECIMAL({},{})", duckdb_decimal_width(type), duckdb_decimal_scale(type));
  }
  if (id == DUCKDB_TYPE_LIST) {
    LogicalType child(duckdb_list_type_child_type(type));
    return type_text(child.get()) + "[]";
  }
  if (id == DUCKDB_TYPE_ARRAY) {
    LogicalType child(duckdb_array_type_child_type(type));
    return fmt::format("{}[{}]", type_text(child.get()), duckdb_array_type_array_size(type));
  }
  if (id == DUCKDB_TYPE_STRUCT) return struct_text(type);
  return simple_type_text(id);
}

ColumnInfo column_info(std::string name, duckdb_logical_type type) {
  ColumnInfo info;
  info.name = std::move(name);
  info.native_type = type_text(type);
  duckdb_type id = duckdb_get_type_id(type);
  if (id != DUCKDB_TYPE_LIST && id != DUCKDB_TYPE_ARRAY) {
    Scalar scalar = scalar_type(type);
    info.type = scalar.type;
    info.zoned = scalar.zoned;
    return info;
  }
  LogicalType element(id == DUCKDB_TYPE_LIST ? duckdb_list_type_child_type(type)
                                             : duckdb_array_type_child_type(type));
  if (duckdb_get_type_id(element.get()) == DUCKDB_TYPE_STRUCT && id == DUCKDB_TYPE_LIST) {
    set_objects_type(info, element.get());
    return info;
  }
  Scalar scalar = scalar_type(element.get());
  if (!scalar.type) return info;
  info.type = PropertyType{Type::kList, 0, {{"", *scalar.type}}};
  info.zoned_members = {scalar.zoned};
  return info;
}

}  // namespace starling::source::duckdb
