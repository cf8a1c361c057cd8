#include "sql/text.h"

#include <gtest/gtest.h>

#include "sql/zone.h"

namespace starling::sql {
namespace {

using event::PropertyType;
using event::Type;
using event::Value;

base::TimeMs instant(const char* text) { return *base::parse_rfc3339(text); }

TEST(Text, NothingInATextOrNameEndsItsQuotes) {
  EXPECT_EQ(text_literal("it's"), "'it''s'");
  EXPECT_EQ(text_literal("'; DROP TABLE orders; --"), "'''; DROP TABLE orders; --'");
  EXPECT_EQ(quoted_name("an \"odd\" name"), "\"an \"\"odd\"\" name\"");
  EXPECT_EQ(text_literal("back\\slash"), "'back\\slash'");
}

TEST(Text, ATextWithLinesStaysOnOneLine) {
  EXPECT_EQ(text_literal("a\nb"), "E'a\\nb'");
  EXPECT_EQ(text_literal("it's\r\\"), "E'it''s\\r\\\\'");
}

TEST(Text, NothingInACommentEndsIt) {
  EXPECT_EQ(comment("a\nDROP TABLE orders"), "-- a\n-- DROP TABLE orders\n");
  EXPECT_EQ(comment("a\rb"), "-- a\n-- b\n");
}

TEST(Text, APatternIsTheTextItself) {
  EXPECT_EQ(escaped_pattern("100% (a.b)"), "100\\% \\(a\\.b\\)");
  EXPECT_EQ(escaped_pattern("Straße_9"), "Straße_9");
}

TEST(Text, NumbersKeepTheirDigits) {
  PropertyType decimal{Type::kDecimal, 2}, real{Type::kFloat};
  EXPECT_EQ(value_literal({base::Decimal{-1050, 2}}, decimal), "-10.5");
  EXPECT_EQ(value_literal({int64_t{9007199254740993}}, PropertyType{Type::kInteger}),
            "9007199254740993");
  EXPECT_EQ(value_literal({base::Decimal{1, 1}}, real), "CAST('0.1' AS DOUBLE)");
}

TEST(Text, InstantsAndDurations) {
  EXPECT_EQ(instant_literal(instant("2024-09-01T04:00:00Z")), "TIMESTAMP '2024-09-01 04:00:00'");
  EXPECT_EQ(instant_literal(instant("2024-09-01T04:00:00.250Z")),
            "TIMESTAMP '2024-09-01 04:00:00.250'");
  EXPECT_EQ(duration_literal(7 * base::kDayMs), "INTERVAL '7 days'");
  EXPECT_EQ(duration_literal(90 * base::kMinuteMs), "INTERVAL '90 minutes'");
  EXPECT_EQ(duration_literal(1500), "INTERVAL '1500 milliseconds'");
  EXPECT_EQ(duration_literal(-5 * base::kHourMs), "INTERVAL '-5 hours'");
}

// Every hour around the dates, as the engines see it.
void expect_dates(const char* name, const char* first_text, const char* last_text) {
  base::TimeZone zone = base::TimeZone::load(name).value();
  base::Date first = *base::Date::parse(first_text), last = *base::Date::parse(last_text);
  std::vector<Instants> stretches = instants_of_dates(zone, first, last);
  int64_t from = (int64_t{first.days} - 4) * base::kDayMs;
  int64_t to = (int64_t{last.days} + 4) * base::kDayMs;
  for (int64_t ms = from; ms < to; ms += base::kMinuteMs / 2) {
    base::Date date = zone.to_local({ms}).date;
    bool inside = false;
    for (const Instants& stretch : stretches) {
      inside = inside || ((!stretch.from || stretch.from->value <= ms) &&
                          (!stretch.to || ms < stretch.to->value));
    }
    ASSERT_EQ(inside, first <= date && date <= last) << name << " " << base::utc_text({ms});
  }
}

TEST(Zone, DatesAreTheirInstantsOnDaysThatChange) {
  expect_dates("America/New_York", "2025-03-09", "2025-03-09");
  expect_dates("America/New_York", "2025-11-02", "2025-11-02");
  expect_dates("America/New_York", "2025-01-15", "2025-07-15");
  expect_dates("Africa/Cairo", "2024-04-26", "2024-04-26");
  expect_dates("Pacific/Apia", "2011-12-30", "2011-12-30");
  expect_dates("Pacific/Apia", "2011-12-29", "2011-12-31");
  // One minute after midnight this zone went back to the day before.
  expect_dates("America/St_Johns", "2010-11-07", "2010-11-07");
  expect_dates("America/St_Johns", "2010-11-06", "2010-11-06");
}

TEST(Zone, LocalTimesBecomeTheInstantsThatASyncStores) {
  for (const char* name : {"America/New_York", "Africa/Cairo", "Pacific/Apia", "Asia/Kolkata"}) {
    base::TimeZone zone = base::TimeZone::load(name).value();
    base::TimeMs from = instant("2011-12-01T00:00:00Z"), to = instant("2025-12-01T00:00:00Z");
    std::vector<LocalOffset> offsets = local_offsets(zone, from, to);
    size_t at = 0;
    for (int64_t local = from.value + base::kDayMs; local < to.value - base::kDayMs;
         local += 10 * base::kMinuteMs) {
      while (at + 1 < offsets.size() && offsets[at + 1].local_ms <= local) ++at;
      base::Date date{static_cast<int32_t>(local / base::kDayMs)};
      auto ms_of_day = static_cast<int32_t>(local % base::kDayMs);
      ASSERT_EQ(local - offsets[at].offset_ms, zone.from_local(date, ms_of_day).value)
          << name << " " << base::utc_text({local});
    }
  }
}

}  // namespace
}  // namespace starling::sql
