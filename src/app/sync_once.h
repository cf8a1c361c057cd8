// One sync of a model file into a data folder, whoever asks for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/sync.h"

namespace starling::app {

using base::Result;

struct SyncOutcome {
  std::vector<sync::SourceRecord> records;
  std::optional<int64_t> next_due_ms;  // sync::next_due_ms, after the run
};

// Holds the folder's lease while it runs: a second run beside it fails with kConflict. Merges the
// store's parts afterwards.
Result<SyncOutcome> sync_once(const std::string& model, const std::string& data,
                              const sync::Options& options);

}  // namespace starling::app
