// Texts of a mapped file: a section of ends and a section of bytes. Text i is bytes [offset i,
// offset i + 1).
#pragma once

#include <string_view>

#include "store/section_file.h"

namespace starling::store {

class StoredTexts {
 public:
  StoredTexts() = default;
  // kCorrupt when the sections are not what they should be. The file must outlive this.
  static Result<StoredTexts> read(const SectionFile& file, uint32_t offsets, uint32_t bytes);
  // Whether the offsets rise and end with the bytes. REQUIRES: called before anything is read.
  Result<void> check_contents(const SectionFile& file) const;

  uint32_t size() const { return size_; }
  std::string_view operator[](uint32_t index) const;

  const Section* offsets() const { return offsets_; }
  const Section* bytes() const { return bytes_; }

 private:
  const Section* offsets_ = nullptr;
  const Section* bytes_ = nullptr;
  const std::byte* offset_data_ = nullptr;
  const std::byte* byte_data_ = nullptr;
  uint32_t size_ = 0;
};

// Whether the numbers of the section never fall and end at or before `last`.
Result<void> check_rising(const SectionFile& file, const Section& section, uint64_t last);

}  // namespace starling::store
