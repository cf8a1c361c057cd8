// Distinct users of several operands over the same events: DAU, WAU and MAU of one report. One pass
// marks the local days on which each user has a match, and every operand reads its windows from
// them.
#pragma once

#include <vector>

#include "engine/native/question.h"

namespace starling::engine::native {

// Whether the operand, without a breakdown, can be counted from days.
bool counts_days(const query::Query& query, const query::Operand& operand);

// Answers to operands of one selector. REQUIRES: counts_days() holds for each.
Result<std::vector<OperandAnswer>> answer_user_days(
    Question& question, const std::vector<const query::Operand*>& operands, uint64_t& scanned);

}  // namespace starling::engine::native
