// The range of a report and its calendar intervals (reports.md §1, §8.3, §8.4).
#pragma once

#include <optional>

#include "query/bind/scope.h"

namespace starling::query {

// A local date, which lasts a day, or an RFC 3339 instant, which does not.
struct Moment {
  base::TimeMs start, end;  // a date: of the day, end exclusive; an instant: both the instant
  std::optional<base::Date> date;
};

std::optional<Moment> bind_moment(Scope& scope, const Place& at);

struct RangeAndIntervals {
  Range range;
  Intervals intervals;
};

// Reads from, to and last; cuts the range into calendar units. Adds problems; then the result is of
// no use.
RangeAndIntervals bind_range(Scope& scope, Fields& fields, std::optional<base::CalendarUnit> unit);

}  // namespace starling::query
