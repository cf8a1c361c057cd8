#include "store/user_numbers.h"

#include "base/hash.h"
#include "store/snapshot.h"

namespace starling::store {

Result<uint32_t> UserNumbers::first_seen(uint32_t place) {
  std::string_view id = seen_[place];
  if (id.empty()) return kNoUser;
  uint64_t hash = stored_.empty() ? 0 : base::hash64(id);
  for (const auto& segment : stored_) {
    if (auto stored = segment->find(id, hash)) return *stored;
  }
  if (count_ == kNoUser) {
    return Error{Error::Code::kInvalid,
                 "the store is full: it cannot number more than 2^32 - 1 users"};
  }
  new_ids_.push_back(place);
  return count_++;
}

Result<std::vector<uint32_t>> UserNumbers::number(const event::TextColumn& ids) {
  std::vector<uint32_t> numbers;
  seen_.intern_all(ids, numbers);
  while (number_of_seen_.size() < seen_.size()) {
    number_of_seen_.push_back(TRY(first_seen(static_cast<uint32_t>(number_of_seen_.size()))));
  }
  for (uint32_t& number : numbers) number = number_of_seen_[number];
  return numbers;
}

Result<FileRef> UserNumbers::write(const Folder& folder, uint64_t file_number) const {
  return UserSegment::write(folder, file_number, stored_count_, seen_, new_ids_);
}

}  // namespace starling::store
