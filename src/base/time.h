// Instants, civil dates and time zones. Instants are milliseconds since 1970 in UTC; a civil date
// is a day number that no zone moves (reports.md §8.1, §8.2).
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace starling::base {

struct TimeMs {
  int64_t value = 0;
  friend auto operator<=>(TimeMs, TimeMs) = default;
};

struct Date {
  int32_t days = 0;  // since 1970-01-01
  friend auto operator<=>(Date, Date) = default;

  static Date of(int year, int month, int day);  // day may run over: of(2024, 1, 32) is 1 February
  int year() const;
  int month() const;                                        // 1..12
  int day() const;                                          // 1..31
  int weekday() const;                                      // 0 Monday .. 6 Sunday
  std::string text() const;                                 // "2024-09-01"
  static std::optional<Date> parse(std::string_view text);  // exactly YYYY-MM-DD
};

constexpr int64_t kSecondMs = 1000, kMinuteMs = 60'000, kHourMs = 3'600'000, kDayMs = 86'400'000;

enum class CalendarUnit : uint8_t { kHour, kDay, kWeek, kMonth, kQuarter, kYear };

std::string_view unit_name(CalendarUnit unit);                  // "day"
std::optional<CalendarUnit> parse_unit(std::string_view text);  // "day" or "days"

// First day of the unit that holds `date` (kHour: the date itself). week_start: 0 Monday .. 6
// Sunday.
Date unit_start(Date date, CalendarUnit unit, int week_start);
// `count` units later; months and years clamp to the month's end. REQUIRES: unit is not kHour.
Date add_units(Date date, CalendarUnit unit, int64_t count);

// "7 days", "30 minutes", "2 seconds", "1 hour", "12 months".
struct Span {
  int64_t count = 0;
  enum class Unit : uint8_t {
    kSecond,
    kMinute,
    kHour,
    kDay,
    kWeek,
    kMonth,
    kQuarter,
    kYear
  } unit = Unit::kDay;

  static std::optional<Span> parse(std::string_view text);
  std::string text() const;
  std::optional<int64_t> milliseconds() const;        // nothing for month, quarter and year
  std::optional<CalendarUnit> calendar_unit() const;  // nothing for second and minute
};

class TimeZone {
 public:
  // An IANA name; fails with kInvalid and the nearest name's hint when unknown.
  static Result<TimeZone> load(std::string_view name);
  static TimeZone utc();

  const std::string& name() const { return name_; }

  struct Local {
    Date date;
    int32_t ms_of_day = 0;
    int32_t offset_ms = 0;  // local = UTC + offset
  };
  Local to_local(TimeMs instant) const;
  // An ambiguous local time is the earlier instant; a missing one moves forward by the gap (§8.2).
  TimeMs from_local(Date date, int32_t ms_of_day) const;
  TimeMs day_start(Date date) const { return from_local(date, 0); }
  // RFC 3339 with this zone's offset: "2024-09-01T13:00:00-04:00"; milliseconds only when they are
  // not zero.
  std::string rfc3339(TimeMs instant) const;

 private:
  struct Transition {
    int64_t at_ms;      // from this instant on
    int32_t offset_ms;  // this offset holds
  };

  std::string name_;
  std::shared_ptr<const std::vector<Transition>>
      transitions_;  // sorted; the first is "since ever"; until the year 2200
};

// "2024-09-01T10:00:00Z", "2024-09-01T10:00:00.250+02:00". Nothing when it is no RFC 3339 instant.
std::optional<TimeMs> parse_rfc3339(std::string_view text);
std::string utc_text(TimeMs instant);  // "2024-09-01T10:00:00Z"

}  // namespace starling::base
