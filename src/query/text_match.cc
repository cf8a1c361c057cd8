#include "query/text_match.h"

#include <re2/re2.h>

#include <algorithm>

#include "query/case_folding.h"

namespace starling::query {
namespace {

RE2::Options quiet_options() {
  RE2::Options options;
  options.set_log_errors(false);
  return options;
}

}  // namespace

struct TextTest::Pattern {
  RE2 expression;
  explicit Pattern(const std::string& text) : expression(text, quiet_options()) {}
};

Result<void> check_pattern(const std::string& pattern) {
  RE2 expression(pattern, quiet_options());
  if (expression.ok()) return {};
  return base::Error{base::Error::Code::kInvalid,
                     "the pattern \"" + pattern +
                         "\" is no regular expression RE2 understands: " + expression.error()};
}

TextTest TextTest::create(Filter::Operator op, const std::vector<event::Value>& operands) {
  using Operator = Filter::Operator;
  TextTest test;
  test.op_ = op;
  CHECK(op == Operator::kIs || op == Operator::kContains || op == Operator::kStartsWith ||
        op == Operator::kEndsWith || op == Operator::kMatches);
  for (const event::Value& operand : operands) {
    const std::string* text = std::get_if<std::string>(&operand.data);
    if (text == nullptr) continue;
    if (op == Operator::kMatches) {
      test.patterns_.push_back(std::make_shared<const Pattern>(*text));
      CHECK(test.patterns_.back()->expression.ok());
    } else {
      test.operands_.push_back(op == Operator::kIs ? *text : fold_case(*text));
    }
  }
  return test;
}

bool TextTest::passes(std::string_view text) const {
  if (op_ == Filter::Operator::kMatches) {
    return std::ranges::any_of(patterns_, [&](const auto& pattern) {
      return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern->expression);
    });
  }
  if (op_ == Filter::Operator::kIs) return std::ranges::find(operands_, text) != operands_.end();
  std::string folded = fold_case(text);
  return std::ranges::any_of(operands_, [&](const std::string& operand) {
    if (op_ == Filter::Operator::kContains) return folded.find(operand) != std::string::npos;
    if (op_ == Filter::Operator::kStartsWith) return folded.starts_with(operand);
    return folded.ends_with(operand);
  });
}

}  // namespace starling::query
