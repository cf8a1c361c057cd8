// Answers the users report (reports.md §6): who is known, passes and is a member, in the order
// asked for.
#pragma once

#include "engine/answer.h"
#include "engine/native/question.h"

namespace starling::engine::native {

// Those of the users that pass (by user: 1 or 0) which the list's sort, offset and limit leave.
UsersAnswer list_users(Question& question, const query::Users& list,
                       const std::vector<uint8_t>& passing);
Result<UsersAnswer> answer_users(Question& question, const query::Users& users);

}  // namespace starling::engine::native
