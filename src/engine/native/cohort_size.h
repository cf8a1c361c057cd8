// Sizes of cohorts as a measure (docs/semantics/insights.md, "Cohort sizes"): members, not events,
// are counted.
#pragma once

#include "engine/answer.h"
#include "engine/native/coordinates.h"
#include "engine/native/question.h"

namespace starling::engine::native {

// REQUIRES: measure.kind is kCohortSize; every breakdown is about users. Coordinates stand in the
// order of the breakdowns.
OperandAnswer answer_cohort_size(Question& question, const query::Measure& measure,
                                 const std::vector<const query::Breakdown*>& breakdowns,
                                 const std::vector<Coordinates*>& coordinates);
// Marks the members that are counted in a cell.
void mark_cohort_members(Question& question, const query::Measure& measure,
                         const std::vector<const query::Breakdown*>& breakdowns,
                         const std::vector<Coordinates*>& coordinates, const query::Who& who,
                         std::vector<uint8_t>& users);

}  // namespace starling::engine::native
