// Integers as base + unsigned number: of 0, 1, 2, 4 or 8 bytes each, or packed in frames where that
// is shorter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/encoding/packed.h"
#include "store/section_file.h"

namespace starling::store {

// A section that has no place in a file yet.
struct EncodedSection {
  Section section;
  std::vector<std::byte> bytes;
};

// The width that holds 0 .. range.
uint8_t width_for(uint64_t range);

// Encodes count values, value_at(i) each, that all lie in [low, high].
template <class ValueAt>
EncodedSection encode_numbers(SectionRole role, size_t count, int64_t low, int64_t high,
                              ValueAt value_at);

// The same, packed when that is at least an eighth shorter.
template <class ValueAt>
EncodedSection encode_least(SectionRole role, size_t count, int64_t low, int64_t high,
                            ValueAt value_at);

// base + stored number for entries [first, first + count) of a kNumbers or kPacked section whose
// bytes start at `bytes`.
template <class Out>
void decode_numbers(const Section& section, const std::byte* bytes, uint64_t first, size_t count,
                    Out* out);

EncodedSection encode_floats(std::vector<double> values);
// bit_at(i): 0 or 1.
template <class BitAt>
EncodedSection encode_bits(SectionRole role, size_t count, BitAt bit_at);
void decode_bits(const std::byte* bytes, uint64_t first, size_t count, uint8_t* out);

// Implementation of the templates.

template <class Width, class ValueAt>
void fill_numbers(std::vector<std::byte>& bytes, size_t count, uint64_t base, ValueAt value_at) {
  bytes.resize(count * sizeof(Width));
  auto* out = reinterpret_cast<Width*>(bytes.data());
  for (size_t i = 0; i < count; ++i)
    out[i] = static_cast<Width>(static_cast<uint64_t>(value_at(i)) - base);
}

template <class ValueAt>
EncodedSection encode_numbers(SectionRole role, size_t count, int64_t low, int64_t high,
                              ValueAt value_at) {
  uint64_t base = static_cast<uint64_t>(low);
  uint8_t width = width_for(static_cast<uint64_t>(high) - base);
  EncodedSection encoded{{role, Encoding::kNumbers, width, count, low}, {}};
  switch (width) {
    case 1:
      fill_numbers<uint8_t>(encoded.bytes, count, base, value_at);
      break;
    case 2:
      fill_numbers<uint16_t>(encoded.bytes, count, base, value_at);
      break;
    case 4:
      fill_numbers<uint32_t>(encoded.bytes, count, base, value_at);
      break;
    case 8:
      fill_numbers<uint64_t>(encoded.bytes, count, base, value_at);
      break;
    default:
      break;
  }
  return encoded;
}

template <class ValueAt>
EncodedSection encode_least(SectionRole role, size_t count, int64_t low, int64_t high,
                            ValueAt value_at) {
  uint64_t base = static_cast<uint64_t>(low);
  uint8_t width = width_for(static_cast<uint64_t>(high) - base);
  if (count >= kFrameNumbers && width > 0) {
    std::vector<uint64_t> numbers(count);
    for (size_t i = 0; i < count; ++i) numbers[i] = static_cast<uint64_t>(value_at(i)) - base;
    if (packed_length(numbers) <= count * width / 8 * 7)
      return {{role, Encoding::kPacked, 0, count, low}, pack(numbers)};
  }
  return encode_numbers(role, count, low, high, value_at);
}

template <class Width, class Out>
void decode_width(const std::byte* bytes, uint64_t first, size_t count, uint64_t base, Out* out) {
  const auto* in = reinterpret_cast<const Width*>(bytes) + first;
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<Out>(base + in[i]);
}

template <class Out>
void decode_numbers(const Section& section, const std::byte* bytes, uint64_t first, size_t count,
                    Out* out) {
  uint64_t base = static_cast<uint64_t>(section.base);
  if (section.encoding == Encoding::kPacked)
    return decode_packed(bytes, section.count, base, first, count, out);
  switch (section.width) {
    case 1:
      return decode_width<uint8_t>(bytes, first, count, base, out);
    case 2:
      return decode_width<uint16_t>(bytes, first, count, base, out);
    case 4:
      return decode_width<uint32_t>(bytes, first, count, base, out);
    case 8:
      return decode_width<uint64_t>(bytes, first, count, base, out);
    default:
      for (size_t i = 0; i < count; ++i) out[i] = static_cast<Out>(base);
  }
}

template <class BitAt>
EncodedSection encode_bits(SectionRole role, size_t count, BitAt bit_at) {
  EncodedSection encoded{{role, Encoding::kBits, 0, count},
                         std::vector<std::byte>((count + 7) / 8)};
  for (size_t i = 0; i < count; ++i) {
    encoded.bytes[i / 8] |= static_cast<std::byte>(static_cast<unsigned>(bit_at(i)) << (i % 8));
  }
  return encoded;
}

}  // namespace starling::store
