// Remembers answers that are the same until the data change: counts for pickers, sizes of cohorts.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/result.h"

namespace starling::api {

using base::Result;

// Thread-safe. Holds at most `entries_max` answers; the ones of an older version of the data are
// dropped.
class Memo {
 public:
  explicit Memo(size_t entries_max) : entries_max_(entries_max) {}

  // The answer remembered for `key` in this version of the data, or what `make` gives; failures are
  // not remembered.
  Result<std::string> get(uint64_t version, const std::string& key,
                          const std::function<Result<std::string>()>& make);

 private:
  const size_t entries_max_;
  std::mutex mutex_;
  uint64_t version_ = 0;                                  // guarded by mutex_
  std::unordered_map<std::string, std::string> answers_;  // guarded by mutex_; all of version_
};

}  // namespace starling::api
