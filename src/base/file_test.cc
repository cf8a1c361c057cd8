#include "base/file.h"

#include <gtest/gtest.h>

namespace starling::base {
namespace {

class FileTest : public testing::Test {
 protected:
  std::string folder_ = testing::TempDir() + "starling_file_test_" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
  void SetUp() override { ASSERT_TRUE(make_folder(folder_ + "/deep/er")); }
};

TEST_F(FileTest, ReplaceThenRead) {
  std::string path = folder_ + "/a";
  ASSERT_TRUE(replace_file(path, "one"));
  ASSERT_TRUE(replace_file(path, "two"));
  EXPECT_EQ(read_file(path).value(), "two");
  EXPECT_EQ(list_folder(folder_).value(), (std::vector<std::string>{"a", "deep"}));
  ASSERT_TRUE(remove_file(path));
  ASSERT_TRUE(remove_file(path));
  EXPECT_FALSE(file_exists(path));
}

TEST_F(FileTest, WriterKeepsOrderAcrossItsBuffer) {
  std::string path = folder_ + "/big", expected;
  auto writer = FileWriter::create(path).value();
  for (size_t size : {size_t{10}, size_t{1} << 19, size_t{3} << 20, size_t{5}, size_t{1} << 20}) {
    std::string piece(size, static_cast<char>('a' + expected.size() % 7));
    expected += piece;
    ASSERT_TRUE(writer->append(piece));
  }
  ASSERT_TRUE(writer->sync());
  EXPECT_EQ(writer->size(), expected.size());
  EXPECT_EQ(read_file(path).value(), expected);
}

TEST_F(FileTest, MapOutlivesTheName) {
  std::string path = folder_ + "/m";
  ASSERT_TRUE(replace_file(path, "mapped"));
  auto mapped = MappedFile::open(path).value();
  ASSERT_TRUE(remove_file(path));
  EXPECT_EQ(
      std::string(reinterpret_cast<const char*>(mapped->bytes().data()), mapped->bytes().size()),
      "mapped");
  ASSERT_TRUE(replace_file(path, ""));
  EXPECT_TRUE(MappedFile::open(path).value()->bytes().empty());
}

TEST_F(FileTest, LockIsExclusive) {
  std::string path = folder_ + "/lock";
  auto held = FileLock::acquire(path).value();
  EXPECT_EQ(FileLock::acquire(path).error().code, Error::Code::kConflict);
  held.reset();
  EXPECT_TRUE(FileLock::acquire(path));
}

TEST_F(FileTest, MissingFilesAreNamed) {
  auto missing = read_file(folder_ + "/none");
  EXPECT_EQ(missing.error().code, Error::Code::kNotFound);
  EXPECT_EQ(missing.error().message, "cannot read " + folder_ + "/none: No such file or directory");
  EXPECT_EQ(list_folder(folder_ + "/none").error().code, Error::Code::kNotFound);
  EXPECT_FALSE(make_folder("/dev/null/x"));
}

}  // namespace
}  // namespace starling::base
