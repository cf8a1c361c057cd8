#include "base/memory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace starling::base {
namespace {

class MemoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = ::testing::TempDir() + "memory_" + test->name();
    std::filesystem::remove_all(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  std::string root_;
};

TEST_F(MemoryTest, TheSmallestLimitOfTheGroupsCounts) {
  write("/proc/self/cgroup", "0::/system.slice/starling.service\n");
  write("/sys/fs/cgroup/system.slice/starling.service/memory.max", "max\n");
  EXPECT_GT(memory_limit(root_), uint64_t{64} << 20);
  write("/sys/fs/cgroup/system.slice/memory.max", "1048576\n");
  EXPECT_EQ(memory_limit(root_), 1048576u);
  write("/sys/fs/cgroup/system.slice/starling.service/memory.max", "524288\n");
  EXPECT_EQ(memory_limit(root_), 524288u);
}

TEST_F(MemoryTest, WithoutGroupsItIsTheMachines) {
  uint64_t machine = memory_limit(root_);
  EXPECT_GT(machine, uint64_t{64} << 20);
  for (const char* groups : {"0::/\n", "1:memory:/old\n", ""}) {
    write("/proc/self/cgroup", groups);
    EXPECT_EQ(memory_limit(root_), machine) << groups;
  }
}

}  // namespace
}  // namespace starling::base
