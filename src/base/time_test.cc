#include "base/time.h"

#include <gtest/gtest.h>

namespace starling::base {
namespace {

TimeZone zone(std::string_view name) { return TimeZone::load(name).value(); }
Date day(std::string_view text) { return Date::parse(text).value(); }
TimeMs at(std::string_view text) { return parse_rfc3339(text).value(); }
std::string start_of(const TimeZone& in, std::string_view date) {
  return utc_text(in.day_start(day(date)));
}

int64_t hours_of_day(const TimeZone& in, std::string_view date) {
  return (in.day_start({day(date).days + 1}).value - in.day_start(day(date)).value) / kHourMs;
}

TEST(Date, EveryDayOfFourCenturies) {
  int weekday = day("1800-01-01").weekday();
  for (Date date = day("1800-01-01"); date < day("2200-01-01"); ++date.days) {
    ASSERT_EQ(Date::of(date.year(), date.month(), date.day()), date);
    ASSERT_EQ(Date::parse(date.text()), date);
    ASSERT_EQ(date.weekday(), weekday);
    weekday = (weekday + 1) % 7;
  }
  EXPECT_EQ(day("2024-09-01").weekday(), 6);
  EXPECT_EQ(Date::of(2024, 1, 32).text(), "2024-02-01");
}

TEST(Date, RefusesWhatIsNoDate) {
  for (const char* text : {"2023-02-29", "2024-13-01", "2024-00-01", "2024-1-01", "2024-01-00",
                           "2024-01-01 ", "20240101"}) {
    EXPECT_FALSE(Date::parse(text)) << text;
  }
  EXPECT_TRUE(Date::parse("2024-02-29"));
}

TEST(Units, StartsAndSteps) {
  EXPECT_EQ(unit_start(day("2024-09-04"), CalendarUnit::kWeek, 0).text(), "2024-09-02");
  EXPECT_EQ(unit_start(day("2024-09-04"), CalendarUnit::kWeek, 6).text(), "2024-09-01");
  EXPECT_EQ(unit_start(day("2024-09-04"), CalendarUnit::kQuarter, 0).text(), "2024-07-01");
  EXPECT_EQ(unit_start(day("2024-09-04"), CalendarUnit::kYear, 0).text(), "2024-01-01");
  EXPECT_EQ(add_units(day("2024-01-31"), CalendarUnit::kMonth, 1).text(), "2024-02-29");
  EXPECT_EQ(add_units(day("2024-02-29"), CalendarUnit::kYear, -1).text(), "2023-02-28");
  EXPECT_EQ(add_units(day("2024-01-15"), CalendarUnit::kMonth, -13).text(), "2022-12-15");
  EXPECT_EQ(add_units(day("2024-01-15"), CalendarUnit::kWeek, -1).text(), "2024-01-08");
}

TEST(Span, ParseAndPrint) {
  EXPECT_EQ(Span::parse("7 days")->text(), "7 days");
  EXPECT_EQ(Span::parse("1 hour")->milliseconds(), kHourMs);
  EXPECT_EQ(Span::parse("2 seconds")->milliseconds(), 2000);
  EXPECT_FALSE(Span::parse("12 months")->milliseconds());
  EXPECT_EQ(Span::parse("12 months")->calendar_unit(), CalendarUnit::kMonth);
  EXPECT_FALSE(Span::parse("2 seconds")->calendar_unit());
  for (const char* text : {"", "7", "days", "-7 days", "7days", "7 dayss", "1.5 days", " 7 days",
                           "99999999999999999999 days"}) {
    EXPECT_FALSE(Span::parse(text)) << text;
  }
}

TEST(Rfc3339, ReadsInstants) {
  EXPECT_EQ(at("2024-09-01T10:00:00Z").value, at("2024-09-01T12:00:00+02:00").value);
  EXPECT_EQ(at("2024-09-01T10:00:00.25Z").value % 1000, 250);
  EXPECT_EQ(at("2024-09-01T10:00:00.123999Z").value % 1000, 123);
  EXPECT_EQ(utc_text(at("1969-12-31T23:59:59.999Z")), "1969-12-31T23:59:59.999Z");
  for (const char* text :
       {"2024-09-01", "2024-09-01T10:00:00", "2024-09-01T25:00:00Z", "2024-09-01T10:00:00.Z",
        "2024-09-01T10:00:00+2", "2024-09-01T10:00Z", "2024-02-30T10:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(TimeZone, NewYorkDaysAroundTheChanges) {
  TimeZone new_york = zone("America/New_York");
  EXPECT_EQ(start_of(new_york, "2024-03-10"), "2024-03-10T05:00:00Z");
  EXPECT_EQ(hours_of_day(new_york, "2024-03-10"), 23);
  EXPECT_EQ(hours_of_day(new_york, "2024-11-03"), 25);
  EXPECT_EQ(hours_of_day(new_york, "2024-11-04"), 24);
  EXPECT_EQ(hours_of_day(new_york, "2150-03-08"), 23);
}

TEST(TimeZone, MissingTimeMovesForwardByTheGap) {
  TimeZone new_york = zone("America/New_York");
  TimeMs moved =
      new_york.from_local(day("2024-03-10"), static_cast<int32_t>(2 * kHourMs + 30 * kMinuteMs));
  EXPECT_EQ(new_york.rfc3339(moved), "2024-03-10T03:30:00-04:00");
}

TEST(TimeZone, AmbiguousTimeIsTheEarlierInstant) {
  TimeZone new_york = zone("America/New_York");
  TimeMs earlier =
      new_york.from_local(day("2024-11-03"), static_cast<int32_t>(kHourMs + 30 * kMinuteMs));
  EXPECT_EQ(new_york.rfc3339(earlier), "2024-11-03T01:30:00-04:00");
  EXPECT_EQ(new_york.rfc3339({earlier.value + kHourMs}), "2024-11-03T01:30:00-05:00");
}

TEST(TimeZone, CairoChangesAtMidnight) {
  TimeZone cairo = zone("Africa/Cairo");
  EXPECT_EQ(start_of(cairo, "2024-04-26"), "2024-04-25T22:00:00Z");
  EXPECT_EQ(cairo.rfc3339(cairo.day_start(day("2024-04-26"))), "2024-04-26T01:00:00+03:00");
  EXPECT_EQ(hours_of_day(cairo, "2024-04-26"), 23);
  EXPECT_EQ(hours_of_day(cairo, "2024-10-31"), 25);
}

TEST(TimeZone, ApiaHadNo30December2011) {
  TimeZone apia = zone("Pacific/Apia");
  EXPECT_EQ(apia.day_start(day("2011-12-30")), apia.day_start(day("2011-12-31")));
  EXPECT_EQ(hours_of_day(apia, "2011-12-29"), 24);
  EXPECT_EQ(hours_of_day(apia, "2011-12-31"), 24);
  EXPECT_EQ(apia.to_local(apia.day_start(day("2011-12-30"))).date.text(), "2011-12-31");
}

TEST(TimeZone, HalfHours) {
  EXPECT_EQ(start_of(zone("Asia/Kolkata"), "2024-09-01"), "2024-08-31T18:30:00Z");
  TimeZone lord_howe = zone("Australia/Lord_Howe");
  int64_t length =
      lord_howe.day_start(day("2024-10-07")).value - lord_howe.day_start(day("2024-10-06")).value;
  EXPECT_EQ(length, 23 * kHourMs + 30 * kMinuteMs);
  EXPECT_EQ(
      lord_howe.rfc3339(lord_howe.from_local(day("2024-10-06"), static_cast<int32_t>(2 * kHourMs))),
      "2024-10-06T02:30:00+11:00");
}

TEST(TimeZone, LocalAndBack) {
  for (const char* name : {"UTC", "America/New_York", "Africa/Cairo", "Pacific/Apia",
                           "Asia/Kolkata", "Australia/Lord_Howe"}) {
    TimeZone here = zone(name);
    for (TimeMs instant = at("2011-01-01T00:00:00Z"); instant < at("2026-01-01T00:00:00Z");
         instant.value += 1'777'777) {
      TimeZone::Local local = here.to_local(instant);
      TimeMs back = here.from_local(local.date, local.ms_of_day);
      bool same = back == instant;
      // The second time the clock shows a local time, the first one is meant.
      bool first_of_two = back < instant && here.to_local(back).ms_of_day == local.ms_of_day;
      ASSERT_TRUE(same || first_of_two) << name << " " << utc_text(instant);
    }
  }
}

TEST(TimeZone, UnknownNamesAreRefused) {
  EXPECT_EQ(TimeZone::load("America/New_Yorc").error().message,
            "unknown time zone \"America/New_Yorc\"; did you mean \"America/New_York\"?");
  for (const char* name : {"", "localtime", "/etc/localtime", "../../etc/passwd", "Fixed/UTC+01:00",
                           "Europe/Nowhereville"}) {
    EXPECT_FALSE(TimeZone::load(name)) << name;
  }
}

}  // namespace
}  // namespace starling::base
