// Keeps the number of files bounded: small ones are merged when together they are about as large as
// the next larger one, so that each row is written again about log2(rows) times and about as many
// files stay.
#pragma once

#include "store/publish.h"

namespace starling::store {

// Merges what is worth merging and publishes it. REQUIRES: the lock is held and `view` is the
// newest.
Result<void> compact_files(const Folder& folder, const View& view, uint64_t part_rows_max);

}  // namespace starling::store
