// Runs pieces of work on several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "base/result.h"

namespace starling::engine::native {

using base::Result;

// Calls work(thread, item) once for every item in [0, items), items handed out in order to
// `threads` threads (the caller's is number 0). Stops handing out after the first error, which is
// returned, and with kCancelled once *cancelled is true. REQUIRES: threads > 0; `work` touches only
// what belongs to its thread or its item.
Result<void> run_parallel(int threads, size_t items, const std::atomic<bool>* cancelled,
                          const std::function<Result<void>(int thread, size_t item)>& work);

}  // namespace starling::engine::native
