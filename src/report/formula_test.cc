#include "report/formula.h"

#include <gtest/gtest.h>

#include "report/running.h"

namespace starling::report {
namespace {

using base::Decimal;
using engine::Number;
using query::Formula;

Formula operand(int index) {
  Formula formula;
  formula.operand = index;
  return formula;
}

Formula constant(const char* text) {
  Formula formula;
  formula.kind = Formula::Kind::kConstant;
  formula.constant = *Decimal::parse(text);
  return formula;
}

Formula made(Formula::Kind kind, Formula a, Formula b) {
  Formula formula;
  formula.kind = kind;
  formula.children = {std::move(a), std::move(b)};
  return formula;
}

Number exact(const char* text) { return *Decimal::parse(text); }

std::string text(const Number& number) {
  if (const auto* decimal = std::get_if<Decimal>(&number)) return decimal->text();
  if (const auto* real = std::get_if<double>(&number)) return "~" + base::float_text(*real);
  return "null";
}

TEST(Formula, SumsAndProductsStayExact) {
  auto sum = made(Formula::Kind::kAdd, operand(0), operand(1));
  EXPECT_EQ(text(evaluate(sum, {exact("0.1"), exact("0.2")})), "0.3");
  auto product = made(Formula::Kind::kMultiply, operand(0), constant("1.19"));
  EXPECT_EQ(text(evaluate(product, {exact("12345678901234.55")})), "14691357892469.1145");
  auto difference = made(Formula::Kind::kSubtract, operand(0), operand(1));
  EXPECT_EQ(text(evaluate(difference, {exact("1"), exact("1.00")})), "0");
}

TEST(Formula, DivisionByZeroAndNullOperandsGiveNull) {
  auto quotient = made(Formula::Kind::kDivide, operand(0), operand(1));
  EXPECT_EQ(text(evaluate(quotient, {exact("1"), exact("0.00")})), "null");
  EXPECT_EQ(text(evaluate(quotient, {exact("0"), exact("0")})), "null");
  EXPECT_EQ(text(evaluate(quotient, {Number(), exact("2")})), "null");
  EXPECT_EQ(text(evaluate(quotient, {exact("1"), exact("3")})), "~0.333333333333");
  auto times_zero = made(Formula::Kind::kMultiply, operand(0), constant("0"));
  EXPECT_EQ(text(evaluate(times_zero, {Number()})), "null");
}

TEST(Formula, NumbersTooLongForADecimalAreRoundedNotBroken) {
  auto product = made(Formula::Kind::kMultiply, operand(0), operand(0));
  EXPECT_EQ(text(evaluate(product, {exact("99999999999999999999999999999999999999")})), "~1e+76");
  auto sum = made(Formula::Kind::kAdd, operand(0), constant("1e-38"));
  EXPECT_EQ(text(evaluate(sum, {exact("1000000")})), "~1000000");
}

TEST(Formula, NamesItsOperandsOnce) {
  auto formula =
      made(Formula::Kind::kAdd, operand(3), made(Formula::Kind::kDivide, operand(1), operand(3)));
  EXPECT_EQ(operands_of(formula), (std::vector<int>{1, 3}));
}

TEST(Running, MeansSkipNullsAndSumsStartAtTheFirstValue) {
  std::vector<Number> values = {Number(), exact("1"), exact("2"), Number(), Number(), Number()};
  std::vector<std::string> means, sums;
  for (const Number& mean : rolling_means(values, 3)) means.push_back(text(mean));
  for (const Number& sum : running_sums(values)) sums.push_back(text(sum));
  EXPECT_EQ(means, (std::vector<std::string>{"null", "~1", "~1.5", "~1.5", "~2", "null"}));
  EXPECT_EQ(sums, (std::vector<std::string>{"null", "1", "3", "3", "3", "3"}));
}

}  // namespace
}  // namespace starling::report
