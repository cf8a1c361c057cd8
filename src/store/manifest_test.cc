#include "store/manifest.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/hash.h"

namespace starling::store {
namespace {

Manifest one_part() {
  Manifest manifest;
  manifest.version = 7;
  manifest.next_number = 9;
  manifest.parts.push_back({{FileKind::kPart, 1, 100, 11}, "orders", 5, {}, {}});
  manifest.ledgers.push_back({{FileKind::kLedger, 2, 200, 22}, "orders", 5});
  manifest.documents["checkpoint"] = "here";
  return manifest;
}

TEST(Manifest, ComesBackAsItWas) {
  Manifest manifest = one_part();
  manifest.parts[0].drops = FileRef{FileKind::kDrops, 3, 300, 33};
  manifest.parts[0].fills = {{FileKind::kFill, 4, 400, 44}, {FileKind::kFill, 5, 500, 55}};
  auto read = parse_manifest("m", manifest_bytes(manifest));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read.value().parts, manifest.parts);
  EXPECT_EQ(read.value().files().size(), 5u);
  EXPECT_EQ(manifest_bytes(read.value()), manifest_bytes(manifest));
}

// Version 1 has no line on the changes of parts: here five bytes after the part's own.
TEST(Manifest, TheFirstVersionIsRead) {
  std::string bytes = manifest_bytes(one_part());
  constexpr size_t kHeader = 32, kChangesAt = kHeader + 16 + 4 + 24 + 4 + 6 + 8;
  bytes.erase(kChangesAt, 5);
  uint32_t version = 1;
  uint64_t length = bytes.size() - kHeader;
  uint64_t checksum = base::checksum64(std::as_bytes(std::span(bytes).subspan(kHeader)));
  std::memcpy(bytes.data() + 12, &version, sizeof(version));
  std::memcpy(bytes.data() + 16, &length, sizeof(length));
  std::memcpy(bytes.data() + 24, &checksum, sizeof(checksum));
  auto read = parse_manifest("m", bytes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read.value().parts, one_part().parts);
  EXPECT_EQ(read.value().documents, one_part().documents);
}

}  // namespace
}  // namespace starling::store
