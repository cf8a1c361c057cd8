// In which slots an operand's matches are counted: the report's intervals, or local days where
// users are counted in rolling windows.
#pragma once

#include <optional>

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

}  // namespace starling::engine::native
