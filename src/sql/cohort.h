// Who is in a cohort (docs/semantics/cohorts.md), as SQL.
#pragma once

#include <string>

#include "sql/question.h"

namespace starling::sql {

// A query of the user_ids in the cohort, among the users of the question's events.
std::string cohort_body(Question& question, const query::Cohort& cohort);

}  // namespace starling::sql
