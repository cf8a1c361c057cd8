#include "engine/native/threads.h"

#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace starling::engine::native {

Result<void> run_parallel(int threads, size_t items, const std::atomic<bool>* cancelled,
                          const std::function<Result<void>(int, size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::optional<base::Error> first_error;  // guarded by mutex

  auto fail = [&](base::Error error) {
    std::lock_guard lock(mutex);
    if (!first_error) first_error = std::move(error);
    stop = true;
  };
  auto run = [&](int thread) {
    while (!stop) {
      size_t item = next++;
      if (item >= items) return;
      if (cancelled != nullptr && *cancelled)
        return fail({base::Error::Code::kCancelled, "cancelled"});
      Result<void> done = work(thread, item);
      if (!done) return fail(std::move(done).error());
    }
  };

  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads && static_cast<size_t>(thread) < items; ++thread) {
    others.emplace_back(run, thread);
  }
  run(0);
  others.clear();  // joins: from here on the error is final
  if (first_error) return std::move(*first_error);
  return {};
}

}  // namespace starling::engine::native
