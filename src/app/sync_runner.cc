#include "app/sync_runner.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "app/sync_once.h"
#include "app/wire.h"

namespace starling::app {
namespace {

using base::Error;

constexpr int kHoldTries = 40;
constexpr std::chrono::milliseconds kHoldWait{50};
constexpr int64_t kPauseMinMs = 1'000, kPauseMaxMs = 60'000;

}  // namespace

SyncRunner::SyncRunner(std::string model, std::string data)
    : model_(std::move(model)), data_(std::move(data)) {
  if (runs()) thread_ = std::thread([this] { work(); });
}

SyncRunner::~SyncRunner() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool SyncRunner::stopped() const {
  std::lock_guard lock(mutex_);
  return stopped_;
}

std::optional<sync::Progress> SyncRunner::progress() const {
  std::lock_guard lock(mutex_);
  return progress_;
}

void SyncRunner::note(const sync::Progress& progress) {
  std::lock_guard lock(mutex_);
  progress_ = progress;
  if (progress.phase == sync::Progress::Phase::kDone) progress_.reset();
}

Result<void> SyncRunner::run(const std::string& source) {
  if (!runs()) {
    return Error{Error::Code::kConflict,
                 "this server does not sync; start it with `starling serve --sync MODEL`, or run "
                 "`starling sync MODEL`"};
  }
  {
    std::lock_guard lock(mutex_);
    asked_.insert(source);
  }
  woken_.notify_all();
  return {};
}

Result<void> SyncRunner::hold(const std::string& source, bool held) {
  auto store = TRY(open_store(data_, false));
  // Most writes are short: a run that has nothing to do, a batch of events.
  for (int i = 0; i < kHoldTries; ++i) {
    auto done = sync::hold(*store, source, held);
    if (done || done.error().code != Error::Code::kConflict) return done;
    std::this_thread::sleep_for(kHoldWait);
  }
  return Error{Error::Code::kConflict, "a sync is writing; try again when it is done"};
}

// A fault is said once, and again when another one comes.
void SyncRunner::work() {
  std::string last_fault;
  while (!stopped()) {
    sync::Options options;
    {
      std::lock_guard lock(mutex_);
      options.only.assign(asked_.begin(), asked_.end());
      asked_.clear();
    }
    options.due_only = options.only.empty();
    options.cancelled = [this] { return stopped(); };
    options.progress = [this](const sync::Progress& progress) { note(progress); };
    auto outcome = sync_once(model_, data_, options);
    std::string fault = outcome ? "" : outcome.error().message;
    if (!fault.empty() && fault != last_fault && !stopped())
      std::fprintf(stderr, "sync: %s\n", fault.c_str());
    last_fault = fault;
    int64_t wait = outcome ? outcome.value().next_due_ms.value_or(kPauseMaxMs) : kPauseMaxMs;
    std::unique_lock lock(mutex_);
    progress_.reset();
    woken_.wait_for(lock, std::chrono::milliseconds(std::clamp(wait, kPauseMinMs, kPauseMaxMs)),
                    [this] { return stopped_ || !asked_.empty(); });
  }
}

}  // namespace starling::app
