#include "engine/native/time_index.h"

#include <gtest/gtest.h>

namespace starling::engine::native {
namespace {

TEST(TimeIndex, FindsTheIntervalOnBothSidesOfEveryBoundary) {
  std::vector<int64_t> boundaries = {-5, 0, 7, 8, 1'000'000, 90'000'000'000};
  TimeIndex index(boundaries);
  for (uint32_t i = 0; i + 1 < boundaries.size(); ++i) {
    EXPECT_EQ(index.find(boundaries[i]), i);
    EXPECT_EQ(index.find(boundaries[i + 1] - 1), i);
  }
}

TEST(TimeIndex, AnEmptyIntervalHoldsNothing) {
  TimeIndex index({0, 10, 10, 20});
  EXPECT_EQ(index.find(9), 0u);
  EXPECT_EQ(index.find(10), 2u);
}

TEST(LocalDays, DaysAndHoursFollowTheLocalClockAcrossClockChanges) {
  auto zone = base::TimeZone::load("Europe/Berlin");
  ASSERT_TRUE(zone);
  int64_t first = base::parse_rfc3339("2024-03-30T12:00:00Z")->value;
  int64_t last = base::parse_rfc3339("2024-10-28T12:00:00Z")->value;
  LocalDays days(zone.value(), first, last);
  for (int64_t time = first; time <= last; time += 17 * base::kMinuteMs) {
    base::TimeZone::Local local = zone.value().to_local({time});
    uint32_t day = days.find(time);
    ASSERT_EQ(days.date(day), local.date) << base::utc_text({time});
    ASSERT_EQ(days.hour(time), static_cast<uint32_t>(local.ms_of_day / base::kHourMs))
        << base::utc_text({time});
  }
}

}  // namespace
}  // namespace starling::engine::native
