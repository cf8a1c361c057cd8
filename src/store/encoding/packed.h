// Integers in frames of 512, each number in the bits that its frame's range needs (frame of
// reference and bit packing; the order of bits within a frame is that of S. Afroozeh and P. Boncz,
// The FastLanes Compression Layout, VLDB 2023, without its transposition: sixteen lanes side by
// side, so that plain loops become vector instructions).
//
//   frames   16 bytes each: u64 base, u32 start of the frame's bits in units of 64 bytes, u32 width
//   (0 .. 64) zeroes   up to a multiple of 64 bytes bits     64 bytes times the width a frame;
//   wider than 32: the low 32 bits of all, then the others
//
// A number is the section's base + its frame's + what its bits say, modulo 2^64. Number i of a
// frame is in lane i % 16 at bits [i / 16 * width, (i / 16 + 1) * width); word w of all lanes
// stands in 64 neighbouring bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace starling::store {

constexpr size_t kFrameNumbers = 512;

struct Frame {
  uint64_t base = 0;
  uint32_t start = 0, width = 0;
};
static_assert(sizeof(Frame) == 16);

// `numbers` counted from the section's base.
std::vector<std::byte> pack(std::span<const uint64_t> numbers);
// How long pack() would make them; none is looked at twice.
size_t packed_length(std::span<const uint64_t> numbers);
// Whether `bytes` can hold `count` numbers: every frame begins where the one before ends, the last
// one ends the section.
bool is_packed(std::span<const std::byte> bytes, uint64_t count);

inline Frame frame_at(const std::byte* bytes, uint64_t frame) {
  Frame out;
  std::memcpy(&out, bytes + frame * sizeof(Frame), sizeof(Frame));
  return out;
}

// Numbers [first, last) of a frame of `width` to out[0 ..), each with the base added, modulo the
// range of the type.
void unpack(const std::byte* bits, uint32_t width, uint64_t base, size_t first, size_t last,
            uint32_t* out);
void unpack(const std::byte* bits, uint32_t width, uint64_t base, size_t first, size_t last,
            int64_t* out);
inline void unpack(const std::byte* bits, uint32_t width, uint64_t base, size_t first, size_t last,
                   uint64_t* out) {
  unpack(bits, width, base, first, last, reinterpret_cast<int64_t*>(out));
}
// One number of it.
uint64_t unpack_one(const std::byte* bits, uint32_t width, size_t index);

inline const std::byte* frame_bits(const std::byte* bytes, uint64_t count, const Frame& frame) {
  uint64_t frames = (count + kFrameNumbers - 1) / kFrameNumbers;
  return bytes + (frames * sizeof(Frame) + 63) / 64 * 64 + uint64_t{frame.start} * 64;
}

// Numbers [first, first + wanted) of the `count` in `bytes`. REQUIRES: is_packed(bytes, count).
template <class Out>
void decode_packed(const std::byte* bytes, uint64_t count, uint64_t base, uint64_t first,
                   size_t wanted, Out* out) {
  constexpr size_t kFew = 4;  // cheaper one by one
  for (size_t done = 0; done < wanted;) {
    uint64_t at = first + done;
    Frame frame = frame_at(bytes, at / kFrameNumbers);
    const std::byte* bits = frame_bits(bytes, count, frame);
    size_t from = at % kFrameNumbers, step = std::min(wanted - done, kFrameNumbers - from);
    uint64_t frame_base = base + frame.base;
    Out* to = out + done;
    done += step;
    if (frame.width == 0) {
      std::fill_n(to, step, static_cast<Out>(frame_base));
      continue;
    }
    if (step <= kFew) {
      for (size_t i = 0; i < step; ++i)
        to[i] = static_cast<Out>(frame_base + unpack_one(bits, frame.width, from + i));
      continue;
    }
    unpack(bits, frame.width, frame_base, from, from + step, to);
  }
}

}  // namespace starling::store
