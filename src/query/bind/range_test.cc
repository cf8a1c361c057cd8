#include <gtest/gtest.h>

#include "query/bind_fixture.h"

namespace starling::query {
namespace {

std::string report(const std::string& keys) {
  return "{report: insights, metrics: [{event: refund}], " + keys + "}";
}

Query question(const std::string& keys, std::string_view as_of = "2024-10-31T19:30:00Z") {
  return bind_yaml(report(keys), base::parse_rfc3339(as_of).value()).value();
}

// The range in local time and its intervals.
std::string range(const std::string& keys, std::string_view as_of = "2024-10-31T19:30:00Z") {
  auto result = bind_yaml(report(keys), base::parse_rfc3339(as_of).value());
  if (!result) return result.error().message;
  const Query query = result.value();
  std::string out =
      query.timezone.rfc3339(query.range.from) + " " + query.timezone.rfc3339(query.range.to);
  for (const std::string& label : query.intervals.labels) out += " " + label;
  return out;
}

TEST(Range, DatesIncludeBothEnds) {
  EXPECT_EQ(range("from: 2024-09-01, to: 2024-09-30"),
            "2024-09-01T00:00:00-04:00 2024-10-01T00:00:00-04:00");
  EXPECT_EQ(range("from: 2024-11-03, to: 2024-11-03"),
            "2024-11-03T00:00:00-04:00 2024-11-04T00:00:00-05:00");
}

TEST(Range, InstantsExcludeTheEnd) {
  EXPECT_EQ(range("from: 2024-09-01T12:00:00Z, to: 2024-09-02T00:00:00-04:00"),
            "2024-09-01T08:00:00-04:00 2024-09-02T00:00:00-04:00");
  EXPECT_EQ(question("from: 2024-09-01T12:00:00Z, to: 2024-09-02").range.from_text,
            "2024-09-01T08:00:00-04:00");
  EXPECT_EQ(question("from: 2024-09-01T12:00:00Z, to: 2024-09-02").range.to_text, "2024-09-02");
}

TEST(Range, FromAloneRunsToToday) {
  EXPECT_EQ(range("from: 2024-10-01"), "2024-10-01T00:00:00-04:00 2024-11-01T00:00:00-04:00");
  EXPECT_EQ(range("from: 2024-10-01", "2024-11-01T03:59:59Z"),
            "2024-10-01T00:00:00-04:00 2024-11-01T00:00:00-04:00");
  EXPECT_EQ(range("from: 2024-11-01"), "line 1: from: the range begins after today, 2024-10-31");
}

TEST(Range, LastCountsTheUnitThatHoldsNow) {
  EXPECT_EQ(range("unit: "), "2024-10-02T00:00:00-04:00 2024-11-01T00:00:00-04:00");
  EXPECT_EQ(range("last: 1 day"), "2024-10-31T00:00:00-04:00 2024-11-01T00:00:00-04:00");
  EXPECT_EQ(range("last: 12 months"), "2023-11-01T00:00:00-04:00 2024-11-01T00:00:00-04:00");
  EXPECT_EQ(range("last: 2 weeks"), "2024-10-21T00:00:00-04:00 2024-11-04T00:00:00-05:00");
  EXPECT_EQ(range("last: 2 weeks, week_start: sunday"),
            "2024-10-20T00:00:00-04:00 2024-11-03T00:00:00-04:00");
  EXPECT_EQ(range("last: 1 quarter"), "2024-10-01T00:00:00-04:00 2025-01-01T00:00:00-05:00");
  EXPECT_EQ(range("last: 2 years"), "2023-01-01T00:00:00-05:00 2025-01-01T00:00:00-05:00");
  EXPECT_EQ(range("last: 2 hours"), "2024-10-31T14:00:00-04:00 2024-10-31T16:00:00-04:00");
}

TEST(Range, Refusals) {
  EXPECT_EQ(range("to: 2024-09-01"), "line 1: to: \"to\" needs \"from\"");
  EXPECT_EQ(range("from: 2024-09-01, last: 3 days"),
            "line 1: last: \"last\" and \"from\" cannot stand together");
  EXPECT_EQ(range("to: 2024-09-01, last: 3 days"),
            "line 1: last: \"last\" and \"to\" cannot stand together");
  EXPECT_EQ(range("from: 2024-09-02, to: 2024-09-01"),
            "line 1: from: the range ends before it begins: \"to\" must come after \"from\"");
  EXPECT_EQ(range("from: 2024-09-01T00:00:00Z, to: 2024-09-01T00:00:00Z"),
            "line 1: from: the range ends before it begins: \"to\" must come after \"from\"");
  EXPECT_EQ(range("from: yesterday"),
            "line 1: from: expected a date like 2024-09-01 or an instant like "
            "2024-09-01T00:00:00Z; found the text \"yesterday\"");
  EXPECT_EQ(range("last: 0 days").substr(0, 14), "line 1: last: ");
  EXPECT_EQ(range("last: 30 minutes").substr(0, 14), "line 1: last: ");
  EXPECT_EQ(range("last: 100 years, unit: hour"),
            "line 1: the range has more than 100000 intervals of one hour; choose a longer unit");
}

TEST(Intervals, AreLabelledByTheirCalendarStart) {
  EXPECT_EQ(range("from: 2024-09-10, to: 2024-10-05, unit: month"),
            "2024-09-10T00:00:00-04:00 2024-10-06T00:00:00-04:00 2024-09-01 2024-10-01");
  EXPECT_EQ(range("from: 2024-09-03, to: 2024-09-09, unit: week"),
            "2024-09-03T00:00:00-04:00 2024-09-10T00:00:00-04:00 2024-09-02 2024-09-09");
  EXPECT_EQ(range("from: 2024-09-03, to: 2024-09-09, unit: week, week_start: tuesday"),
            "2024-09-03T00:00:00-04:00 2024-09-10T00:00:00-04:00 2024-09-03");
  EXPECT_EQ(range("from: 2024-05-03, to: 2025-01-01, unit: quarter"),
            "2024-05-03T00:00:00-04:00 2025-01-02T00:00:00-05:00 2024-04-01 2024-07-01 2024-10-01 "
            "2025-01-01");
  EXPECT_EQ(range("from: 2024-09-01T12:00:00-04:00, to: 2024-09-03T00:00:00-04:00, unit: day"),
            "2024-09-01T12:00:00-04:00 2024-09-03T00:00:00-04:00 2024-09-01 2024-09-02");
}

TEST(Intervals, RunPastNow) {
  EXPECT_EQ(question("last: 1 month, unit: day", "2024-10-02T12:00:00Z").intervals.labels.size(),
            31u);
}

TEST(Intervals, BoundariesAreOneMore) {
  Query query = question("from: 2024-11-02, to: 2024-11-04, unit: day");
  ASSERT_EQ(query.intervals.boundaries.size(), 4u);
  EXPECT_EQ(base::utc_text(query.intervals.boundaries[1]), "2024-11-03T04:00:00Z");
  EXPECT_EQ(base::utc_text(query.intervals.boundaries[2]), "2024-11-04T05:00:00Z");
  EXPECT_EQ(query.intervals.boundaries[3], query.range.to);
}

TEST(Intervals, TheDoubledHourIsTwo) {
  EXPECT_EQ(range("from: 2024-11-03T00:00:00-04:00, to: 2024-11-03T03:00:00-05:00, unit: hour"),
            "2024-11-03T00:00:00-04:00 2024-11-03T03:00:00-05:00 2024-11-03T00:00:00-04:00 "
            "2024-11-03T01:00:00-04:00 "
            "2024-11-03T01:00:00-05:00 2024-11-03T02:00:00-05:00");
  EXPECT_EQ(question("from: 2024-11-03, to: 2024-11-03, unit: hour").intervals.labels.size(), 25u);
  EXPECT_EQ(question("from: 2024-03-10, to: 2024-03-10, unit: hour").intervals.labels.size(), 23u);
}

TEST(Intervals, HalfHourShiftsMakeAShorterHour) {
  EXPECT_EQ(range("timezone: Australia/Lord_Howe, from: 2024-04-07T01:00:00+11:00, to: "
                  "2024-04-07T03:00:00+10:30, unit: hour"),
            "2024-04-07T01:00:00+11:00 2024-04-07T03:00:00+10:30 2024-04-07T01:00:00+11:00 "
            "2024-04-07T01:30:00+10:30 "
            "2024-04-07T02:00:00+10:30");
}

TEST(Intervals, ASkippedDateHasNoLength) {
  Query query = question("timezone: Pacific/Apia, from: 2011-12-29, to: 2011-12-31, unit: day");
  EXPECT_EQ(query.intervals.labels,
            (std::vector<std::string>{"2011-12-29", "2011-12-30", "2011-12-31"}));
  EXPECT_EQ(query.intervals.boundaries[1], query.intervals.boundaries[2]);
  Query only = question("timezone: Pacific/Apia, from: 2011-12-30, to: 2011-12-30, unit: day");
  EXPECT_EQ(only.intervals.labels, (std::vector<std::string>{"2011-12-30"}));
  EXPECT_EQ(only.range.from, only.range.to);
}

TEST(Intervals, WithoutUnitThereAreNone) {
  EXPECT_TRUE(question("last: 7 days").intervals.boundaries.empty());
}

}  // namespace
}  // namespace starling::query
