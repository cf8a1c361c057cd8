#include "engine/native/slots.h"

#include <algorithm>

namespace starling::engine::native {

using base::Date;
using query::Query;

namespace {

Date last_date_of_range(const Query& query) {
  if (auto date = Date::parse(query.range.to_text)) return *date;
  return query.timezone.to_local({query.range.to.value - 1}).date;
}

Date last_date_of_interval(const Query& query, size_t interval) {
  const query::Intervals& intervals = query.intervals;
  auto first = Date::parse(intervals.labels[interval]);
  if (*intervals.unit == base::CalendarUnit::kHour || !first) {
    return query.timezone.to_local(intervals.boundaries[interval]).date;
  }
  return Date{base::add_units(*first, *intervals.unit, 1).days - 1};
}

// Windows of `days` local days ending with the last day of each interval and, the last one, of the
// range; nothing after the range counts (§8.11).
std::vector<DateWindow> rolling_windows(const Query& query, int days) {
  Date range_end = last_date_of_range(query);
  std::vector<DateWindow> windows;
  auto add = [&](Date end) { windows.push_back({Date{end.days - days + 1}, end}); };
  for (size_t i = 0; i < query.intervals.labels.size(); ++i)
    add(std::min(last_date_of_interval(query, i), range_end));
  add(range_end);
  return windows;
}

// Nothing when an end of the range lies within a day.
std::optional<std::vector<DateWindow>> interval_windows(const Query& query) {
  auto date_of = [&](base::TimeMs instant) { return query.timezone.to_local(instant).date; };
  auto begins_day = [&](base::TimeMs instant) {
    return query.timezone.day_start(date_of(instant)) == instant;
  };
  const query::Intervals& intervals = query.intervals;
  if (intervals.unit == base::CalendarUnit::kHour || query.range.from >= query.range.to ||
      !begins_day(query.range.from) || !begins_day(query.range.to))
    return std::nullopt;
  std::vector<DateWindow> windows;
  auto add = [&](base::TimeMs from, base::TimeMs to) {
    windows.push_back({date_of(from), date_of({to.value - 1})});
  };
  for (size_t i = 0; i < intervals.labels.size(); ++i) {
    add(std::max(intervals.boundaries[i], query.range.from),
        std::min(intervals.boundaries[i + 1], query.range.to));
  }
  add(query.range.from, query.range.to);
  return windows;
}

Date first_day(const std::vector<DateWindow>& windows) {
  auto earlier = [](const DateWindow& a, const DateWindow& b) { return a.first < b.first; };
  return std::ranges::min_element(windows, earlier)->first;
}

}  // namespace

std::optional<std::vector<DateWindow>> day_windows(const Query& query,
                                                   const query::Measure& measure) {
  if (measure.kind == query::Measure::Kind::kRollingUsers)
    return rolling_windows(query, measure.rolling_days);
  if (measure.kind == query::Measure::Kind::kUsers) return interval_windows(query);
  return std::nullopt;
}

Slots make_day_slots(const Query& query, const std::vector<DateWindow>& windows, Date first,
                     bool whole) {
  Slots slots;
  slots.window = {query.timezone.day_start(first).value,
                  std::min(query.range.to.value, query.as_of.value)};
  slots.shape.intervals = query.intervals.labels.size();
  if (slots.window.from >= slots.window.to) return slots;
  slots.shape.whole = whole;
  slots.days.emplace(query.timezone, slots.window.from, slots.window.to - 1);
  slots.shape.days = slots.days->size();
  int64_t origin = slots.days->date(0).days;
  for (const DateWindow& window : windows)
    slots.shape.windows.push_back({window.first.days - origin, window.last.days - origin});
  return slots;
}

Slots make_slots(const Query& query, const query::Measure& measure) {
  if (measure.kind == query::Measure::Kind::kRollingUsers) {
    auto windows = rolling_windows(query, measure.rolling_days);
    Date counted = first_day(windows);
    Date from = query.timezone.to_local(query.range.from).date;
    Slots slots = make_day_slots(query, windows, std::min(counted, from), false);
    // A match anywhere in the range makes its segment, in no window too.
    slots.window.from = std::min(query.range.from, query.timezone.day_start(counted)).value;
    return slots;
  }
  Slots slots;
  slots.window = {query.range.from.value, std::min(query.range.to.value, query.as_of.value)};
  slots.shape.intervals = query.intervals.labels.size();
  if (slots.shape.intervals == 0) return slots;
  std::vector<int64_t> boundaries;
  for (base::TimeMs boundary : query.intervals.boundaries) boundaries.push_back(boundary.value);
  boundaries.front() = std::min(boundaries.front(), query.range.from.value);
  boundaries.back() = std::max(boundaries.back(), query.range.to.value);
  if (boundaries.front() < boundaries.back()) slots.index.emplace(std::move(boundaries));
  return slots;
}

}  // namespace starling::engine::native
