// What ClickHouse's types are here.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "source/table.h"

namespace starling::source::clickhouse {

// A type as its name says: "Array(Tuple(sku String, price Decimal(12, 2)))".
struct NativeType {
  enum class Kind : uint8_t {
    kUnsigned,  // little-endian, `bytes` wide
    kSigned,
    kBoolean,
    kFloat,
    kDecimal,  // signed digits with `scale`
    kText,
    kFixedText,  // `bytes` wide, filled up with zeros
    kDate,       // days since 1970, `bytes` wide
    kTime,       // ticks of 10^-scale seconds since 1970, `bytes` wide
    kLabel,      // an enum: a signed number with a name
    kUuid,
    kNothing,  // of NULL itself
    kArray,
    kTuple,
    kUnreadable,
  } kind = Kind::kUnreadable;
  bool nullable = false;
  bool has_dictionary = false;  // LowCardinality
  int bytes = 0;
  int scale = 0;
  std::map<int64_t, std::string> labels;
  std::vector<NativeType> children;  // of an array one, of a tuple one a member
  std::vector<std::string> members;  // names of a tuple's members, "" where it has none
};

NativeType parse_type(std::string_view name);

// Every time is an instant. No type for what cannot be read (Map, JSON, Variant, …).
ColumnInfo column_info(std::string name, const std::string& type);

}  // namespace starling::source::clickhouse
