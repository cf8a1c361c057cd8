// Shows how far a sync is, on stderr: a moving line on a terminal, a line a source elsewhere.
#pragma once

#include <chrono>
#include <string>

#include "sync/sync.h"

namespace starling::app {

class ProgressDisplay {
 public:
  ProgressDisplay();
  ~ProgressDisplay();  // ends a moving line

  void show(const sync::Progress& progress);

 private:
  void draw(const sync::Progress& progress);

  const bool terminal_;
  bool line_open_ = false;
  std::string source_;
  std::chrono::steady_clock::time_point started_;  // of source_
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace starling::app
