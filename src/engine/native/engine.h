// The native engine: columns in blocks, users split over threads.
#pragma once

#include <cstdint>
#include <memory>

#include "engine/backend.h"
#include "store/snapshot.h"

namespace starling::engine {

struct NativeOptions {
  int threads = 0;  // 0 = one a core
  // Bytes of values that a question may keep, beyond its cells: exact percentiles and distinct
  // counts keep every (different) value. One that needs more fails with kUnsupported.
  uint64_t kept_bytes_max = UINT64_MAX;
};

// Answers from one snapshot.
std::unique_ptr<Backend> make_native_engine(std::shared_ptr<const store::Snapshot> snapshot,
                                            NativeOptions options);

}  // namespace starling::engine
