// Keeps the number of files bounded: small ones are merged when together they are about as large as
// the next larger one, so that each row is written again about log2(rows) times and about as many
// files stay.
#pragma once

#include "store/publish.h"

namespace starling::store {

// Parts of more than half as many rows as this are not merged any more: few tables are what makes
// questions fast, large ones what makes merges long.
constexpr uint64_t kMergedRowsMax = 8'000'000;

// Merges one group of parts a source, of ledgers and of users, and publishes that; false when
// nothing is worth merging. REQUIRES: the lock is held and `view` is the newest.
Result<bool> compact_files(const Folder& folder, const View& view);

}  // namespace starling::store
