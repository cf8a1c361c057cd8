#include "query/bind/window.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/bind/range.h"

namespace starling::query {
namespace {

using base::CalendarUnit;
using base::Date;

constexpr int64_t kMaxCount = 10'000;

// "30 days ago" as a date.
std::optional<Date> bind_ago(Scope& scope, const Place& at) {
  constexpr std::string_view kAgo = " ago";
  if (at->is_text() && at->text.ends_with(kAgo)) {
    auto span =
        base::Span::parse(std::string_view(at->text).substr(0, at->text.size() - kAgo.size()));
    auto unit = span ? span->calendar_unit() : std::nullopt;
    if (unit && *unit != CalendarUnit::kHour && span->count <= kMaxCount) {
      return base::add_units(scope.today, *unit, -span->count);
    }
  }
  add_expected(at, scope.problems,
               "a time like \"30 days ago\", \"4 weeks ago\" or \"3 months ago\"");
  return std::nullopt;
}

std::optional<Dates> bind_between(Scope& scope, const Place& at) {
  std::vector<Place> ends = read_list(at, scope.problems);
  if (!at->is_list()) return std::nullopt;
  if (ends.size() != 2) {
    scope.problems.add(
        at, fmt::format("expected two times, [30 days ago, 120 days ago]; found {}", ends.size()));
    return std::nullopt;
  }
  auto one = bind_ago(scope, ends[0]), other = bind_ago(scope, ends[1]);
  if (!one || !other) return std::nullopt;
  return Dates{std::min(*one, *other), std::max(*one, *other)};
}

}  // namespace

std::optional<Dates> bind_last(Scope& scope, const Place& at) {
  auto span = at->is_text() ? base::Span::parse(at->text) : std::nullopt;
  auto unit = span ? span->calendar_unit() : std::nullopt;
  if (!unit || *unit == CalendarUnit::kHour || span->count < 1 || span->count > kMaxCount) {
    add_expected(at, scope.problems, "a span like \"30 days\", \"4 weeks\" or \"3 months\"");
    return std::nullopt;
  }
  return Dates{{base::add_units(scope.today, *unit, -span->count).days + 1}, scope.today};
}

Window bind_window(Scope& scope, Fields& fields) {
  auto last = fields.get("last"), between = fields.get("between"), from = fields.get("from"),
       to = fields.get("to");
  if ((last ? 1 : 0) + (between ? 1 : 0) + (from || to ? 1 : 0) > 1) {
    scope.problems.add(fields.at(), "last, between and from/to cannot stand together");
    return {};
  }
  Window window;
  std::optional<Dates> dates;
  if (last) dates = bind_last(scope, *last);
  if (between) dates = bind_between(scope, *between);
  if (dates) {
    window.from = scope.timezone.day_start(dates->first);
    window.to = scope.timezone.day_start({dates->last.days + 1});
  }
  std::optional<Moment> begin, end;
  if (from) begin = bind_moment(scope, *from);
  if (to) end = bind_moment(scope, *to);
  if (begin) window.from = begin->start;
  if (end) window.to = end->end;
  if (begin && end && begin->start >= end->end)
    scope.problems.add(*to, "the window ends before it begins");
  if (last || between || from || to) window.to = std::min(window.to, scope.as_of);
  return window;
}

}  // namespace starling::query
