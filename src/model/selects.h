// What the store remembers of the compiled SELECTs, so that a question can be said as SQL over the
// warehouse's own tables without the model file: document "selects", read back by sql/warehouse.h.
#pragma once

#include <string>
#include <string_view>

#include "model/compile.h"

namespace starling::model {

// "events", "users", "lookup".
std::string_view kind_name(Select::Kind kind);

// {"files", "dialect": "duckdb" | "other", "timezone", "warehouse_timezone", "selects": [{"kind":
// "events" | "users" | "lookup", "source", "relation", "event" ("" = in a column), "has_user",
// "ids", "has_cursor", "time" (a column), "key" (a column), "properties": [columns], "sql"}]}; a
// column is {"name", "type", "scale", "native", "zoned", "members": [columns]}, as it leaves the
// SELECT.
std::string selects_json(const Compiled& compiled);

}  // namespace starling::model
