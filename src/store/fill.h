// Gives stored rows properties without writing their others again: the rows to fill stand in
// spilled parts by order key, and each part of the source gets a file with the columns for its own
// rows.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "store/live_table.h"

namespace starling::store {

// By part: the file to add to its fills, nothing when the part has no row to fill and no such
// property before. Memory: the columns given for one event. `number` is advanced past the file
// numbers taken. kUnsupported when two rows of an event have one order key.
Result<std::vector<std::optional<FileRef>>> fill_parts(
    const Folder& folder, const std::vector<std::shared_ptr<const LivePart>>& given,
    const std::vector<std::shared_ptr<const LivePart>>& parts, uint64_t& number);

}  // namespace starling::store
