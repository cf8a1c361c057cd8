#include "engine/kernel/funnel.h"

#include <gtest/gtest.h>

namespace starling::engine::kernel {
namespace {

constexpr int64_t kMinute = 60'000;
constexpr Openings kAlways = {INT64_MIN, INT64_MAX};

// "a@0 b@5": rows by letter of the step and minute; upper case letters are exclusions.
std::vector<FunnelRow> rows(const std::vector<std::pair<char, int64_t>>& events) {
  std::vector<FunnelRow> out;
  for (auto [letter, minute] : events) {
    FunnelRow row;
    row.time = minute * kMinute;
    row.row = static_cast<uint32_t>(out.size());
    if (letter >= 'a') row.steps = SelectorMask{1} << (letter - 'a');
    if (letter < 'a') row.exclusions = SelectorMask{1} << (letter - 'A');
    out.push_back(row);
  }
  return out;
}

FunnelKernel::Rules rules(uint32_t steps, int64_t window_minutes) {
  return {steps, window_minutes * kMinute, 0, false, std::vector<SelectorMask>(steps - 1)};
}

// The rows each attempt took.
std::vector<std::vector<uint32_t>> taken(const Attempts& attempts) {
  std::vector<std::vector<uint32_t>> out;
  for (size_t i = 0; i < attempts.size(); ++i) {
    out.emplace_back();
    for (const Taken& one : attempts[i]) out.back().push_back(one.row);
  }
  return out;
}
using Rows = std::vector<std::vector<uint32_t>>;

TEST(FunnelKernel, TheWindowRunsFromTheFirstStep) {
  FunnelKernel kernel(rules(3, 60));
  Attempts attempts;
  kernel.from_first_opening(rows({{'a', 0}, {'a', 30}, {'b', 45}, {'c', 75}}), kAlways, attempts);
  EXPECT_EQ(taken(attempts), (Rows{{0, 2}}));
}

TEST(FunnelKernel, AttemptsFollowOneAnother) {
  FunnelKernel kernel(rules(2, 60));
  Attempts attempts;
  kernel.one_after_another(rows({{'a', 0}, {'a', 5}, {'b', 10}, {'a', 20}, {'a', 90}, {'b', 95}}),
                           kAlways, attempts);
  EXPECT_EQ(taken(attempts), (Rows{{0, 2}, {3}, {4, 5}}));
}

TEST(FunnelKernel, EveryOpeningHasItsAttemptAndTheBestIsChosen) {
  FunnelKernel kernel(rules(2, 60));
  Attempts attempts;
  kernel.from_every_opening(rows({{'a', 0}, {'a', 10}, {'b', 30}}), kAlways, attempts);
  EXPECT_EQ(taken(attempts), (Rows{{0, 2}, {1, 2}}));
  EXPECT_TRUE(is_better(attempts[1], attempts[0])) << "the latest opening of equal ends";
}

TEST(FunnelKernel, AnExclusionEndsTheAttemptInItsGapOnly) {
  FunnelKernel::Rules with = rules(3, 60);
  with.excluding[1] = 1;
  FunnelKernel kernel(with);
  Attempts attempts;
  kernel.from_first_opening(rows({{'a', 0}, {'A', 1}, {'b', 2}, {'A', 3}, {'c', 4}}), kAlways,
                            attempts);
  EXPECT_EQ(taken(attempts), (Rows{{0, 2}}));
}

TEST(FunnelKernel, TheGraceLooksBackAndStepsTakeNoTimeThen) {
  FunnelKernel::Rules with = rules(2, 60);
  with.grace_ms = kMinute;
  FunnelKernel kernel(with);
  Attempts attempts;
  kernel.from_first_opening(rows({{'b', 0}, {'a', 1}}), kAlways, attempts);
  ASSERT_EQ(taken(attempts), (Rows{{1, 0}}));
  EXPECT_EQ(attempts[0][1].time, kMinute);
  attempts.clear();
  kernel.from_first_opening(rows({{'b', 0}, {'a', 2}}), kAlways, attempts);
  EXPECT_EQ(taken(attempts), (Rows{{1}}));
}

TEST(FunnelKernel, InAnyOrderEachRowTakesTheLowestOpenStep) {
  FunnelKernel::Rules any = rules(3, 60);
  any.any_order = true;
  FunnelKernel kernel(any);
  Attempts attempts;
  std::vector<FunnelRow> events = rows({{'c', 0}, {'c', 1}, {'a', 2}, {'b', 3}});
  events[1].steps |= SelectorMask{1} << 1;  // fits b and c, and c is taken
  kernel.from_first_opening(events, kAlways, attempts);
  ASSERT_EQ(taken(attempts), (Rows{{0, 1, 2}}));
  EXPECT_EQ(attempts[0][1].step, 1u);
}

TEST(FunnelKernel, OpeningsAreHalfOpen) {
  FunnelKernel kernel(rules(2, 60));
  std::vector<FunnelRow> events = rows({{'a', 0}, {'a', 10}, {'a', 20}});
  EXPECT_EQ(kernel.first_opening(events, {kMinute, 20 * kMinute}), std::optional<size_t>(1));
  EXPECT_EQ(kernel.first_opening(events, {11 * kMinute, 20 * kMinute}), std::nullopt);
}

}  // namespace
}  // namespace starling::engine::kernel
