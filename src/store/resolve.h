// The end of a write, for one source: merges its runs, decides between rows of one key from
// different flushes, and tells the ledger what was stored.
#pragma once

#include <vector>

#include "event/sink.h"
#include "store/flush.h"

namespace starling::store {

struct ResolvedRows {
  event::WriteCounts counts;
  std::vector<FlushedRows>
      parts;  // as given, without the rows that lost; .part is nothing when none is left
  std::optional<FileRef> ledger;  // of the rows stored; nothing when there are none
};

// `number` is advanced past the file numbers taken.
Result<ResolvedRows> resolve(const Folder& folder, const std::string& source,
                             std::vector<FlushedRows> flushed, uint64_t& number);

}  // namespace starling::store
