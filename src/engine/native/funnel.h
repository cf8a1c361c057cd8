// Answers funnels (reports.md §3): the rows of all steps and exclusions are read a range of users
// at a time, merged in order, and every user's attempts are found by kernel/funnel.h.
//
// Memory, beside the snapshot: a chunk's rows a thread, and for each segment and interval a count a
// step and 8 bytes a counted attempt and step (medians are exact). At most kCellsMax cells
// (segments times intervals times steps); beyond, the question is refused.
#pragma once

#include "engine/answer.h"
#include "engine/native/question.h"

namespace starling::engine::native {

// Both add the rows looked at to `scanned`.
Result<FunnelAnswer> answer_funnel(Question& question, const query::Funnel& funnel,
                                   uint64_t& scanned);
// 1 for users behind the cell that `who` names.
Result<std::vector<uint8_t>> users_in_funnel(Question& question, const query::Funnel& funnel,
                                             const query::Who& who, uint64_t& scanned);

}  // namespace starling::engine::native
