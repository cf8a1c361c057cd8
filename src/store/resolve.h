// The end of a write, for one source: merges its runs, decides between rows of one key from
// different flushes, and tells the ledger what became of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "event/sink.h"
#include "store/flush.h"
#include "store/manifest.h"
#include "store/other_rows.h"

namespace starling::store {

struct ResolvedRows {
  event::WriteCounts counts;
  std::vector<PartEntry> parts;        // of the flushes, those with rows that count
  std::optional<LedgerRef> ledger;     // of the rows stored, replaced and removed
  std::vector<base::Hash128> dropped;  // rows stored before that count no more, ascending
};

// `others`: stored rows that go unless they are in `flushed`. `number` is advanced past the file
// numbers taken.
Result<ResolvedRows> resolve(const Folder& folder, const std::string& source,
                             const std::vector<FlushedRows>& flushed, OtherRows others,
                             uint64_t& number);

}  // namespace starling::store
