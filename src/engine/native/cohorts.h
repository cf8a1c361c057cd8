// Works out who is in each cohort of a question (docs/semantics/cohorts.md). Memory: a byte a user
// and cohort.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/native/question.h"

namespace starling::engine::native {

// Works out the query's cohorts in order and adds them to the question. Adds the rows looked at to
// `scanned`.
Result<void> answer_cohorts(Question& question, uint64_t& scanned);

// 1 for users with a profile or an event that is visible as of `then` (reports.md §8.34).
Result<std::vector<uint8_t>> known_users(const Question& question, base::TimeMs then);

}  // namespace starling::engine::native
