// Writes the rows of several parts of one source as one part, table by table and column by column.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/live_table.h"

namespace starling::store {

// With the properties given since, without the rows dropped since. Memory: about 80 bytes a row of
// the largest table. REQUIRES: at least one row is left.
Result<FileRef> merge_parts(const Folder& folder, uint64_t number, const std::string& source,
                            const std::vector<std::shared_ptr<const LivePart>>& parts);

}  // namespace starling::store
