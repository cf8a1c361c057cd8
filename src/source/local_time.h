// Times that carry no zone, made instants.
#pragma once

#include "base/time.h"
#include "event/column.h"
#include "source/table.h"

namespace starling::source {

// Reads every time of the column that carries no zone as local to `zone`, also within lists; other
// values stay.
void to_instants(event::Column& column, const ColumnInfo& info, const base::TimeZone& zone);

}  // namespace starling::source
