// The ways a question can be answered, all of which must agree: engines, numbers of threads,
// arrivals in the store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/document.h"
#include "engine/backend.h"
#include "report/small_world.h"

namespace starling::report {

struct Lane {
  std::string name;  // "native, 2 threads, shuffled in 5 commits"
  std::shared_ptr<TemporaryFolder> folder;
  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<engine::Backend> backend;
};

// The reference on the world as it stands comes first.
std::vector<Lane> make_lanes(const SmallWorld& world);

// A result without what may differ: elapsed_ms and events_scanned.
base::Node comparable(const std::string& result_json);

}  // namespace starling::report
