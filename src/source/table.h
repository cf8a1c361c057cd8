// What a warehouse says about its tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event/value.h"

namespace starling::source {

struct TableName {
  std::string schema, name;
};

struct ColumnInfo {
  std::string name;
  std::string native_type;                  // "DECIMAL(16,2)", for messages
  std::optional<event::PropertyType> type;  // nothing: a type that cannot be read (BLOB, MAP, …)
  bool zoned = false;                       // a timestamp that carries its zone
  std::vector<uint8_t> zoned_members;       // lists: the same for each member of the type
};

// A key that the warehouse declares: by which a table's rows are known, or that names rows of
// another.
struct Key {
  std::string table;
  std::vector<std::string> columns;
  std::string to_table;  // "" = the table's own key
  std::vector<std::string> to_columns;
};

struct TableInfo {
  std::string name;
  std::vector<ColumnInfo> columns;

  const ColumnInfo* find(std::string_view column) const;
};

}  // namespace starling::source
