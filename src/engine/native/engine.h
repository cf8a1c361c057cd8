// The native engine: columns in blocks, users split over threads.
#pragma once

#include <memory>

#include "engine/backend.h"
#include "store/snapshot.h"

namespace starling::engine {

// Answers from one snapshot with `threads` threads (0 = one a core).
std::unique_ptr<Backend> make_native_engine(std::shared_ptr<const store::Snapshot> snapshot,
                                            int threads);

}  // namespace starling::engine
