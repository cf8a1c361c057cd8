// Runs the sources of a model file when they are due, in a thread of its own.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "base/result.h"

namespace starling::app {

using base::Result;

class SyncRunner {
 public:
  // Reads the model anew before each run, so that an edited file counts from the next one on.
  SyncRunner(std::string model, std::string data);
  // Ends a run that goes on at its next piece of rows; it leaves no trace.
  ~SyncRunner();

 private:
  void run();

  const std::string model_, data_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;  // last, so that it starts when all else is there
};

}  // namespace starling::app
