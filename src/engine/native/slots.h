// In which slots an operand's matches are counted: the report's intervals, or local days where
// users are counted in windows of days.
#pragma once

#include <optional>
#include <vector>

#include "engine/kernel/kernel.h"
#include "engine/native/question.h"
#include "engine/native/scan.h"

namespace starling::engine::native {

struct Slots {
  Window window;                   // everything a match may count in, cut at as_of
  std::optional<TimeIndex> index;  // absent: one slot
  std::optional<LocalDays> days;   // rolling windows
  kernel::Shape shape;             // intervals, days and windows filled in

  const TimeIndex* slots() const { return days ? &days->index() : index ? &*index : nullptr; }
};

Slots make_slots(const query::Query& query, const query::Measure& measure);

// The local days [first, last] of each interval, then of the whole range.
struct DateWindow {
  base::Date first, last;
};

// The windows that a measure counts distinct users in; nothing when it counts something else, or in
// intervals that are not whole local days.
std::optional<std::vector<DateWindow>> day_windows(const query::Query& query,
                                                   const query::Measure& measure);
// Slots over the days from `first` on; without days and windows when nothing can have happened in
// them yet. `whole`: the last window holds all others (kernel::Shape).
Slots make_day_slots(const query::Query& query, const std::vector<DateWindow>& windows,
                     base::Date first, bool whole);

}  // namespace starling::engine::native
