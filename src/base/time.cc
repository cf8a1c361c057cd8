// Civil dates by day numbers (the algorithms of Howard Hinnant's "chrono-compatible low-level date
// algorithms"), calendar units and the text forms of instants.
#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace starling::base {
namespace {

struct Civil {
  int64_t year;
  int month, day;
};

int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

Civil civil_from_days(int64_t days) {
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted_month = (5 * day_of_year + 2) / 153;
  int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2), month, day};
}

int days_in_month(int64_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0); }

// `count` digits at `at` as a number, or -1.
int digits_at(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int out = 0;
  for (char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    out = out * 10 + (c - '0');
  }
  return out;
}

constexpr std::array<std::string_view, 8> kSpanUnits = {"second", "minute", "hour",    "day",
                                                        "week",   "month",  "quarter", "year"};
constexpr std::array<std::string_view, 6> kUnits = {"hour",  "day",     "week",
                                                    "month", "quarter", "year"};

template <size_t N>
std::optional<size_t> find_unit(std::string_view text,
                                const std::array<std::string_view, N>& names) {
  for (size_t i = 0; i < N; ++i) {
    if (text == names[i] ||
        (text.size() == names[i].size() + 1 && text.starts_with(names[i]) && text.back() == 's')) {
      return i;
    }
  }
  return std::nullopt;
}

// Milliseconds of ".250", the digits behind the third cut off; `at` moves behind them. -1 when no
// digit follows the point.
int fraction_ms(std::string_view text, size_t& at) {
  if (at >= text.size() || text[at] != '.') return 0;
  size_t first = ++at;
  int ms = 0, weight = 100;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, weight /= 10)
    ms += (text[at] - '0') * weight;
  return at == first ? -1 : ms;
}

// "Z" or "+02:00" up to the end of the text, in minutes.
std::optional<int> offset_minutes(std::string_view text, size_t at) {
  if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) return 0;
  if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':')
    return std::nullopt;
  int hours = digits_at(text, at + 1, 2), minutes = digits_at(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (text[at] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

Date Date::of(int year, int month, int day) {
  return {static_cast<int32_t>(days_from_civil(year, month, 1) + day - 1)};
}

int Date::year() const { return static_cast<int>(civil_from_days(days).year); }
int Date::month() const { return civil_from_days(days).month; }
int Date::day() const { return civil_from_days(days).day; }
int Date::weekday() const {
  return static_cast<int>((days + int64_t{3}) - floor_divide(days + int64_t{3}, 7) * 7);
}

std::string Date::text() const {
  Civil civil = civil_from_days(days);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
    return std::nullopt;
  return of(year, month, day);
}

std::string_view unit_name(CalendarUnit unit) { return kUnits[static_cast<size_t>(unit)]; }

std::optional<CalendarUnit> parse_unit(std::string_view text) {
  auto found = find_unit(text, kUnits);
  if (!found) return std::nullopt;
  return static_cast<CalendarUnit>(*found);
}

Date unit_start(Date date, CalendarUnit unit, int week_start) {
  switch (unit) {
    case CalendarUnit::kHour:
    case CalendarUnit::kDay:
      return date;
    case CalendarUnit::kWeek:
      return {date.days - (date.weekday() - week_start + 7) % 7};
    case CalendarUnit::kMonth:
      return Date::of(date.year(), date.month(), 1);
    case CalendarUnit::kQuarter:
      return Date::of(date.year(), (date.month() - 1) / 3 * 3 + 1, 1);
    case CalendarUnit::kYear:
      return Date::of(date.year(), 1, 1);
  }
  return date;
}

Date add_units(Date date, CalendarUnit unit, int64_t count) {
  int64_t months = 0;
  switch (unit) {
    case CalendarUnit::kHour:
      CHECK(false);
      break;
    case CalendarUnit::kDay:
      return {static_cast<int32_t>(date.days + count)};
    case CalendarUnit::kWeek:
      return {static_cast<int32_t>(date.days + 7 * count)};
    case CalendarUnit::kMonth:
      months = count;
      break;
    case CalendarUnit::kQuarter:
      months = 3 * count;
      break;
    case CalendarUnit::kYear:
      months = 12 * count;
      break;
  }
  Civil civil = civil_from_days(date.days);
  int64_t index = civil.year * 12 + civil.month - 1 + months;
  int64_t year = floor_divide(index, 12);
  int month = static_cast<int>(index - year * 12) + 1;
  return {static_cast<int32_t>(
      days_from_civil(year, month, std::min(civil.day, days_in_month(year, month))))};
}

std::optional<Span> Span::parse(std::string_view text) {
  Span span;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), span.count);
  if (error != std::errc() || span.count < 0 || text.front() == '-') return std::nullopt;
  std::string_view rest = text.substr(end - text.data());
  size_t unit_at = rest.find_first_not_of(' ');
  if (unit_at == 0 || unit_at == std::string_view::npos) return std::nullopt;
  auto found = find_unit(rest.substr(unit_at), kSpanUnits);
  if (!found) return std::nullopt;
  span.unit = static_cast<Unit>(*found);
  return span;
}

std::string Span::text() const {
  return fmt::format("{} {}{}", count, kSpanUnits[static_cast<size_t>(unit)],
                     count == 1 ? "" : "s");
}

std::optional<int64_t> Span::milliseconds() const {
  constexpr std::array<int64_t, 5> kLengths = {kSecondMs, kMinuteMs, kHourMs, kDayMs, 7 * kDayMs};
  size_t index = static_cast<size_t>(unit);
  int64_t out;
  if (index >= kLengths.size() || __builtin_mul_overflow(count, kLengths[index], &out))
    return std::nullopt;
  return out;
}

std::optional<CalendarUnit> Span::calendar_unit() const {
  if (unit < Unit::kHour) return std::nullopt;
  return static_cast<CalendarUnit>(static_cast<int>(unit) - static_cast<int>(Unit::kHour));
}

std::optional<TimeMs> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return std::nullopt;
  }
  auto date = Date::parse(text.substr(0, 10));
  int hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2),
      second = digits_at(text, 17, 2);
  if (!date || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  size_t at = 19;
  int ms = fraction_ms(text, at);
  if (ms < 0 || at >= text.size()) return std::nullopt;
  auto offset = offset_minutes(text, at);
  if (!offset) return std::nullopt;
  return TimeMs{date->days * kDayMs + hour * kHourMs + (minute - *offset) * kMinuteMs +
                second * kSecondMs + ms};
}

std::string utc_text(TimeMs instant) {
  int64_t days = floor_divide(instant.value, kDayMs);
  int64_t ms = instant.value - days * kDayMs;
  std::string out = fmt::format("{}T{:02}:{:02}:{:02}", Date{static_cast<int32_t>(days)}.text(),
                                ms / kHourMs, ms / kMinuteMs % 60, ms / kSecondMs % 60);
  if (ms % kSecondMs != 0) out += fmt::format(".{:03}", ms % kSecondMs);
  return out + "Z";
}

}  // namespace starling::base
