// Compares what the warehouse holds of a source with what the store holds, after a run.
#pragma once

#include "sync/read.h"

namespace starling::sync {

// Counts, and checksums where the source has an id and SQL can compute them (model/compile.h,
// totals_sql).
Result<Reconciliation> reconcile(const Context& context, const model::Select& select,
                                 const Reading& reading);

// What a difference means, in a sentence; "" when the two are equal.
std::string explain(const model::Select& select, const Reconciliation& found);

}  // namespace starling::sync
