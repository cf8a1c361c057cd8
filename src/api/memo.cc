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
  remember(version, key, answer);
  return answer;
}

void Memo::remember(uint64_t version, const std::string& key, const std::string& answer) {
  const size_t bytes = key.size() + answer.size();
  const std::lock_guard lock(mutex_);
  if (version < version_ || bytes > bytes_max_) return;
  if (version > version_ || bytes_ + bytes > bytes_max_) {
    answers_.clear();
    bytes_ = 0;
    version_ = version;
  }
  if (answers_.emplace(key, answer).second) bytes_ += bytes;
}

}  // namespace starling::api
