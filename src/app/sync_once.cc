#include "app/sync_once.h"

#include "app/wire.h"
#include "base/file.h"

namespace starling::app {

using base::Error;

Result<SyncOutcome> sync_once(const std::string& model, const std::string& data,
                              const sync::Options& options) {
  const LoadedModel loaded = TRY(load_model(model));
  auto store = TRY(open_store(data, true));
  // The lock goes with the process that holds it, however it ends.
  auto lease = base::FileLock::acquire(data + "/sync.lock");
  if (!lease) {
    if (lease.error().code != Error::Code::kConflict) return std::move(lease).error();
    return Error{Error::Code::kConflict, "another sync into " + data + " is running"};
  }
  const base::SystemClock clock;
  SyncOutcome outcome;
  outcome.records = TRY(sync::run(loaded.compiled, *loaded.warehouse, *store, clock, options));
  // Whoever writes meanwhile merges after its own run.
  auto merged = store->compact();
  if (!merged && merged.error().code != Error::Code::kConflict) return std::move(merged).error();
  outcome.next_due_ms = sync::next_due_ms(loaded.compiled, *store, clock);
  return outcome;
}

}  // namespace starling::app
