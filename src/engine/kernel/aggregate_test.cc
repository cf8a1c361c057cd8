#include "engine/kernel/aggregate.h"

#include <gtest/gtest.h>

#include <cmath>

namespace starling::engine {
namespace {

using base::Decimal;

double real(const Number& number) { return std::get<double>(number); }

TEST(Aggregate, SumsOfDecimalsAreExactAndFloatsDoNotShowTheirOrder) {
  NumberSum sum;
  for (int i = 0; i < 10; ++i) sum.add(Decimal{1, 1});
  EXPECT_EQ(std::get<Decimal>(sum.total()), (Decimal{1, 0}));
  EXPECT_EQ(real(sum.average(4)), 0.25);

  NumberSum up, down;
  for (int i = 1; i <= 1000; ++i) up.add(1.0 / i);
  for (int i = 1000; i >= 1; --i) down.add(1.0 / i);
  EXPECT_EQ(base::float_text(real(up.total())), base::float_text(real(down.total())));
}

TEST(Aggregate, OverNothing) {
  NumberSum sum;
  EXPECT_EQ(std::get<Decimal>(sum.total()), (Decimal{0, 0}));
  EXPECT_TRUE(is_null(sum.average(0)));
  std::vector<double> none;
  EXPECT_TRUE(is_null(percentile(none, 0.5)));
}

TEST(Aggregate, TooLargeSumsAreNull) {
  NumberSum sum;
  sum.add(1e308);
  sum.add(1e308);
  EXPECT_TRUE(is_null(sum.total()));
  EXPECT_TRUE(is_null(sum.average(2)));
}

TEST(Aggregate, PercentilePositionsAreWholeNumbers) {
  EXPECT_EQ(percentile_position(11, 0.9).low, 9u);
  EXPECT_EQ(percentile_position(11, 0.9).hundredths, 0u);
  EXPECT_EQ(percentile_position(4, 0.5).low, 1u);
  EXPECT_EQ(percentile_position(4, 0.5).hundredths, 50u);
  EXPECT_EQ(percentile_position(101, 0.99).low, 99u);
  EXPECT_EQ(percentile_position(1, 0.99).low, 0u);
}

TEST(Aggregate, PercentilesAgreeInEveryForm) {
  std::vector<int64_t> digits = {1000, 10, 20, 30, 100};
  std::vector<double> floats = {10, 0.1, 0.2, 0.3, 1};
  std::vector<Number> numbers;
  for (int64_t digit : digits) numbers.push_back(Decimal{digit, 2});
  for (double p : {0.25, 0.5, 0.75, 0.9, 0.99}) {
    std::string expected = base::float_text(real(percentile(digits, 2, p)));
    EXPECT_EQ(base::float_text(real(percentile(floats, p))), expected);
    EXPECT_EQ(base::float_text(real(percentile(numbers, p))), expected);
  }
  EXPECT_EQ(real(percentile(digits, 2, 0.9)), 6.4);
}

TEST(Aggregate, InterpolationDoesNotOverflow) {
  EXPECT_EQ(real(interpolate(-1.5e308, 1.5e308, 50)), 0);
  EXPECT_EQ(real(interpolate(Decimal{INT64_MIN, 0}, Decimal{INT64_MAX, 0}, 50)), -0.5);
}

TEST(Aggregate, NumbersCompareByValueAndNullIsLeast) {
  EXPECT_EQ(compare_numbers(Decimal{250, 2}, Decimal{25, 1}), 0);
  EXPECT_LT(compare_numbers(Decimal{1, 1}, 0.2), 0);
  EXPECT_LT(compare_numbers(Number(), Decimal{-5, 0}), 0);
  EXPECT_EQ(compare_numbers(Number(), Number()), 0);
}

}  // namespace
}  // namespace starling::engine
