#include "query/bind/range.h"

#include <fmt/format.h>

namespace starling::query {
namespace {

using base::CalendarUnit;
using base::Date;
using base::TimeMs;

constexpr int64_t kMaxLast = 100'000;
constexpr size_t kMaxIntervals = 100'000;

// A range and the local dates that it touches, which its instants do not always tell (a zone may
// skip a date).
struct Bounds {
  Range range;
  Date first, last;
};

Bounds from_dates(const Scope& scope, Date first, Date last) {
  Range range{scope.timezone.day_start(first), scope.timezone.day_start({last.days + 1}),
              first.text(), last.text()};
  return {std::move(range), first, last};
}

TimeMs hour_start(const Scope& scope, TimeMs instant) {
  return {instant.value - scope.timezone.to_local(instant).ms_of_day % base::kHourMs};
}

std::optional<Bounds> last_units(Scope& scope, const Place& at) {
  auto span = at->is_text() ? base::Span::parse(at->text) : std::nullopt;
  auto unit = span ? span->calendar_unit() : std::nullopt;
  if (!unit || span->count < 1 || span->count > kMaxLast) {
    add_expected(at, scope.problems, "a span like \"24 hours\", \"30 days\" or \"12 months\"");
    return std::nullopt;
  }
  if (*unit == CalendarUnit::kHour) {
    TimeMs now = hour_start(scope, scope.as_of);
    TimeMs from{now.value - (span->count - 1) * base::kHourMs}, to{now.value + base::kHourMs};
    return Bounds{{from, to, scope.timezone.rfc3339(from), scope.timezone.rfc3339(to)},
                  scope.timezone.to_local(from).date,
                  scope.timezone.to_local({to.value - 1}).date};
  }
  Date current = base::unit_start(scope.today, *unit, scope.week_start);
  Date end = base::add_units(current, *unit, 1);
  return from_dates(scope, base::add_units(current, *unit, 1 - span->count), {end.days - 1});
}

std::optional<Bounds> from_and_to(Scope& scope, const Place& from_at,
                                  const std::optional<Place>& to_at) {
  auto from = bind_moment(scope, from_at);
  std::optional<Moment> to;
  if (to_at) {
    to = bind_moment(scope, *to_at);
  } else {
    to = Moment{scope.timezone.day_start(scope.today),
                scope.timezone.day_start({scope.today.days + 1}), scope.today};
  }
  if (!from || !to) return std::nullopt;
  bool by_date = from->date && to->date;
  if (by_date ? *from->date > *to->date : from->start >= to->end) {
    scope.problems.add(from_at,
                       to_at ? "the range ends before it begins: \"to\" must come after \"from\""
                             : fmt::format("the range begins after today, {}", scope.today.text()));
    return std::nullopt;
  }
  auto text = [&](const Moment& moment) {
    return moment.date ? moment.date->text() : scope.timezone.rfc3339(moment.start);
  };
  Date last = to->date ? *to->date : scope.timezone.to_local({to->end.value - 1}).date;
  return Bounds{{from->start, to->end, text(*from), text(*to)},
                from->date ? *from->date : scope.timezone.to_local(from->start).date,
                last};
}

std::optional<Bounds> bind_bounds(Scope& scope, Fields& fields) {
  auto from = fields.get("from"), to = fields.get("to"), last = fields.get("last");
  if (last && (from || to)) {
    scope.problems.add(
        *last, fmt::format("\"last\" and \"{}\" cannot stand together", from ? "from" : "to"));
    return std::nullopt;
  }
  if (to && !from) {
    scope.problems.add(*to, "\"to\" needs \"from\"");
    return std::nullopt;
  }
  if (from) return from_and_to(scope, *from, to);
  if (last) return last_units(scope, *last);
  return from_dates(scope, {scope.today.days - 29}, scope.today);
}

// Hours follow the clock: the doubled hour at fall-back is two of them, and where a zone shifts by
// half an hour one is shorter.
Intervals hours(const Scope& scope, const Range& range) {
  Intervals out{CalendarUnit::kHour, {}, {}};
  TimeMs at = hour_start(scope, range.from);
  while (at < range.to && out.labels.size() <= kMaxIntervals) {
    out.labels.push_back(scope.timezone.rfc3339(at));
    out.boundaries.push_back(at);
    at.value += base::kHourMs - scope.timezone.to_local(at).ms_of_day % base::kHourMs;
  }
  out.boundaries.push_back(at);
  return out;
}

Intervals calendar(const Scope& scope, const Bounds& bounds, CalendarUnit unit) {
  Intervals out{unit, {}, {}};
  Date at = base::unit_start(bounds.first, unit, scope.week_start);
  while (at <= bounds.last && out.labels.size() <= kMaxIntervals) {
    out.labels.push_back(at.text());
    out.boundaries.push_back(scope.timezone.day_start(at));
    at = base::add_units(at, unit, 1);
  }
  out.boundaries.push_back(scope.timezone.day_start(at));
  return out;
}

}  // namespace

std::optional<Moment> bind_moment(Scope& scope, const Place& at) {
  if (at->is_text()) {
    if (auto date = Date::parse(at->text)) {
      return Moment{scope.timezone.day_start(*date), scope.timezone.day_start({date->days + 1}),
                    date};
    }
    if (auto instant = base::parse_rfc3339(at->text))
      return Moment{*instant, *instant, std::nullopt};
  }
  add_expected(at, scope.problems,
               "a date like 2024-09-01 or an instant like 2024-09-01T00:00:00Z");
  return std::nullopt;
}

RangeAndIntervals bind_range(Scope& scope, Fields& fields, std::optional<CalendarUnit> unit) {
  auto bounds = bind_bounds(scope, fields);
  if (!bounds) return {};
  RangeAndIntervals out{bounds->range, {}};
  if (!unit) return out;
  out.intervals =
      *unit == CalendarUnit::kHour ? hours(scope, bounds->range) : calendar(scope, *bounds, *unit);
  if (out.intervals.labels.size() > kMaxIntervals) {
    scope.problems.add(
        fields.at(),
        fmt::format("the range has more than {} intervals of one {}; choose a longer unit",
                    kMaxIntervals, base::unit_name(*unit)));
  }
  return out;
}

}  // namespace starling::query
