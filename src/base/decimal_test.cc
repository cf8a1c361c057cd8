#include "base/decimal.h"

#include <gtest/gtest.h>

namespace starling::base {
namespace {

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, ParsesWhatItPrints) {
  for (const char* text : {"0", "1", "-1", "3.5", "-0.05", "12345678901234567890.123456789", "0.1",
                           "99999999999999999999999999999999999999"}) {
    EXPECT_EQ(number(text).text(), text);
  }
  EXPECT_EQ(number("1e-3").text(), "0.001");
  EXPECT_EQ(number("1.5e3").text(), "1500");
  EXPECT_EQ(number("+2.50").text(), "2.5");
  EXPECT_EQ(number("-0.0").text(), "0");
  EXPECT_EQ(number("1e38").text(), "1" + std::string(38, '0'));
}

TEST(Decimal, RefusesOtherText) {
  for (const char* text : {"", "-", ".", "1e", "1e+", "1 ", " 1", "1.2.3", "0x1", "nan", "1e-+3",
                           "1e99", "1e-99", "999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(Decimal, AddsExactly) {
  EXPECT_EQ((number("0.1") + number("0.2")).text(), "0.3");
  EXPECT_EQ((number("10.00") - number("0.01")).text(), "9.99");
  EXPECT_EQ((number("-5") + number("5.000")).text(), "0");
  EXPECT_EQ((number("1e37") + number("0.123456")).text(),
            "10000000000000000000000000000000000000.1");
}

TEST(Decimal, ComparesValues) {
  EXPECT_EQ(number("2.50"), number("2.5"));
  EXPECT_LT(number("-3"), number("-2.999"));
  EXPECT_LT(number("0.00000000000000000000000000000000000001"), number("1e37"));
  EXPECT_GT(number("0.00000000000000000000000000000000000001"), number("-1e37"));
}

TEST(Decimal, RescaleNeverRounds) {
  EXPECT_EQ(rescale(250, 2, 1).value(), 25);
  EXPECT_FALSE(rescale(255, 2, 1));
  EXPECT_FALSE(rescale(power_of_ten(38), 0, 1));
  EXPECT_EQ(rescale(0, 0, 38).value(), 0);
}

TEST(FloatText, TwelveSignificantDigits) {
  EXPECT_EQ(float_text(1.0 / 3), "0.333333333333");
  EXPECT_EQ(float_text(2.0 / 3), "0.666666666667");
  EXPECT_EQ(float_text(2.5), "2.5");
  EXPECT_EQ(float_text(0), "0");
  EXPECT_EQ(float_text(-0.0), "0");
  EXPECT_EQ(float_text(0.1 + 0.2), "0.3");
  EXPECT_EQ(float_text(1e14), "100000000000000");
  EXPECT_EQ(float_text(123456789012345), "123456789012000");
  EXPECT_EQ(float_text(999999999999.9), "1000000000000");
  EXPECT_EQ(float_text(9.9999999999999), "10");
  EXPECT_EQ(float_text(-17850), "-17850");
  EXPECT_EQ(float_text(0.000001), "0.000001");
}

TEST(FloatText, ExponentOutsideTheRange) {
  EXPECT_EQ(float_text(1e15), "1e+15");
  EXPECT_EQ(float_text(1.5e-7), "1.5e-07");
  EXPECT_EQ(float_text(1.2345678901234e20), "1.23456789012e+20");
}

TEST(DivideExact, RoundsOnce) {
  EXPECT_EQ(divide_exact(number("0.3"), 3), 0.1);
  EXPECT_EQ(divide_exact(number("1"), 3), 1.0 / 3);
  EXPECT_EQ(number("0.1").to_double(), 0.1);
  EXPECT_EQ(number("123456789012345.67").to_double(), 123456789012345.67);
}

TEST(FloatSum, OrderDoesNotShow) {
  FloatSum up, down;
  for (int i = 1; i <= 100000; ++i) up.add(1.0 / i);
  for (int i = 100000; i >= 1; --i) down.add(1.0 / i);
  EXPECT_EQ(float_text(up.value()), float_text(down.value()));
  FloatSum cancels;
  for (double value : {1e16, 1.0, -1e16}) cancels.add(value);
  EXPECT_EQ(cancels.value(), 1.0);
}

}  // namespace
}  // namespace starling::base
