// Answers the users report (reports.md §6): who is known, passes and is a member, in the order
// asked for.
#pragma once

#include "engine/answer.h"
#include "engine/native/question.h"

namespace starling::engine::native {

Result<UsersAnswer> answer_users(Question& question, const query::Users& users);

}  // namespace starling::engine::native
