#include "base/clock.h"

#include <chrono>

namespace starling::base {

TimeMs SystemClock::now() const {
  auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

}  // namespace starling::base
