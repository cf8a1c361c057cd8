// Finds stored rows by their row keys, which begin with the order key and a mark of the event: one
// pass over the order keys of an event's tables, with a filter that nearly every other row fails
// at. So what is changed needs no index of its own.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/hash.h"
#include "store/live_table.h"

namespace starling::store {

// By part: the rows. `parts` are of one source; keys ascend, and those of one order key and event
// ask for as many rows. Where more rows than wanted carry a key, they are copies of one row (of a
// source without row ids) and any of them are found. kCorrupt when there are fewer rows than
// wanted, kUnsupported when there are more and they differ, or when two events that both have
// wanted rows share a mark.
Result<std::vector<DroppedRows>> find_rows(
    const std::vector<std::shared_ptr<const LivePart>>& parts, std::span<const base::Hash128> keys);

}  // namespace starling::store
