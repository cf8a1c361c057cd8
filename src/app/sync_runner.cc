#include "app/sync_runner.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "app/sync_once.h"
#include "sync/sync.h"

namespace starling::app {
namespace {

constexpr int64_t kPauseMinMs = 1'000, kPauseMaxMs = 60'000;

}  // namespace

SyncRunner::SyncRunner(std::string model, std::string data)
    : model_(std::move(model)), data_(std::move(data)), thread_([this] { run(); }) {}

SyncRunner::~SyncRunner() {
  stopped_ = true;
  thread_.join();
}

// A fault is said once, and again when another one comes.
void SyncRunner::run() {
  std::string last_fault;
  while (!stopped_) {
    sync::Options options;
    options.due_only = true;
    options.cancelled = [this] { return stopped_.load(); };
    auto outcome = sync_once(model_, data_, options);
    std::string fault = outcome ? "" : outcome.error().message;
    if (!fault.empty() && fault != last_fault && !stopped_)
      std::fprintf(stderr, "sync: %s\n", fault.c_str());
    last_fault = fault;
    int64_t wait = outcome ? outcome.value().next_due_ms.value_or(kPauseMaxMs) : kPauseMaxMs;
    auto until = std::chrono::steady_clock::now() +
                 std::chrono::milliseconds(std::clamp(wait, kPauseMinMs, kPauseMaxMs));
    while (!stopped_ && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace starling::app
