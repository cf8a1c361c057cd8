// "Who is this?" (reports.md §8.36): the users behind one cell, found on the way of its number.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/native/question.h"

namespace starling::engine::native {

// 1 for each user behind the cell that the query's `who` names. Adds the rows looked at to
// `scanned`. REQUIRES: the query has a `who`.
Result<std::vector<uint8_t>> users_behind(Question& question, uint64_t& scanned);

}  // namespace starling::engine::native
