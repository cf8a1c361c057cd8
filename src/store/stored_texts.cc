#include "store/stored_texts.h"

#include <algorithm>
#include <vector>

#include "store/encoding/numbers.h"

namespace starling::store {
namespace {

constexpr size_t kChunk = 16384;

}  // namespace

Result<void> check_rising(const SectionFile& file, const Section& section, uint64_t last) {
  std::vector<uint64_t> chunk(kChunk);
  const std::byte* bytes = file.bytes(section).data();
  uint64_t before = 0;
  for (uint64_t first = 0; first < section.count; first += kChunk) {
    size_t count = std::min<uint64_t>(kChunk, section.count - first);
    decode_numbers(section, bytes, first, count, chunk.data());
    for (size_t i = 0; i < count; ++i) {
      if (chunk[i] < before) return file.corrupt(section, "has offsets out of order");
      before = chunk[i];
    }
  }
  if (before > last) return file.corrupt(section, "has offsets past the end");
  return {};
}

Result<StoredTexts> StoredTexts::read(const SectionFile& file, uint32_t offsets, uint32_t bytes) {
  StoredTexts texts;
  texts.offsets_ = TRY(file.section(offsets, SectionRole::kDictionaryOffsets));
  texts.bytes_ = TRY(file.section(bytes, SectionRole::kDictionaryBytes));
  if (texts.offsets_->encoding != Encoding::kNumbers)
    return file.corrupt(*texts.offsets_, "has an unexpected encoding");
  if (texts.bytes_->encoding != Encoding::kBytes)
    return file.corrupt(*texts.bytes_, "has an unexpected encoding");
  if (texts.offsets_->count == 0 || texts.offsets_->count > UINT32_MAX) {
    return file.corrupt(*texts.offsets_, "has an impossible count");
  }
  texts.offset_data_ = file.bytes(*texts.offsets_).data();
  texts.byte_data_ = file.bytes(*texts.bytes_).data();
  texts.size_ = static_cast<uint32_t>(texts.offsets_->count - 1);
  return texts;
}

Result<void> StoredTexts::check_contents(const SectionFile& file) const {
  return check_rising(file, *offsets_, bytes_->count);
}

std::string_view StoredTexts::operator[](uint32_t index) const {
  uint64_t ends[2];
  decode_numbers(*offsets_, offset_data_, index, 2, ends);
  return {reinterpret_cast<const char*>(byte_data_) + ends[0], ends[1] - ends[0]};
}

}  // namespace starling::store
