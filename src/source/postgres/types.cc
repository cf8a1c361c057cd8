#include "source/postgres/types.h"

#include <optional>

namespace starling::source::postgres {
namespace {

using event::PropertyType;
using event::Type;

// numeric's modifier: precision in the high half, scale as 11 signed bits, 4 added to both.
PropertyType numeric_type(int modifier) {
  if (modifier < 4) return {Type::kFloat};
  int scale = ((modifier - 4) & 0x7ff) ^ 1024;
  scale -= 1024;
  if (scale <= 0) return {Type::kInteger};
  if (scale > 38) return {Type::kFloat};
  return {Type::kDecimal, static_cast<uint8_t>(scale)};
}

std::optional<PropertyType> scalar_type(const PgType& type, Oid oid) {
  switch (oid) {
    case kBool:
      return PropertyType{Type::kBoolean};
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return PropertyType{Type::kInteger};
    case kFloat4:
    case kFloat8:
      return PropertyType{Type::kFloat};
    case kNumeric:
      return numeric_type(type.modifier);
    case kText:
    case kVarchar:
    case kBpchar:
    case kUuid:
    case kJson:
    case kJsonb:
      return PropertyType{Type::kText};
    case kDate:
      return PropertyType{Type::kDate};
    case kTimestamp:
    case kTimestamptz:
      return PropertyType{Type::kTime};
    default:
      break;
  }
  if (type.is_label) return PropertyType{Type::kText};
  return std::nullopt;
}

}  // namespace

ColumnInfo column_info(std::string name, const PgType& type) {
  ColumnInfo info;
  info.name = std::move(name);
  info.native_type = type.name;
  if (type.element == 0) {
    info.type = scalar_type(type, type.oid);
    info.zoned = type.oid == kTimestamptz;
    return info;
  }
  std::optional<PropertyType> element = scalar_type(type, type.element);
  if (!element) return info;
  info.type = PropertyType{Type::kList, 0, {{"", *element}}};
  info.zoned_members = {static_cast<uint8_t>(type.element == kTimestamptz)};
  return info;
}

}  // namespace starling::source::postgres
