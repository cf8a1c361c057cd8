#include "sql/zone.h"

#include <algorithm>

namespace starling::sql {
namespace {

using base::TimeMs;
using base::TimeZone;

// Shorter than any two changes of a zone's offset lie apart.
constexpr int64_t kProbeMs = 12 * base::kHourMs;

int64_t offset_at(const TimeZone& zone, int64_t ms) { return zone.to_local({ms}).offset_ms; }

struct Change {
  int64_t at_ms, before_ms, after_ms;  // the instant, and the offsets before and from it on
};

std::vector<Change> changes(const TimeZone& zone, int64_t from, int64_t to) {
  std::vector<Change> out;
  for (int64_t start = from; start < to; start += kProbeMs) {
    int64_t low = start, high = start + kProbeMs;
    int64_t before = offset_at(zone, low), after = offset_at(zone, high);
    if (before == after) continue;
    while (high - low > 1) {
      int64_t middle = low + (high - low) / 2;
      (offset_at(zone, middle) == before ? low : high) = middle;
    }
    out.push_back({high, before, after});
  }
  return out;
}

using Stretch = std::pair<int64_t, int64_t>;  // [from, to)

// The instants whose local date is `date` or later. Between two changes of the offset days have one
// length; what lies two days off is on its side of the date whatever the offset.
std::vector<Stretch> since(const TimeZone& zone, base::Date date) {
  int64_t day = int64_t{date.days} * base::kDayMs;
  std::vector<Stretch> out;
  auto add = [&](int64_t from, int64_t to, int64_t offset) {
    from = std::max(from, day - offset);
    if (from >= to) return;
    if (!out.empty() && out.back().second == from) {
      out.back().second = to;
    } else {
      out.emplace_back(from, to);
    }
  };
  int64_t from = INT64_MIN, offset = offset_at(zone, day - 2 * base::kDayMs);
  for (const Change& change : changes(zone, day - 2 * base::kDayMs, day + 2 * base::kDayMs)) {
    add(from, change.at_ms, change.before_ms);
    from = change.at_ms;
    offset = change.after_ms;
  }
  add(from, INT64_MAX, offset);
  return out;
}

std::vector<Stretch> without(const std::vector<Stretch>& all, const std::vector<Stretch>& less) {
  std::vector<Stretch> out = all;
  for (const Stretch& hole : less) {
    std::vector<Stretch> rest;
    for (const Stretch& stretch : out) {
      Stretch left = {stretch.first, std::min(stretch.second, hole.first)};
      Stretch right = {std::max(stretch.first, hole.second), stretch.second};
      for (const Stretch& part : {left, right}) {
        if (part.first < part.second) rest.push_back(part);
      }
    }
    out = std::move(rest);
  }
  return out;
}

}  // namespace

std::vector<Instants> instants_of_dates(const TimeZone& zone, std::optional<base::Date> first,
                                        std::optional<base::Date> last) {
  std::vector<Stretch> stretches = {{INT64_MIN, INT64_MAX}};
  if (first) stretches = since(zone, *first);
  if (last) stretches = without(stretches, since(zone, base::Date{last->days + 1}));
  std::vector<Instants> out;
  for (const Stretch& stretch : stretches) {
    Instants instants;
    if (stretch.first != INT64_MIN) instants.from = TimeMs{stretch.first};
    if (stretch.second != INT64_MAX) instants.to = TimeMs{stretch.second};
    out.push_back(instants);
  }
  return out;
}

std::vector<LocalOffset> local_offsets(const TimeZone& zone, TimeMs from, TimeMs to) {
  std::vector<LocalOffset> out = {{INT64_MIN, offset_at(zone, from.value)}};
  for (const Change& change : changes(zone, from.value, to.value))
    out.push_back({change.at_ms + std::max(change.before_ms, change.after_ms), change.after_ms});
  return out;
}

}  // namespace starling::sql
