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
void add_windows(const Query& query, int days, Slots& slots) {
  Date range_end = last_date_of_range(query);
  std::vector<Date> ends;
  for (size_t i = 0; i < slots.shape.intervals; ++i) {
    ends.push_back(std::min(last_date_of_interval(query, i), range_end));
  }
  ends.push_back(range_end);
  auto first_of = [&](Date end) { return Date{end.days - days + 1}; };
  Date first = first_of(*std::ranges::min_element(ends));
  slots.window.from = std::min(slots.window.from, query.timezone.day_start(first).value);
  if (slots.window.from >= slots.window.to) return;

  slots.days.emplace(query.timezone, slots.window.from, slots.window.to - 1);
  slots.shape.days = slots.days->size();
  int64_t origin = slots.days->date(0).days;
  for (Date end : ends)
    slots.shape.windows.push_back({first_of(end).days - origin, end.days - origin});
}

}  // namespace

Slots make_slots(const Query& query, const query::Measure& measure) {
  Slots slots;
  slots.window = {query.range.from.value, std::min(query.range.to.value, query.as_of.value)};
  slots.shape.intervals = query.intervals.labels.size();
  if (measure.kind == query::Measure::Kind::kRollingUsers) {
    add_windows(query, measure.rolling_days, slots);
    return slots;
  }
  if (slots.shape.intervals == 0) return slots;
  std::vector<int64_t> boundaries;
  for (base::TimeMs boundary : query.intervals.boundaries) boundaries.push_back(boundary.value);
  boundaries.front() = std::min(boundaries.front(), query.range.from.value);
  boundaries.back() = std::max(boundaries.back(), query.range.to.value);
  if (boundaries.front() < boundaries.back()) slots.index.emplace(std::move(boundaries));
  return slots;
}

}  // namespace starling::engine::native
