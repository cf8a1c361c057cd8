// Threads that do the work of requests, so that the threads that talk to clients never wait for a
// query.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace starling::api::http {

class WorkerPool {
 public:
  // `queue_max`: how many jobs may wait for a free thread.
  WorkerPool(int threads, size_t queue_max);
  ~WorkerPool();  // finishes what was submitted

  // False when the queue is full. REQUIRES: the job does not throw.
  [[nodiscard]] bool submit(std::function<void()> job);

 private:
  void work();

  const size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;  // guarded by mutex_
  bool ending_ = false;                      // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace starling::api::http
