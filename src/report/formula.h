// Arithmetic on numbers of an answer (docs/semantics/insights.md, "Formulas").
#pragma once

#include <vector>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

// The formula over the operands' values, one an operand of the query. Null operands give null, and
// so does x / 0. Sums, differences and products of exact numbers stay exact; the rest is rounded
// once, at the end.
engine::Number evaluate(const query::Formula& formula, const std::vector<engine::Number>& operands);

// The indexes of the operands a formula uses, each once.
std::vector<int> operands_of(const query::Formula& formula);

}  // namespace starling::report
