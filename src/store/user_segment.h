// A run of users: the ids of the user numbers [first, first + size), and a hash table over them,
// used in place.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "store/section_file.h"
#include "store/stored_texts.h"
#include "store/text_interner.h"

namespace starling::store {

class UserSegment {
 public:
  static Result<std::shared_ptr<const UserSegment>> open(const Folder& folder, const FileRef& ref);
  // Writes ids[order[0]], ids[order[1]], … as users first, first + 1, ….
  static Result<FileRef> write(const Folder& folder, uint64_t number, uint32_t first,
                               const TextInterner& ids, std::span<const uint32_t> order);

  uint32_t first() const { return first_; }
  uint32_t size() const { return ids_.size(); }
  std::string_view id(uint32_t user) const { return ids_[user - first_]; }
  std::optional<uint32_t> find(std::string_view id, uint64_t hash) const;  // hash: base::hash64(id)
  const SectionFile& file() const { return *file_; }
  Result<void> verify() const;
  void describe(bool with_rows, std::string& out) const;

 private:
  explicit UserSegment(std::shared_ptr<const SectionFile> file) : file_(std::move(file)) {}
  Result<void> read();

  std::shared_ptr<const SectionFile> file_;
  uint32_t first_ = 0;
  StoredTexts ids_;
  std::span<const uint32_t>
      slots_;  // 0 free, else 1 + place in ids_; a power of two, at most half taken
};

}  // namespace starling::store
