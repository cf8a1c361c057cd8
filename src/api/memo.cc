#include "api/memo.h"

namespace starling::api {

// Two requests for the same answer may both make it: waiting for each other would cost more than it
// saves.
Result<std::string> Memo::get(uint64_t version, const std::string& key,
                              const std::function<Result<std::string>()>& make) {
  {
    const std::lock_guard lock(mutex_);
    if (version == version_) {
      const auto found = answers_.find(key);
      if (found != answers_.end()) return found->second;
    }
  }
  std::string answer = TRY(make());
  const std::lock_guard lock(mutex_);
  if (version > version_) {
    answers_.clear();
    version_ = version;
  }
  if (version == version_ && answers_.size() < entries_max_) answers_.emplace(key, answer);
  return answer;
}

}  // namespace starling::api
