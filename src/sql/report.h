// The reports that can be said in SQL, each giving the last SELECT and adding the queries before
// it.
#pragma once

#include <string>

#include "sql/question.h"

namespace starling::sql {

std::string insights(Question& question, const query::Insights& insights);
std::string retention(Question& question, const query::Retention& retention);
std::string funnel(Question& question, const query::Funnel& funnel);

// Adds a query of intervals (interval, position, starts, ends; the last is 'overall' with the whole
// range when asked for) and gives its name. Ends are cut to the range.
std::string add_intervals(Question& question, bool overall);

}  // namespace starling::sql
