#include "engine/native/value_match.h"

#include <gtest/gtest.h>

namespace starling::engine::native {
namespace {

using base::Decimal;
using event::PropertyType;
using event::Type;
using event::Value;
using query::Filter;
using Operator = Filter::Operator;

Filter test_of(Operator op, std::vector<Value> operands) {
  Filter filter;
  filter.kind = Filter::Kind::kTest;
  filter.op = op;
  filter.operands = std::move(operands);
  return filter;
}

// The range must say of every stored integer what the test says of the value it stands for.
void expect_agreement(const Filter& filter, const PropertyType& type) {
  base::TimeZone zone = base::TimeZone::utc();
  auto range = integer_range(filter, type, zone);
  ASSERT_TRUE(range);
  ValueTest test(filter, zone);
  for (int64_t stored = -1050; stored <= 1050; ++stored) {
    bool in_range = !range->empty() && range->low <= stored && stored <= range->high;
    ASSERT_EQ(in_range, test.passes(value_of_integer(type, stored))) << stored;
  }
}

TEST(IntegerRange, SaysWhatTheTestSaysForOperandsFinerThanTheColumn) {
  const Value bounds[] = {Value{int64_t{2}}, Value{Decimal{-25, 1}}, Value{Decimal{1005, 3}},
                          Value{Decimal{0, 0}}};
  for (Operator op : {Operator::kEqual, Operator::kLess, Operator::kLessOrEqual, Operator::kGreater,
                      Operator::kGreaterOrEqual}) {
    for (const Value& bound : bounds) {
      expect_agreement(test_of(op, {bound}), PropertyType{Type::kInteger});
      expect_agreement(test_of(op, {bound}), PropertyType{Type::kDecimal, 2});
    }
  }
  expect_agreement(test_of(Operator::kBetween, {bounds[1], bounds[0]}),
                   PropertyType{Type::kDecimal, 2});
  expect_agreement(test_of(Operator::kBetween, {bounds[0], bounds[1]}),
                   PropertyType{Type::kInteger});
}

TEST(IntegerRange, DatesIncludeBothEnds) {
  const Value low{base::Date{3}}, high{base::Date{5}};
  for (Operator op : {Operator::kOn, Operator::kBefore, Operator::kSince}) {
    expect_agreement(test_of(op, {low}), PropertyType{Type::kDate});
  }
  expect_agreement(test_of(Operator::kDateBetween, {low, high}), PropertyType{Type::kDate});
}

TEST(IntegerRange, InstantsAreComparedByLocalDate) {
  auto zone = base::TimeZone::load("America/New_York");
  ASSERT_TRUE(zone);
  Filter filter = test_of(Operator::kOn, {Value{base::Date::of(2024, 3, 10)}});
  auto range = integer_range(filter, PropertyType{Type::kTime}, zone.value());
  ASSERT_TRUE(range);
  EXPECT_EQ(base::utc_text({range->low}), "2024-03-10T05:00:00Z");
  EXPECT_EQ(range->high - range->low + 1, 23 * base::kHourMs);  // clocks go forward that day
}

TEST(ValueTest, WhatIsNotSetPassesNothing) {
  Filter filter = test_of(Operator::kIsSet, {});
  base::TimeZone zone = base::TimeZone::utc();
  EXPECT_FALSE(ValueTest(filter, zone).passes(Value{}));
  EXPECT_TRUE(ValueTest(filter, zone).passes(Value{std::string()}));
}

}  // namespace
}  // namespace starling::engine::native
