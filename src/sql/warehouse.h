// The SELECTs by which the warehouse's tables were read as events, users and lookup tables, as a
// sync left them in the store (model/selects.h).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "event/value.h"

namespace starling::sql {

using base::Result;

// A column as it leaves a SELECT.
struct Column {
  std::string name;
  event::PropertyType type;
  std::string native_type;      // "" for members
  bool zoned = false;           // a time that carries its zone
  std::vector<Column> members;  // of lists; a list of plain values has one named ""
};

// Columns of the SELECT are named as model/compile.h says: "event", "time", "user", "key", "id_1"
// …, "cursor", "p_1" ….
struct Select {
  enum class Kind : uint8_t { kEvents, kUsers, kLookup } kind = Kind::kEvents;
  std::string source, relation;
  std::string event;  // the constant name; "" = column "event" holds it
  bool has_user = false;
  int ids = 0;
  bool has_cursor = false;
  Column time, key;
  std::vector<Column> properties;
  std::string sql;
};

struct Warehouse {
  bool files = false;  // its tables are files that DuckDB reads
  std::string timezone = "UTC", warehouse_timezone = "UTC";
  std::vector<Select> selects;
};

// Fails with kUnsupported for a store that was filled before SELECTs were kept ("" for a document).
Result<Warehouse> read_warehouse(const std::string& selects_json);

}  // namespace starling::sql
