// Answers flows (reports.md §5): all rows of users who enter, merged in order a range of users at a
// time.
//
// Memory, beside the snapshot: a chunk's rows a thread, and a count for each place and each pair of
// neighbouring places that some entry passes.
#pragma once

#include "engine/answer.h"
#include "engine/native/question.h"

namespace starling::engine::native {

// Both add the rows looked at to `scanned`.
Result<FlowAnswer> answer_flow(Question& question, const query::Flow& flow, uint64_t& scanned);
// 1 for users with an entry that passes the node `who` names.
Result<std::vector<uint8_t>> users_in_flow(Question& question, const query::Flow& flow,
                                           const query::Who& who, uint64_t& scanned);

}  // namespace starling::engine::native
