#include "store/section_file.h"

#include "store/store_test_base.h"

namespace starling::store {
namespace {

class SectionFileTest : public StoreTestBase {
 protected:
  // Writes one section, as it says it is, and opens the file.
  Result<void> reopened(Section section, size_t bytes) {
    Folder folder(folder_, nullptr);
    TRY(folder.create());
    auto writer = TRY(SectionFileWriter::create(folder, FileKind::kPart, 1));
    TRY(writer->add(section, std::vector<std::byte>(bytes)));
    FileRef ref = TRY(writer->finish("description"));
    auto file = TRY(SectionFile::open(folder, ref));
    EXPECT_EQ(file->description(), "description");
    return file->verify();
  }
};

TEST_F(SectionFileTest, AnUnknownEncodingIsRefusedByName) {
  auto refused = reopened({SectionRole::kValues, static_cast<Encoding>(9), 1, 4}, 4);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Error::Code::kUnsupported);
  EXPECT_NE(refused.error().message.find("unknown encoding 9"), std::string::npos)
      << refused.error().message;
}

TEST_F(SectionFileTest, CountsThatDoNotFitTheLengthAreFound) {
  EXPECT_TRUE(reopened({SectionRole::kValues, Encoding::kNumbers, 4, 4}, 16));
  EXPECT_TRUE(reopened({SectionRole::kValues, Encoding::kBits, 0, 17}, 3));
  Section wrong[] = {{SectionRole::kValues, Encoding::kNumbers, 4, 5},
                     {SectionRole::kValues, Encoding::kNumbers, 3, 4},
                     {SectionRole::kValues, Encoding::kNumbers, 8, uint64_t{1} << 61},
                     {SectionRole::kValues, Encoding::kBits, 0, UINT64_MAX},
                     {SectionRole::kValues, Encoding::kBytes, 1, 15},
                     {SectionRole::kValues, Encoding::kFloats, 4, 4},
                     {SectionRole::kEntries, Encoding::kRecords, 0, 16}};
  for (const Section& section : wrong) {
    auto refused = reopened(section, 16);
    ASSERT_FALSE(refused) << encoding_name(section.encoding) << " " << section.count;
    EXPECT_EQ(refused.error().code, Error::Code::kCorrupt);
  }
}

}  // namespace
}  // namespace starling::store
