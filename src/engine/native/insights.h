// Answers insights (reports.md §2): one scan an operand, all of its intervals and segments at once.
//
// Memory, beside the snapshot: a chunk's columns a thread; a cell of 8 to 32 bytes a segment and
// interval, for each thread; percentiles and distinct values what kernel/ states. At most kCellsMax
// cells; beyond, the question is refused.
#pragma once

#include "engine/answer.h"
#include "engine/native/question.h"

namespace starling::engine::native {

constexpr uint64_t kCellsMax = uint64_t{1} << 24;

// Adds the rows looked at to `scanned`.
Result<InsightsAnswer> answer_insights(Question& question, const query::Insights& insights,
                                       uint64_t& scanned);

// 1 for each user behind the cell that `who` names.
Result<std::vector<uint8_t>> users_in_insights(Question& question, const query::Insights& insights,
                                               const query::Who& who, uint64_t& scanned);

}  // namespace starling::engine::native
