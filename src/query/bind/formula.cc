// A recursive descent over
//   sum     = product (("+" | "-") product)*
//   product = value (("*" | "/") value)*
//   value   = "-" value | NUMBER | NAME | "(" sum ")"
#include "query/bind/formula.h"

#include <fmt/format.h>

namespace starling::query {
namespace {

using base::Error;
using base::Result;

constexpr int kMaxDepth = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

template <typename... Children>
Formula node(Formula::Kind kind, Children&&... children) {
  Formula out;
  out.kind = kind;
  (out.children.push_back(std::move(children)), ...);
  return out;
}

class Parser {
 public:
  Parser(std::string_view text, const FindOperand& find_operand)
      : text_(text), find_operand_(find_operand) {}

  Result<Formula> whole() {
    Formula out = TRY(sum());
    skip_space();
    if (at_ < text_.size()) return fault("an operator or the end");
    return out;
  }

 private:
  Result<Formula> sum() {
    Formula left = TRY(product());
    while (true) {
      if (take('+')) {
        left = node(Formula::Kind::kAdd, std::move(left), TRY(product()));
      } else if (take('-')) {
        left = node(Formula::Kind::kSubtract, std::move(left), TRY(product()));
      } else {
        return left;
      }
    }
  }

  Result<Formula> product() {
    Formula left = TRY(value());
    while (true) {
      if (take('*')) {
        left = node(Formula::Kind::kMultiply, std::move(left), TRY(value()));
      } else if (take('/')) {
        left = node(Formula::Kind::kDivide, std::move(left), TRY(value()));
      } else {
        return left;
      }
    }
  }

  Result<Formula> value() {
    if (++depth_ > kMaxDepth)
      return Error{Error::Code::kInvalid, fmt::format("nested deeper than {} levels", kMaxDepth)};
    Formula out = TRY(value_inside());
    --depth_;
    return out;
  }

  Result<Formula> value_inside() {
    if (take('-')) return node(Formula::Kind::kNegate, TRY(value()));
    if (take('(')) {
      Formula out = TRY(sum());
      if (!take(')')) return fault("\")\"");
      return out;
    }
    if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) return number();
    if (at_ < text_.size() && is_letter(text_[at_])) return operand();
    return fault("a number, a letter or \"(\"");
  }

  Result<Formula> number() {
    size_t start = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    auto number = base::Decimal::parse(text_.substr(start, at_ - start));
    if (!number) {
      at_ = start;
      return fault("a number of at most 38 digits");
    }
    Formula out;
    out.kind = Formula::Kind::kConstant;
    out.constant = *number;
    return out;
  }

  Result<Formula> operand() {
    size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    Formula out;
    out.operand = TRY(find_operand_(std::string(text_.substr(start, at_ - start))));
    return out;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
  }

  bool take(char wanted) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    skip_space();
    return true;
  }

  Error fault(std::string_view expected) {
    skip_space();
    std::string found =
        at_ < text_.size() ? fmt::format("\"{}\"", text_.substr(at_, 1)) : "the end";
    return Error{Error::Code::kInvalid,
                 fmt::format("at character {}: expected {}; found {}", at_ + 1, expected, found)};
  }

  std::string_view text_;
  const FindOperand& find_operand_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

base::Result<Formula> parse_formula(std::string_view text, const FindOperand& find_operand) {
  return Parser(text, find_operand).whole();
}

std::string letter_of(size_t position) {
  std::string out;
  for (size_t rest = position + 1; rest > 0; rest = (rest - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return out;
}

}  // namespace starling::query
