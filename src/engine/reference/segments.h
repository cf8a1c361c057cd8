// Which segments an event falls in, and with which of its values (docs/semantics/insights.md,
// "Breakdowns").
#pragma once

#include <map>
#include <vector>

#include "engine/answer.h"
#include "engine/reference/question.h"

namespace starling::engine::reference {

struct SegmentLess {
  bool operator()(const Segment& a, const Segment& b) const { return segment_less(a, b); }
};

// Segment -> the values of the measured property that are in it.
using Split = std::map<Segment, std::vector<event::Value>, SegmentLess>;

// Splits one matching event. `measured` may be absent (event-level measures). Where it looks into
// the same list as a breakdown, both meet on the same element; otherwise each segment gets the
// whole event.
Split split(const Question& question, const query::Selector& selector,
            const std::vector<query::Breakdown>& breakdowns,
            const std::optional<query::Reference>& measured, Subject subject);

// True when an event can fall in several segments: a breakdown looks into a list and the measure
// does not look into the same one.
bool overlaps(const Question& question, const std::vector<query::Breakdown>& breakdowns,
              const std::optional<query::Reference>& measured);

}  // namespace starling::engine::reference
