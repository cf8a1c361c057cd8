// What PostgreSQL's types are here.
#pragma once

#include <cstdint>
#include <string>

#include "source/table.h"

namespace starling::source::postgres {

using Oid = uint32_t;

// Ids of built-in types, as src/include/catalog/pg_type.dat of PostgreSQL numbers them for good.
enum : Oid {
  kBool = 16,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kOid = 26,
  kJson = 114,
  kFloat4 = 700,
  kFloat8 = 701,
  kBpchar = 1042,
  kVarchar = 1043,
  kDate = 1082,
  kTimestamp = 1114,
  kTimestamptz = 1184,
  kNumeric = 1700,
  kUuid = 2950,
  kJsonb = 3802,
};

struct PgType {
  Oid oid = 0;
  int modifier = -1;      // of numeric: precision and scale
  std::string name;       // as format_type writes it: "numeric(16,2)"
  bool is_label = false;  // an enum, or another type that is sent as its text
  Oid element = 0;        // of an array; 0 = none
};

// A numeric that declares no scale is a float: the warehouse does not say how many digits it keeps.
// No type for what cannot be read (bytea, interval, inet, …).
ColumnInfo column_info(std::string name, const PgType& type);

}  // namespace starling::source::postgres
