// Formulas: + - * / ( ), numbers, and names of operands (reports.md §2).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/query.h"

namespace starling::query {

// The operand that a name stands for, or why it cannot stand here.
using FindOperand = std::function<base::Result<int>(const std::string& name)>;

// Fails with the place: `at character 5: expected a value; found "*"`.
base::Result<Formula> parse_formula(std::string_view text, const FindOperand& find_operand);

// "A", "B", … "Z", "AA", …: the letter of the entry at this position.
std::string letter_of(size_t position);

}  // namespace starling::query
