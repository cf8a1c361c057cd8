// The clock comes in as a parameter, so that tests and `--as-of` decide what "now" is.
#pragma once

#include "base/time.h"

namespace starling::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs now() const = 0;
};

class SystemClock : public Clock {
 public:
  TimeMs now() const override;
};

class FixedClock : public Clock {
 public:
  explicit FixedClock(TimeMs now) : now_(now) {}
  TimeMs now() const override { return now_; }

 private:
  TimeMs now_;
};

}  // namespace starling::base
