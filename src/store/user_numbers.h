// Gives users their numbers while a write runs: the stored one, or the next free one in order of
// first sight.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "event/column.h"
#include "store/user_segment.h"

namespace starling::store {

class UserNumbers {
 public:
  UserNumbers(std::vector<std::shared_ptr<const UserSegment>> stored, uint32_t user_count)
      : stored_(std::move(stored)), stored_count_(user_count), count_(user_count) {}

  // A number for each row; kNoUser for "". Fails with kInvalid when there are more users than
  // numbers.
  Result<std::vector<uint32_t>> number(const event::TextColumn& ids);

  uint32_t count() const { return count_; }
  bool has_new() const { return count_ > stored_count_; }
  // Writes the new users. REQUIRES: has_new().
  Result<FileRef> write(const Folder& folder, uint64_t file_number) const;

 private:
  Result<uint32_t> first_seen(uint32_t place);  // the number of seen_[place]

  std::vector<std::shared_ptr<const UserSegment>> stored_;
  uint32_t stored_count_, count_;
  TextInterner seen_;  // in this write
  std::vector<uint32_t> number_of_seen_;
  std::vector<uint32_t> new_ids_;  // places in seen_, in order of their numbers
};

}  // namespace starling::store
