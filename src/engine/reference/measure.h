// What a measure makes of the events that match (docs/semantics/insights.md).
#pragma once

#include <vector>

#include "engine/answer.h"
#include "engine/reference/question.h"

namespace starling::engine::reference {

// A matching event in one segment.
struct Hit {
  const Person* person = nullptr;  // nullptr: no user
  int64_t time = 0;
  std::vector<event::Value> values;  // of the measure's property, in this segment; nulls stay
  uint64_t session = 0;              // of the person; only for Measure::Kind::kSessions
};

// The values of the measure's property on one matching event, over the whole event: one, or one a
// kept element.
std::vector<event::Value> measured_values(const Question& question, const query::Selector& selector,
                                          const query::Measure& measure, Subject subject);

// The measure over some hits. Rolling users count the distinct users of the hits given.
Number finish(const query::Measure& measure, const std::vector<const Hit*>& hits);

}  // namespace starling::engine::reference
