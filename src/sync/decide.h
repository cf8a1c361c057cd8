// What a run has to do for one source, from the model and what is remembered of it. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "model/compile.h"
#include "sync/record.h"

namespace starling::sync {

struct Decision {
  enum class Action {
    kSkip,    // nothing to do: a `once` source that has run, or one that is not due
    kReload,  // its identity changed: what is stored of it goes, everything is read
    kAll,     // everything is read; known rows are recognised
    kSince,   // rows at or after the cursor less the overlap
  } action = Action::kAll;
  std::string reason;            // kSkip, kReload
  std::optional<int64_t> since;  // kSince: in the cursor column's own unit
};

Decision decide(const model::Select& select, const std::string& definition,
                const std::optional<SourceRecord>& record, base::TimeMs now, bool due_only);

// Fingerprint of what decides which events a source's rows are: event name, table, time, user and
// id, and the zone of times without one. A change makes the stored rows somebody else's.
std::string definition_of(const model::Compiled& compiled, const model::Select& select);

// The greatest cursor that may be remembered: what was seen, but never past the warehouse's own
// clock.
int64_t bounded_cursor(const model::Select& select, int64_t seen, base::TimeMs warehouse_now,
                       const base::TimeZone& warehouse_zone);

}  // namespace starling::sync
