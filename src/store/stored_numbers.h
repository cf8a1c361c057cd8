// A column of plain integers in a mapped file, whatever their encoding: a table's users and times.
#pragma once

#include <vector>

#include "store/encoding/numbers.h"

namespace starling::store {

// Cheap to copy; the file must outlive it.
template <class T>
class StoredNumbers {
 public:
  StoredNumbers() = default;
  // kCorrupt when the section is not there, has another role or does not hold numbers.
  static Result<StoredNumbers> read(const SectionFile& file, uint32_t index, SectionRole role) {
    const Section* section = TRY(file.section(index, role));
    if (section->encoding != Encoding::kNumbers && section->encoding != Encoding::kPacked)
      return file.corrupt(*section, "has an unexpected encoding");
    StoredNumbers numbers;
    numbers.section_ = section;
    numbers.bytes_ = file.bytes(*section).data();
    return numbers;
  }

  const Section& section() const { return *section_; }
  uint64_t size() const { return section_ == nullptr ? 0 : section_->count; }
  void copy(uint64_t first, size_t count, T* out) const {
    decode_numbers(*section_, bytes_, first, count, out);
  }
  std::vector<T> all() const {
    std::vector<T> out(size());
    copy(0, out.size(), out.data());
    return out;
  }
  // Alone; loops copy blocks instead.
  T operator[](uint64_t place) const {
    T out;
    copy(place, 1, &out);
    return out;
  }
  // Calls use(place, number) for places [first, last), block by block.
  template <class Use>
  void for_each(uint64_t first, uint64_t last, Use use) const {
    T block[kFrameNumbers];
    while (first < last) {
      size_t count = std::min<uint64_t>(last - first, kFrameNumbers - first % kFrameNumbers);
      copy(first, count, block);
      for (size_t i = 0; i < count; ++i) use(first + i, block[i]);
      first += count;
    }
  }
  // The first place in [first, last) with a number of at least `wanted`, else last. REQUIRES: they
  // ascend.
  uint64_t lower_bound(uint64_t first, uint64_t last, T wanted) const {
    if (first == last) return last;
    if (section_->encoding == Encoding::kPacked) keep_frame(first, last, wanted);
    while (first < last) {
      uint64_t middle = first + (last - first) / 2;
      if ((*this)[middle] < wanted) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    return first;
  }

 private:
  // Leaves of [first, last) the last frame that begins with less: it has the place, or the place
  // follows it.
  void keep_frame(uint64_t& first, uint64_t& last, T wanted) const {
    uint64_t low = first / kFrameNumbers, high = (last - 1) / kFrameNumbers;
    while (low < high) {
      uint64_t middle = low + (high - low + 1) / 2;
      uint64_t least = static_cast<uint64_t>(section_->base) + frame_at(bytes_, middle).base;
      if (static_cast<T>(least) < wanted) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    first = std::max(first, low * kFrameNumbers);
    last = std::min(last, (low + 1) * kFrameNumbers);
  }

  const Section* section_ = nullptr;
  const std::byte* bytes_ = nullptr;
};

}  // namespace starling::store
