// Runs the sources of a model file when they are due or asked for, in a thread of its own.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "api/sync_control.h"
#include "base/result.h"

namespace starling::app {

using base::Result;

class SyncRunner : public api::SyncControl {
 public:
  // Without a model ("") nothing runs, and sources can only be paused. Reads the model anew before
  // each run, so that an edited file counts from the next one on.
  SyncRunner(std::string model, std::string data);
  // Ends a run that goes on at its next piece of rows; it leaves no trace.
  ~SyncRunner() override;

  bool runs() const override { return !model_.empty(); }
  std::optional<sync::Progress> progress() const override;
  Result<void> run(const std::string& source) override;
  Result<void> hold(const std::string& source, bool held) override;

 private:
  void work();
  void note(const sync::Progress& progress);
  bool stopped() const;

  const std::string model_, data_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool stopped_ = false;                    // these are guarded by mutex_
  std::set<std::string> asked_;             // sources to run without waiting until they are due
  std::optional<sync::Progress> progress_;  // of the run that goes on
  std::thread thread_;                      // last, so that it starts when all else is there
};

}  // namespace starling::app
