// Remembers answers that are the same until the data change: of reports, counts for pickers, sizes
// of cohorts.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/result.h"

namespace starling::api {

using base::Result;

// Thread-safe. Holds at most `bytes_max` of keys and answers: what goes beyond makes it forget all,
// and a newer version of the data does too.
class Memo {
 public:
  explicit Memo(size_t bytes_max) : bytes_max_(bytes_max) {}

  // The answer remembered for `key` in this version of the data, or what `make` gives; failures are
  // not remembered.
  Result<std::string> get(uint64_t version, const std::string& key,
                          const std::function<Result<std::string>()>& make);

 private:
  void remember(uint64_t version, const std::string& key, const std::string& answer);

  const size_t bytes_max_;
  std::mutex mutex_;
  uint64_t version_ = 0;                                  // guarded by mutex_
  size_t bytes_ = 0;                                      // guarded by mutex_; of answers_
  std::unordered_map<std::string, std::string> answers_;  // guarded by mutex_; all of version_
};

}  // namespace starling::api
