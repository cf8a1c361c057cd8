#include "engine/native/value_match.h"

#include <algorithm>

#include "base/result.h"

namespace starling::engine::native {

using base::Decimal;
using base::Int128;
using event::Type;
using event::Value;
using query::Filter;
using Operator = Filter::Operator;

namespace {

bool is_text_operator(Operator op) {
  return op == Operator::kIs || op == Operator::kContains || op == Operator::kStartsWith ||
         op == Operator::kEndsWith || op == Operator::kMatches;
}

// Numbers meet as exact decimals, or as floats when one of them is a float.
int compare_numbers(const Value& a, const Value& b) {
  auto left = a.exact(), right = b.exact();
  if (left && right) return *left < *right ? -1 : *right < *left ? 1 : 0;
  double x = a.to_double(), y = b.to_double();
  return x < y ? -1 : y < x ? 1 : 0;
}

// The digits of `bound` at `scale`, rounded down, and whether nothing was cut off; clamped where
// they do not fit.
struct Digits {
  Int128 floor = 0;
  bool exact = true;
};

Digits digits_at(const Decimal& bound, int scale) {
  Decimal short_form = bound.normalized();
  if (auto wide = base::rescale(short_form.digits, short_form.scale, scale)) return {*wide, true};
  if (short_form.scale <= scale) {  // too large to widen: beyond every stored integer
    Int128 huge = base::power_of_ten(38);
    return {short_form.digits < 0 ? -huge : huge, false};
  }
  Int128 power = base::power_of_ten(short_form.scale - scale);
  Int128 quotient = short_form.digits / power;
  if (short_form.digits % power < 0) --quotient;
  return {quotient, false};
}

int64_t clamp(Int128 value) {
  if (value < INT64_MIN) return INT64_MIN;
  if (value > INT64_MAX) return INT64_MAX;
  return static_cast<int64_t>(value);
}

IntegerRange clamped(Int128 low, Int128 high) {
  if (low > INT64_MAX || high < INT64_MIN || low > high) return {1, 0};
  return {clamp(low), clamp(high)};
}

constexpr Int128 kFar = Int128{1} << 100;

std::optional<IntegerRange> number_range(const Filter& filter, int scale) {
  std::vector<Digits> bounds;
  for (const Value& operand : filter.operands) {
    auto exact = operand.exact();
    if (!exact) return std::nullopt;
    bounds.push_back(digits_at(*exact, scale));
  }
  auto at_least = [&](size_t i) { return bounds[i].floor + (bounds[i].exact ? 0 : 1); };
  switch (filter.op) {
    case Operator::kIs:
    case Operator::kEqual:
      if (bounds.size() != 1) return std::nullopt;
      return bounds[0].exact ? clamped(bounds[0].floor, bounds[0].floor) : IntegerRange{1, 0};
    case Operator::kLess:
      return clamped(-kFar, at_least(0) - 1);
    case Operator::kLessOrEqual:
      return clamped(-kFar, bounds[0].floor);
    case Operator::kGreater:
      return clamped(bounds[0].floor + 1, kFar);
    case Operator::kGreaterOrEqual:
      return clamped(at_least(0), kFar);
    case Operator::kBetween:
      return clamped(at_least(0), bounds[1].floor);
    default:
      return IntegerRange{1, 0};
  }
}

// Dates [first, last] of a date test, as far as a day number goes.
std::optional<std::pair<int64_t, int64_t>> date_range(const Filter& filter) {
  std::vector<int64_t> days;
  for (const Value& operand : filter.operands) {
    const auto* date = std::get_if<base::Date>(&operand.data);
    if (date == nullptr) return std::nullopt;
    days.push_back(date->days);
  }
  switch (filter.op) {
    case Operator::kOn:
      return std::pair{days[0], days[0]};
    case Operator::kBefore:
      return std::pair{int64_t{INT64_MIN}, days[0] - 1};
    case Operator::kSince:
      return std::pair{days[0], int64_t{INT64_MAX}};
    case Operator::kDateBetween:
    case Operator::kInLast:
      return std::pair{days[0], days[1]};
    default:
      return std::nullopt;
  }
}

}  // namespace

ValueTest::ValueTest(const Filter& filter, const base::TimeZone& zone)
    : filter_(&filter), zone_(&zone) {
  CHECK(filter.kind == Filter::Kind::kTest);
  if (is_text_operator(filter.op)) text_ = query::TextTest::create(filter.op, filter.operands);
}

bool ValueTest::passes_text(std::string_view text) const {
  return text_ ? text_->passes(text) : filter_->op == Operator::kIsSet;
}

bool ValueTest::passes(const Value& value) const {
  if (value.is_null()) return false;
  if (const auto* text = std::get_if<std::string>(&value.data)) return passes_text(*text);
  switch (filter_->op) {
    case Operator::kIsSet:
      return true;
    case Operator::kIs:
      return std::ranges::find(filter_->operands, value) != filter_->operands.end();
    case Operator::kContains:
    case Operator::kStartsWith:
    case Operator::kEndsWith:
    case Operator::kMatches:
    case Operator::kIn:
      return false;
    case Operator::kEqual:
    case Operator::kLess:
    case Operator::kLessOrEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual:
    case Operator::kBetween:
      return value.is_number() && passes_number(value);
    case Operator::kOn:
    case Operator::kBefore:
    case Operator::kSince:
    case Operator::kDateBetween:
    case Operator::kInLast:
      return passes_date(value);
  }
  return false;
}

bool ValueTest::passes_number(const Value& value) const {
  auto against = [&](size_t operand) { return compare_numbers(value, filter_->operands[operand]); };
  switch (filter_->op) {
    case Operator::kEqual:
      return std::ranges::find(filter_->operands, value) != filter_->operands.end();
    case Operator::kLess:
      return against(0) < 0;
    case Operator::kLessOrEqual:
      return against(0) <= 0;
    case Operator::kGreater:
      return against(0) > 0;
    case Operator::kGreaterOrEqual:
      return against(0) >= 0;
    default:
      return against(0) >= 0 && against(1) <= 0;
  }
}

// A date is compared as it is, an instant by its local date.
bool ValueTest::passes_date(const Value& value) const {
  auto range = date_range(*filter_);
  if (!range) return false;
  int64_t days = 0;
  if (const auto* date = std::get_if<base::Date>(&value.data)) {
    days = date->days;
  } else if (const auto* instant = std::get_if<base::TimeMs>(&value.data)) {
    days = zone_->to_local(*instant).date.days;
  } else {
    return false;
  }
  return range->first <= days && days <= range->second;
}

std::optional<IntegerRange> integer_range(const Filter& filter, const event::PropertyType& type,
                                          const base::TimeZone& zone) {
  if (filter.op == Operator::kIsSet) return IntegerRange{};
  switch (type.type) {
    case Type::kBoolean: {
      if (filter.op != Operator::kIs || filter.operands.size() != 1) return std::nullopt;
      const bool* wanted = std::get_if<bool>(&filter.operands[0].data);
      return wanted == nullptr ? IntegerRange{1, 0} : IntegerRange{*wanted, *wanted};
    }
    case Type::kInteger:
      return number_range(filter, 0);
    case Type::kDecimal:
      return number_range(filter, type.scale);
    case Type::kDate: {
      auto days = date_range(filter);
      if (!days) return std::nullopt;
      return IntegerRange{days->first, days->second};
    }
    case Type::kTime: {
      auto days = date_range(filter);
      if (!days) return std::nullopt;
      IntegerRange range;
      if (days->first != INT64_MIN)
        range.low = zone.day_start({static_cast<int32_t>(days->first)}).value;
      if (days->second != INT64_MAX)
        range.high = zone.day_start({static_cast<int32_t>(days->second + 1)}).value - 1;
      return range;
    }
    case Type::kFloat:
    case Type::kText:
    case Type::kList:
    case Type::kObjects:
      return std::nullopt;
  }
  return std::nullopt;
}

Value value_of_integer(const event::PropertyType& type, int64_t stored) {
  switch (type.type) {
    case Type::kBoolean:
      return Value{stored != 0};
    case Type::kDecimal:
      return Value{Decimal{stored, type.scale}};
    case Type::kDate:
      return Value{base::Date{static_cast<int32_t>(stored)}};
    case Type::kTime:
      return Value{base::TimeMs{stored}};
    case Type::kInteger:
    case Type::kFloat:
    case Type::kText:
    case Type::kList:
    case Type::kObjects:
      return Value{stored};
  }
  return {};
}

}  // namespace starling::engine::native
