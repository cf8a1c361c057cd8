// Answers retention (reports.md §4): births and returns are scanned together, a range of users at a
// time.
//
// Memory, beside the snapshot: a chunk's births and returns a thread, and the cells of
// kernel/retention.h. At most kCellsMax cells (segments times birth intervals times buckets);
// beyond, the question is refused.
#pragma once

#include "engine/answer.h"
#include "engine/native/question.h"

namespace starling::engine::native {

// Adds the rows looked at to `scanned`.
Result<RetentionAnswer> answer_retention(Question& question, const query::Retention& retention,
                                         uint64_t& scanned);
// 1 for each user behind the cell that `who` names.
Result<std::vector<uint8_t>> users_in_retention(Question& question,
                                                const query::Retention& retention,
                                                const query::Who& who, uint64_t& scanned);

}  // namespace starling::engine::native
