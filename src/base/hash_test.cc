#include "base/hash.h"

#include <gtest/gtest.h>

namespace starling::base {
namespace {

TEST(Md5, FirstEightBytes) {
  EXPECT_EQ(md5_prefix(""), 0xd41d8cd98f00b204u);
  EXPECT_EQ(md5_prefix("abc"), 0x900150983cd24fb0u);
  EXPECT_EQ(md5_prefix(
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            0x57edf4a22be3c955u);
}

TEST(Xxh3, KnownValues) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2u);
  EXPECT_NE(hash64("a"), hash64("a", 1));
  EXPECT_EQ(hash128("").high, 0x99aa06d3014798d8u);
  EXPECT_EQ(hash128("").low, 0x6001c324468d497fu);
}

}  // namespace
}  // namespace starling::base
