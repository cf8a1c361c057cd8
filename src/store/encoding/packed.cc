#pragma GCC optimize("O3")
#include "store/encoding/packed.h"

#include <bit>

namespace starling::store {
namespace {

constexpr size_t kLanes = 16;
constexpr size_t kLaneNumbers = kFrameNumbers / kLanes;
constexpr size_t kUnit = 64;  // bytes: a word of every lane

size_t frame_count(uint64_t count) { return (count + kFrameNumbers - 1) / kFrameNumbers; }
size_t frames_length(size_t frames) { return (frames * sizeof(Frame) + kUnit - 1) / kUnit * kUnit; }

// Base and width of numbers; `start` is not known yet.
Frame frame_of(std::span<const uint64_t> numbers) {
  auto [low, high] = std::ranges::minmax(numbers);
  return {low, 0, static_cast<uint32_t>(std::bit_width(high - low))};
}

// Up to 32 bits of each number, shifted right by `from`. REQUIRES: the words at `out` are zero.
void pack_plane(std::span<const uint64_t> numbers, uint64_t base, uint32_t from, uint32_t width,
                uint32_t* out) {
  if (width == 0) return;  // equal numbers have no words
  for (size_t i = 0; i < numbers.size(); ++i) {
    size_t lane = i % kLanes, bit = i / kLanes * width, shift = bit % 32;
    uint64_t value = ((numbers[i] - base) >> from) & ((uint64_t{1} << width) - 1);
    uint32_t* word = out + bit / 32 * kLanes + lane;
    *word |= static_cast<uint32_t>(value << shift);
    if (shift + width > 32) word[kLanes] |= static_cast<uint32_t>(value >> (32 - shift));
  }
}

uint32_t one_of_plane(const uint32_t* words, uint32_t width, size_t index) {
  if (width == 0) return 0;
  size_t bit = index / kLanes * width, shift = bit % 32;
  const uint32_t* word = words + bit / 32 * kLanes + index % kLanes;
  uint64_t both = word[0];
  if (shift + width > 32) both |= uint64_t{word[kLanes]} << 32;
  return static_cast<uint32_t>((both >> shift) & ((uint64_t{1} << width) - 1));
}

}  // namespace

// The hot loops: the lanes of a word are shifted alike, so that each inner loop becomes one or a
// few vector instructions.
#if defined(__x86_64__)
#define STARLING_VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define STARLING_VECTOR_CLONES
#endif

// A word of every lane; in memory anywhere that holds words.
using Words = uint32_t __attribute__((vector_size(kUnit), may_alias, aligned(4)));

// Rows [first, last) of the frame, a number of every lane each, in the order of the numbers.
STARLING_VECTOR_CLONES static void unpack_plane(const uint32_t* __restrict in, uint32_t width,
                                                size_t first, size_t last,
                                                uint32_t* __restrict out) {
  const auto* words = reinterpret_cast<const Words*>(in);
  auto* to = reinterpret_cast<Words*>(out);
  uint32_t mask = static_cast<uint32_t>((uint64_t{1} << width) - 1);
  for (size_t row = first; row < last; ++row, ++to) {
    uint32_t bit = static_cast<uint32_t>(row) * width, word = bit / 32, shift = bit % 32;
    if (shift + width <= 32) {
      *to = (words[word] >> shift) & mask;
    } else {
      *to = ((words[word] >> shift) | (words[word + 1] << (32 - shift))) & mask;
    }
  }
}

STARLING_VECTOR_CLONES static void add_base(const uint32_t* __restrict in, uint32_t base,
                                            size_t count, uint32_t* __restrict out) {
  for (size_t i = 0; i < count; ++i) out[i] = base + in[i];
}

STARLING_VECTOR_CLONES static void add_base(const uint32_t* __restrict in, uint64_t base,
                                            size_t count, int64_t* __restrict out) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<int64_t>(base + in[i]);
}

STARLING_VECTOR_CLONES static void add_base(const uint32_t* __restrict low,
                                            const uint32_t* __restrict high, uint64_t base,
                                            size_t count, int64_t* __restrict out) {
  for (size_t i = 0; i < count; ++i)
    out[i] = static_cast<int64_t>(base + (uint64_t{high[i]} << 32 | low[i]));
}

void unpack(const std::byte* bits, uint32_t width, uint64_t base, size_t first, size_t last,
            uint32_t* out) {
  uint32_t low[kFrameNumbers];
  const auto* words = reinterpret_cast<const uint32_t*>(bits);
  size_t row = first / kLanes;
  unpack_plane(words, std::min(width, 32U), row, (last + kLanes - 1) / kLanes, low);
  add_base(low + (first - row * kLanes), static_cast<uint32_t>(base), last - first, out);
}

void unpack(const std::byte* bits, uint32_t width, uint64_t base, size_t first, size_t last,
            int64_t* out) {
  uint32_t low[kFrameNumbers], high[kFrameNumbers];
  const auto* words = reinterpret_cast<const uint32_t*>(bits);
  size_t row = first / kLanes, end = (last + kLanes - 1) / kLanes, skipped = first - row * kLanes;
  unpack_plane(words, std::min(width, 32U), row, end, low);
  if (width <= 32) return add_base(low + skipped, base, last - first, out);
  unpack_plane(words + kFrameNumbers, width - 32, row, end, high);
  add_base(low + skipped, high + skipped, base, last - first, out);
}

uint64_t unpack_one(const std::byte* bits, uint32_t width, size_t index) {
  const auto* words = reinterpret_cast<const uint32_t*>(bits);
  if (width <= 32) return one_of_plane(words, width, index);
  return uint64_t{one_of_plane(words + kFrameNumbers, width - 32, index)} << 32 |
         one_of_plane(words, 32, index);
}

size_t packed_length(std::span<const uint64_t> numbers) {
  size_t length = frames_length(frame_count(numbers.size()));
  for (size_t first = 0; first < numbers.size(); first += kFrameNumbers)
    length +=
        kUnit *
        frame_of(numbers.subspan(first, std::min(kFrameNumbers, numbers.size() - first))).width;
  return length;
}

std::vector<std::byte> pack(std::span<const uint64_t> numbers) {
  std::vector<std::byte> bytes(packed_length(numbers));
  size_t bits = frames_length(frame_count(numbers.size()));
  uint32_t start = 0;
  for (size_t first = 0; first < numbers.size(); first += kFrameNumbers) {
    auto part = numbers.subspan(first, std::min(kFrameNumbers, numbers.size() - first));
    Frame frame = frame_of(part);
    frame.start = start;
    std::memcpy(bytes.data() + first / kFrameNumbers * sizeof(Frame), &frame, sizeof(Frame));
    auto* words = reinterpret_cast<uint32_t*>(bytes.data() + bits + size_t{start} * kUnit);
    pack_plane(part, frame.base, 0, std::min(frame.width, 32U), words);
    if (frame.width > 32) pack_plane(part, frame.base, 32, frame.width - 32, words + kFrameNumbers);
    start += frame.width;
  }
  return bytes;
}

bool is_packed(std::span<const std::byte> bytes, uint64_t count) {
  size_t frames = frame_count(count), bits = frames_length(frames);
  if (count > bytes.size() * kFrameNumbers || bytes.size() < bits) return false;
  uint64_t start = 0;
  for (size_t i = 0; i < frames; ++i) {
    Frame frame = frame_at(bytes.data(), i);
    if (frame.width > 64 || frame.start != start) return false;
    start += frame.width;
  }
  return bits + start * kUnit == bytes.size();
}

}  // namespace starling::store
