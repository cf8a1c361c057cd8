// The folder seen by several processes: reading the newest manifest, publishing the next one,
// removing what no longer counts.
#pragma once

#include <memory>
#include <vector>

#include "store/view.h"

namespace starling::store {

// The newest view; reuses `before` (may be nullptr). Tries again when a writer replaces files
// meanwhile. kNotFound when there is no manifest, kCorrupt when a file is damaged or missing.
Result<std::shared_ptr<const View>> load_newest(const Folder& folder, const View* before);

// Which manifest is in place, without reading it.
struct ManifestStamp {
  uint64_t device = 0, inode = 0, size = 0;
  int64_t changed_ns = 0;
  friend bool operator==(const ManifestStamp&, const ManifestStamp&) = default;
};
ManifestStamp manifest_stamp(const Folder& folder);

// Makes the new files durable, then the manifest. From here on the files of `manifest` must not be
// removed, even when this fails: the manifest may be in place.
Result<void> publish(const Folder& folder, const Manifest& manifest);

// Removes the files of killed writes. REQUIRES: the lock is held and `manifest` is the newest.
void remove_leftovers(const Folder& folder, const Manifest& manifest);

}  // namespace starling::store
