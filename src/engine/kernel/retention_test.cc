// The retention kernel on test vector R1 of docs/semantics/retention.md: born on 1 January 10:00
// with 10; back on 2 January 09:00 (20) and 11:00 (30), and on 5 January 10:00 (5).
#include "engine/kernel/retention.h"

#include <gtest/gtest.h>

namespace starling::engine::kernel {
namespace {

using Criterion = query::Retention::Criterion;

constexpr int64_t kHour = 3'600'000, kDay = 24 * kHour;

struct Expected {
  std::vector<uint64_t> users;
  std::vector<std::string> sums;
};

Expected run(bool calendar, Criterion criterion, bool birth_counts) {
  RetentionKernel::Options options;
  options.buckets.starts = {0, 1, 2, 3, 4, 5};
  options.buckets.unit_ms = kDay;
  options.buckets.index();
  options.calendar = calendar;
  options.criterion = criterion;
  options.birth_counts = birth_counts;
  options.sums = true;
  options.intervals = 1;
  RetentionKernel kernel(options), other(options);

  Member born{0, 10 * kHour, 7, 0};
  std::vector<Return> returns(4);
  int64_t times[] = {10 * kHour, kDay + 9 * kHour, kDay + 11 * kHour, 4 * kDay + 10 * kHour};
  int64_t sums[] = {10, 20, 30, 5};
  for (size_t i = 0; i < 4; ++i) {
    returns[i].time = times[i];
    returns[i].order_key = 7;
    returns[i].calendar_unit = static_cast<uint32_t>(times[i] / kDay);
    returns[i].has = true;
    returns[i].digits = sums[i];
  }
  RetentionKernel::Outcome outcome;
  other.judge(born, returns, outcome);
  other.add(0, born, returns, outcome);
  const uint32_t same[] = {0};
  kernel.merge(other, same, 1);
  Expected out;
  for (const RetentionCell& cell : kernel.cells(0, 0, 1, false)) {
    out.users.push_back(cell.users);
    out.sums.push_back(std::get<base::Decimal>(cell.value).text());
  }
  return out;
}

using Users = std::vector<uint64_t>;
using Sums = std::vector<std::string>;

TEST(RetentionKernel, RollingBuckets) {
  EXPECT_EQ(run(false, Criterion::kOn, false).users, Users({1, 1, 0, 0, 1}));
  EXPECT_EQ(run(false, Criterion::kOn, false).sums, Sums({"20", "30", "0", "0", "5"}));
  EXPECT_EQ(run(false, Criterion::kOnOrAfter, false).users, Users({1, 1, 1, 1, 1}));
  EXPECT_EQ(run(false, Criterion::kOnOrAfter, false).sums, Sums({"55", "35", "5", "5", "5"}));
  EXPECT_EQ(run(false, Criterion::kOnOrBefore, false).sums, Sums({"20", "50", "50", "50", "55"}));
  EXPECT_EQ(run(false, Criterion::kOnOrBefore, true).sums, Sums({"30", "60", "60", "60", "65"}));
  EXPECT_EQ(run(false, Criterion::kStreak, true).users, Users({1, 1, 0, 0, 0}));
}

TEST(RetentionKernel, CalendarBuckets) {
  EXPECT_EQ(run(true, Criterion::kOn, false).users, Users({0, 1, 0, 0, 1}));
  EXPECT_EQ(run(true, Criterion::kOnOrBefore, false).users, Users({0, 1, 1, 1, 1}));
  EXPECT_EQ(run(true, Criterion::kStreak, true).users, Users({1, 1, 0, 0, 0}));
}

TEST(Buckets, BracketsCoverTheirUnitsAndNothingElse) {
  Buckets buckets;
  buckets.starts = {1, 2, 5};
  buckets.index();
  std::vector<int> found;
  for (int64_t unit = 0; unit < 7; ++unit) found.push_back(buckets.find(unit));
  EXPECT_EQ(found, (std::vector<int>{-1, 0, 1, 1, 1, 2, 2}));
}

}  // namespace
}  // namespace starling::engine::kernel
