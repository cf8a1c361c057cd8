// When sources run by themselves. Pure.
#pragma once

#include <optional>

#include "base/time.h"
#include "model/compile.h"
#include "sync/record.h"

namespace starling::sync {

// When the source is to run next: `every` after its last run, sooner after one that failed (30
// seconds, then twice as long each time, at most `every`), at once when it has not run. Nothing for
// sources without `every`, for those that are loaded once and have been, and for paused ones.
std::optional<base::TimeMs> due_at(const model::Select& select,
                                   const std::optional<SourceRecord>& record);

}  // namespace starling::sync
