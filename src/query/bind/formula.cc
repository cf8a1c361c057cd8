#include "query/bind/formula.h"

#include <fmt/format.h>

#include "query/bind/formula_syntax.h"

namespace starling::query {
namespace {

using base::Result;

Result<Formula> bind_syntax(const FormulaSyntax& syntax, const FindOperand& find_operand);

Result<Formula> constant(const FormulaSyntax& syntax) {
  auto number = base::Decimal::parse(syntax.text);
  if (!number) {
    return formula_fault(
        syntax.at, fmt::format("expected a number of at most 38 digits; found {}", syntax.text));
  }
  Formula out;
  out.kind = Formula::Kind::kConstant;
  out.constant = *number;
  return out;
}

Result<Formula> operation(const FormulaSyntax& syntax, const FindOperand& find_operand) {
  Formula out;
  switch (syntax.text[0]) {
    case '+':
      out.kind = Formula::Kind::kAdd;
      break;
    case '-':
      out.kind = syntax.children.size() == 1 ? Formula::Kind::kNegate : Formula::Kind::kSubtract;
      break;
    case '*':
      out.kind = Formula::Kind::kMultiply;
      break;
    case '/':
      out.kind = Formula::Kind::kDivide;
      break;
    default:
      return formula_fault(syntax.at, fmt::format("expected +, -, * or /; found {}", syntax.text));
  }
  for (const FormulaSyntax& child : syntax.children)
    out.children.push_back(TRY(bind_syntax(child, find_operand)));
  return out;
}

Result<Formula> bind_syntax(const FormulaSyntax& syntax, const FindOperand& find_operand) {
  switch (syntax.kind) {
    case FormulaSyntax::Kind::kNumber:
      return constant(syntax);
    case FormulaSyntax::Kind::kOperator:
      return operation(syntax, find_operand);
    case FormulaSyntax::Kind::kName: {
      Formula out;
      out.operand = TRY(find_operand(syntax.text));
      return out;
    }
    case FormulaSyntax::Kind::kText:
    case FormulaSyntax::Kind::kCall:
    case FormulaSyntax::Kind::kIndex:
      break;
  }
  return formula_fault(
      syntax.at,
      "expected a number, a letter or \"(\"; functions and texts are for formulas of "
      "custom properties");
}

}  // namespace

Result<Formula> parse_formula(std::string_view text, const FindOperand& find_operand) {
  FormulaSyntax syntax = TRY(parse_formula_syntax(text));
  return bind_syntax(syntax, find_operand);
}

std::string letter_of(size_t position) {
  std::string out;
  for (size_t rest = position + 1; rest > 0; rest = (rest - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return out;
}

}  // namespace starling::query
