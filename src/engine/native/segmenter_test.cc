#include "engine/native/segmenter.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/native/raw_cache.h"

namespace starling::engine::native {
namespace {

TEST(Segmenter, GivesEveryTupleItsOwnNumberAndKeepsIt) {
  for (size_t width : {1, 2, 3}) {
    Segmenter segmenter(width);
    std::map<std::vector<uint32_t>, uint32_t> known;
    for (uint32_t round = 0; round < 2; ++round) {
      for (uint32_t i = 0; i < 3000; ++i) {
        std::vector<uint32_t> tuple = {i * 7 % 3001, i % 5, i % 3};
        tuple.resize(width);
        uint32_t segment = segmenter.segment(tuple.data());
        auto [found, added] = known.try_emplace(tuple, segment);
        ASSERT_EQ(found->second, segment);
        if (added) {
          ASSERT_EQ(segment + 1, segmenter.size());
        }
        ASSERT_TRUE(std::equal(tuple.begin(), tuple.end(), segmenter.tuple(segment).begin()));
      }
    }
    EXPECT_EQ(segmenter.size(), known.size());
    segmenter.clear();
    EXPECT_EQ(segmenter.size(), 0u);
    std::vector<uint32_t> seen(width, 2), other(width, 7);
    EXPECT_EQ(segmenter.segment(other.data()), 0u);
    EXPECT_EQ(segmenter.segment(seen.data()), 1u);
    EXPECT_EQ(segmenter.segment(other.data()), 0u);
  }
}

TEST(RawCache, AsksOnceForSmallLargeAndNegativeKeys) {
  RawCache cache;
  int asked = 0;
  auto miss = [&](int64_t key) {
    ++asked;
    return static_cast<uint32_t>((key % 1000 + 1000) % 1000);
  };
  for (int round = 0; round < 2; ++round) {
    for (int64_t key = -40'000; key < 40'000; key += 3) {
      ASSERT_EQ(cache.find(key * 1'000'003, miss),
                static_cast<uint32_t>((key * 1'000'003 % 1000 + 1000) % 1000));
      ASSERT_EQ(cache.find(key, miss), static_cast<uint32_t>((key % 1000 + 1000) % 1000));
    }
  }
  EXPECT_EQ(asked, 2 * 26667);
}

}  // namespace
}  // namespace starling::engine::native
