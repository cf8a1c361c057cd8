// Sets of persons, and how a list of them is shown (docs/semantics/cohorts.md, "Who is this?").
#pragma once

#include <set>

#include "engine/answer.h"
#include "engine/reference/question.h"

namespace starling::engine::reference {

using People = std::set<const Person*>;

// In the order asked for, from offset on, at most limit.
UsersAnswer list_people(const Question& question, const query::Users& list, const People& people);

}  // namespace starling::engine::reference
