// Lists of objects that a warehouse sends as JSON, into columns.
#pragma once

#include <string_view>

#include "base/result.h"
#include "event/column.h"
#include "source/table.h"

namespace starling::source {

// Appends a row to a column of info's type, which is a list of objects: an array of objects whose
// members are read by name. kInvalid for a member that does not fit its type; infinite times and
// numbers become null.
base::Result<void> append_json_objects(std::string_view json, const ColumnInfo& info,
                                       event::Column& into);

}  // namespace starling::source
