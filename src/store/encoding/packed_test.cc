#include "store/encoding/packed.h"

#include <gtest/gtest.h>

#include <random>

#include "store/encoding/numbers.h"

namespace starling::store {
namespace {

// Numbers that need exactly `width` bits in every frame, around a base that wraps.
std::vector<uint64_t> numbers_of(int width, size_t count) {
  std::mt19937_64 random(static_cast<uint64_t>(width) * 1000 + count);
  uint64_t mask = width == 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
  std::vector<uint64_t> numbers(count);
  for (uint64_t& number : numbers) number = random() & mask;
  for (size_t i = 0; i < count; i += kFrameNumbers) {
    numbers[i] = 0;
    if (i + 1 < count) numbers[i + 1] = mask;
  }
  return numbers;
}

TEST(Packed, EveryWidthComesBackFromEveryPlace) {
  for (int width = 0; width <= 64; ++width) {
    for (size_t count : {1, 2, 511, 512, 513, 1500}) {
      std::vector<uint64_t> numbers = numbers_of(width, count);
      std::vector<std::byte> bytes = pack(numbers);
      ASSERT_TRUE(is_packed(bytes, count)) << width << ' ' << count;
      ASSERT_EQ(bytes.size(), packed_length(numbers));
      const uint64_t base = ~uint64_t{0} - 5;
      for (size_t first : {size_t{0}, size_t{1}, count / 2, count - 1}) {
        for (size_t wanted : {size_t{1}, size_t{3}, size_t{5}, count - first}) {
          wanted = std::min(wanted, count - first);
          std::vector<uint64_t> out(wanted);
          decode_packed(bytes.data(), count, base, first, wanted, out.data());
          std::vector<uint32_t> halves(wanted);
          decode_packed(bytes.data(), count, base, first, wanted, halves.data());
          for (size_t i = 0; i < wanted; ++i) ASSERT_EQ(halves[i], static_cast<uint32_t>(out[i]));
          for (size_t i = 0; i < wanted; ++i)
            ASSERT_EQ(out[i], base + numbers[first + i]) << width << ' ' << first << ' ' << i;
        }
      }
    }
  }
}

TEST(Packed, AFrameCostsWhatItsOwnRangeNeeds) {
  std::vector<uint64_t> numbers(4 * kFrameNumbers, 7);
  numbers[0] = 8;                                                     // one bit in the first frame
  for (size_t i = 512; i < 1024; ++i) numbers[i] = 1000000 + i % 16;  // four in the second
  EXPECT_EQ(packed_length(numbers), 64u + 64u + 4 * 64u);
}

TEST(Packed, DamagedFramesAreNotTaken) {
  std::vector<std::byte> bytes = pack(numbers_of(9, 1500));
  EXPECT_FALSE(is_packed(bytes, 1537));
  EXPECT_FALSE(is_packed(std::span(bytes).first(bytes.size() - 64), 1500));
  for (size_t at : {8, 12, 24, 28, 40, 44}) {  // starts and widths
    std::vector<std::byte> damaged = bytes;
    damaged[at] ^= std::byte{1};
    EXPECT_FALSE(is_packed(damaged, 1500)) << at;
  }
}

TEST(Packed, IsChosenWhereItIsShorter) {
  auto encoding = [](size_t count, int64_t range) {
    auto value_at = [&](size_t i) { return static_cast<int64_t>(i) % (range + 1); };
    return encode_least(SectionRole::kValues, count, 0, range, value_at).section.encoding;
  };
  EXPECT_EQ(encoding(5000, 15), Encoding::kPacked);
  EXPECT_EQ(encoding(5000, 255), Encoding::kNumbers);
  EXPECT_EQ(encoding(100, 15), Encoding::kNumbers);
  EXPECT_EQ(encoding(5000, 0), Encoding::kNumbers);
}

}  // namespace
}  // namespace starling::store
