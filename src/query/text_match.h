// What the text operators of filters mean (reports.md §1, §8.16). Every engine asks this one class.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/query.h"

namespace starling::query {

using base::Result;

// Fails with kInvalid, saying what RE2 does not like about the pattern.
Result<void> check_pattern(const std::string& pattern);

// One text operator with its operands; a text passes when any operand fits.
// kIs compares bytes; kContains, kStartsWith and kEndsWith compare folded text (case_folding.h);
// kMatches searches with RE2, case-sensitively unless the pattern says (?i). Thread-safe.
class TextTest {
 public:
  // REQUIRES: a text operator; patterns that passed check_pattern. Operands that are no text fit
  // nothing.
  static TextTest create(Filter::Operator op, const std::vector<event::Value>& operands);

  bool passes(std::string_view text) const;

 private:
  struct Pattern;

  TextTest() = default;

  Filter::Operator op_ = Filter::Operator::kIs;
  std::vector<std::string> operands_;  // folded for kContains, kStartsWith, kEndsWith
  std::vector<std::shared_ptr<const Pattern>> patterns_;  // kMatches
};

}  // namespace starling::query
