// The syncs of this server, as the API can see and steer them.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "sync/sync.h"

namespace starling::api {

using base::Result;

// Thread-safe.
class SyncControl {
 public:
  virtual ~SyncControl() = default;

  // Whether this server runs sources by itself.
  virtual bool runs() const = 0;
  // What it does now; nothing between two runs.
  virtual std::optional<sync::Progress> progress() const = 0;
  // Lets a source run as soon as the one that runs now has ended, whether it is due or paused or
  // not. kConflict when this server does not sync.
  virtual Result<void> run(const std::string& source) = 0;
  // Keeps a source from running by itself, or lets it again. kConflict while a sync writes.
  virtual Result<void> hold(const std::string& source, bool held) = 0;
};

}  // namespace starling::api
