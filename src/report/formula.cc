#include "report/formula.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace starling::report {
namespace {

using base::Decimal;
using base::Int128;
using engine::Number;
using query::Formula;
using Quad = __float128;

// A number on its way through a formula: exact as long as possible, then with more digits than a
// double has.
struct Term {
  std::optional<Decimal> exact;
  Quad real = 0;
};

Term of_exact(const Decimal& value) {
  return {value,
          static_cast<Quad>(value.digits) / static_cast<Quad>(base::power_of_ten(value.scale))};
}

std::optional<Decimal> exact_sum(const Term& a, const Term& b) {
  if (!a.exact || !b.exact) return std::nullopt;
  Decimal left = a.exact->normalized(), right = b.exact->normalized();
  uint8_t scale = std::max(left.scale, right.scale);
  auto x = base::rescale(left.digits, left.scale, scale),
       y = base::rescale(right.digits, right.scale, scale);
  Int128 sum;
  if (!x || !y || __builtin_add_overflow(*x, *y, &sum)) return std::nullopt;
  return Decimal{sum, scale};
}

std::optional<Decimal> exact_product(const Term& a, const Term& b) {
  if (!a.exact || !b.exact) return std::nullopt;
  Decimal left = a.exact->normalized(), right = b.exact->normalized();
  Int128 product;
  bool overflow = __builtin_mul_overflow(left.digits, right.digits, &product);
  if (overflow || left.scale + right.scale > 38) return std::nullopt;
  return Decimal{product, static_cast<uint8_t>(left.scale + right.scale)};
}

Term negated(Term term) {
  if (term.exact) term.exact->digits = -term.exact->digits;
  term.real = -term.real;
  return term;
}

std::optional<Term> term_of(const Formula& formula, const std::vector<Number>& operands) {
  std::vector<Term> terms;
  for (const Formula& child : formula.children) {
    std::optional<Term> term = term_of(child, operands);
    if (!term) return std::nullopt;
    terms.push_back(*term);
  }
  switch (formula.kind) {
    case Formula::Kind::kOperand: {
      const Number& value = operands[formula.operand];
      if (const Decimal* exact = std::get_if<Decimal>(&value)) return of_exact(*exact);
      if (const double* real = std::get_if<double>(&value)) return Term{std::nullopt, *real};
      return std::nullopt;
    }
    case Formula::Kind::kConstant:
      return of_exact(formula.constant);
    case Formula::Kind::kNegate:
      return negated(terms[0]);
    case Formula::Kind::kSubtract:
      terms[1] = negated(terms[1]);
      [[fallthrough]];
    case Formula::Kind::kAdd:
      if (auto exact = exact_sum(terms[0], terms[1])) return of_exact(*exact);
      return Term{std::nullopt, terms[0].real + terms[1].real};
    case Formula::Kind::kMultiply:
      if (auto exact = exact_product(terms[0], terms[1])) return of_exact(*exact);
      return Term{std::nullopt, terms[0].real * terms[1].real};
    case Formula::Kind::kDivide:
      if (terms[1].real == 0) return std::nullopt;
      return Term{std::nullopt, terms[0].real / terms[1].real};
  }
  return std::nullopt;
}

// Exact results are kept to what can be added up without losing digits: 18 behind the point, 36 in
// all.
bool can_be_summed(const Decimal& value) {
  auto wide = base::rescale(value.normalized().digits, value.normalized().scale, 18);
  Int128 limit = base::power_of_ten(36);
  return wide && *wide<limit&& * wide> - limit;
}

void collect(const Formula& formula, std::vector<int>& out) {
  if (formula.kind == Formula::Kind::kOperand) out.push_back(formula.operand);
  for (const Formula& child : formula.children) collect(child, out);
}

}  // namespace

Number evaluate(const Formula& formula, const std::vector<Number>& operands) {
  std::optional<Term> term = term_of(formula, operands);
  if (!term) return {};
  if (term->exact && can_be_summed(*term->exact)) return *term->exact;
  double rounded = static_cast<double>(term->real);
  return std::isfinite(rounded) ? Number(rounded) : Number();
}

std::vector<int> operands_of(const Formula& formula) {
  std::vector<int> out;
  collect(formula, out);
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace starling::report
