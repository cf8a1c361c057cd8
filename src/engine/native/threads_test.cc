#include "engine/native/threads.h"

#include <gtest/gtest.h>

#include <vector>

namespace starling::engine::native {
namespace {

TEST(RunParallel, DoesEveryItemOnce) {
  std::vector<int> done(1000);
  auto result = run_parallel(4, done.size(), nullptr, [&](int, size_t item) -> Result<void> {
    ++done[item];
    return {};
  });
  EXPECT_TRUE(result);
  EXPECT_EQ(done, std::vector<int>(1000, 1));
}

TEST(RunParallel, StopsAtAnErrorAndGivesIt) {
  std::atomic<size_t> worked = 0;
  auto result = run_parallel(2, 100'000, nullptr, [&](int, size_t item) -> Result<void> {
    ++worked;
    if (item == 10) return base::Error{base::Error::Code::kCorrupt, "part 3"};
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "part 3");
  EXPECT_LT(worked, 100'000u);
}

TEST(RunParallel, StopsSoonAfterBeingCancelled) {
  std::atomic<bool> cancelled = false;
  std::atomic<size_t> worked = 0;
  auto result = run_parallel(2, 100'000, &cancelled, [&](int, size_t) -> Result<void> {
    if (++worked == 5) cancelled = true;
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::Error::Code::kCancelled);
  EXPECT_LT(worked, 20u);
}

}  // namespace
}  // namespace starling::engine::native
