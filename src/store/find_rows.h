// Finds stored rows by event and order key: one pass over the order keys of an event's tables, with
// a filter that nearly every other row fails at. So what is changed needs no index of its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/live_table.h"

namespace starling::store {

// By event: order keys; one that is there twice asks for two rows.
using WantedRows = std::map<std::string, std::vector<uint64_t>>;

// By part: the rows. Where more rows than wanted carry a key, they are copies of one row (of a
// source without row ids) and any of them are found. kCorrupt when there are fewer rows than
// wanted, kUnsupported when there are more and they differ.
Result<std::vector<DroppedRows>> find_rows(
    const std::vector<std::shared_ptr<const LivePart>>& parts, WantedRows wanted);

}  // namespace starling::store
