// Writes the rows of several parts of one source as one part.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/part_file.h"

namespace starling::store {

// Rows of a part to leave out.
struct DroppedRow {
  uint32_t table, row;
};
using DroppedRows = std::vector<DroppedRow>;

// dropped[i] belongs to parts[i]. REQUIRES: as many entries as parts, and at least one row stays.
Result<FileRef> merge_parts(const Folder& folder, uint64_t number, const std::string& source,
                            const std::vector<std::shared_ptr<const PartFile>>& parts,
                            const std::vector<DroppedRows>& dropped);

}  // namespace starling::store
