#include "store/user_numbers.h"

#include "base/hash.h"
#include "store/snapshot.h"

namespace starling::store {

Result<uint32_t> UserNumbers::number(std::string_view id) {
  if (id.empty()) return kNoUser;
  auto seen = seen_.intern(id);
  if (!seen.is_new) return number_of_seen_[seen.index];
  uint64_t hash = stored_.empty() ? 0 : base::hash64(id);
  for (const auto& segment : stored_) {
    if (auto stored = segment->find(id, hash)) {
      number_of_seen_.push_back(*stored);
      return *stored;
    }
  }
  if (count_ == kNoUser) return Error{Error::Code::kInvalid, "the store is full: it cannot number more than 2^32 - 1 users"};
  new_ids_.push_back(seen.index);
  number_of_seen_.push_back(count_);
  return count_++;
}

Result<std::vector<uint32_t>> UserNumbers::number(const event::TextColumn& ids) {
  std::vector<uint32_t> numbers(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) numbers[i] = TRY(number(ids[i]));
  return numbers;
}

Result<FileRef> UserNumbers::write(const Folder& folder, uint64_t file_number) const {
  return UserSegment::write(folder, file_number, stored_count_, seen_, new_ids_);
}

}  // namespace starling::store
