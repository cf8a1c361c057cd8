#include "query/formula_numbers.h"

#include <charconv>
#include <cmath>

namespace starling::query {

using base::Decimal;
using base::Int128;
using event::PropertyType;
using event::Type;
using event::Value;

namespace {

Value of_float(double value) { return std::isfinite(value) ? Value{value} : Value{}; }

// A decimal of as many digits as a column keeps, 64 bits of them; null when it has more.
Value of_exact(Int128 digits, int scale) {
  if (digits > INT64_MAX || digits < INT64_MIN) return {};
  if (scale == 0) return Value{static_cast<int64_t>(digits)};
  return Value{Decimal{digits, static_cast<uint8_t>(scale)}};
}

Value calculate_exact(Operation operation, const Decimal& a, const Decimal& b) {
  if (operation == Operation::kMultiply) return of_exact(a.digits * b.digits, a.scale + b.scale);
  int scale = std::max(a.scale, b.scale);
  auto left = base::rescale(a.digits, a.scale, scale);
  auto right = base::rescale(b.digits, b.scale, scale);
  if (!left || !right) return {};
  switch (operation) {
    case Operation::kAdd:
      return of_exact(*left + *right, scale);
    case Operation::kSubtract:
      return of_exact(*left - *right, scale);
    case Operation::kRemainder:
      return *right == 0 ? Value{} : of_exact(*left % *right, scale);
    default:
      return {};
  }
}

Value calculate_float(Operation operation, double a, double b) {
  switch (operation) {
    case Operation::kAdd:
      return of_float(a + b);
    case Operation::kSubtract:
      return of_float(a - b);
    case Operation::kMultiply:
      return of_float(a * b);
    case Operation::kDivide:
      return b == 0 ? Value{} : of_float(a / b);
    case Operation::kRemainder:
      return b == 0 ? Value{} : of_float(std::fmod(a, b));
    default:
      return {};
  }
}

}  // namespace

Value calculate(Operation operation, const PropertyType& type, const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) return {};
  auto left = a.exact(), right = b.exact();
  bool exact = type.type != Type::kFloat && left && right;
  return exact ? calculate_exact(operation, *left, *right)
               : calculate_float(operation, a.to_double(), b.to_double());
}

Value negate(const Value& value) {
  if (!value.is_number()) return {};
  auto exact = value.exact();
  return exact ? of_exact(-exact->digits, exact->scale) : of_float(-value.to_double());
}

Value round_number(Operation operation, int digits, const Value& value) {
  if (!value.is_number()) return {};
  if (auto exact = value.exact()) {
    if (exact->scale <= digits) return value;
    Int128 unit = base::power_of_ten(exact->scale - digits);
    Int128 whole = exact->digits / unit, rest = exact->digits % unit;
    switch (operation) {
      case Operation::kFloor:
        whole -= rest < 0 ? 1 : 0;
        break;
      case Operation::kCeiling:
        whole += rest > 0 ? 1 : 0;
        break;
      default:
        if (rest * 2 >= unit) ++whole;
        if (rest * 2 <= -unit) --whole;
        break;
    }
    return of_exact(whole, digits);
  }
  double scaled = value.to_double() * static_cast<double>(base::power_of_ten(digits));
  double whole = operation == Operation::kFloor     ? std::floor(scaled)
                 : operation == Operation::kCeiling ? std::ceil(scaled)
                                                    : std::round(scaled);
  constexpr double kLimit = 9.2e18;  // inside 64 bits
  if (!(std::abs(whole) < kLimit)) return {};
  return of_exact(static_cast<Int128>(whole), digits);
}

Value to_number(const Value& value) {
  if (value.is_number()) return value;
  if (const bool* flag = std::get_if<bool>(&value.data)) return Value{int64_t{*flag ? 1 : 0}};
  if (const auto* date = std::get_if<base::Date>(&value.data))
    return Value{date->days * (base::kDayMs / base::kSecondMs)};
  if (const auto* time = std::get_if<base::TimeMs>(&value.data)) return of_exact(time->value, 3);
  const auto* text = std::get_if<std::string>(&value.data);
  if (text == nullptr) return {};
  size_t first = text->find_first_not_of(" \t\r\n"), last = text->find_last_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  std::string_view trimmed = std::string_view(*text).substr(first, last - first + 1);
  double number = 0;
  auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  if (error != std::errc() || end != trimmed.data() + trimmed.size()) return {};
  return of_float(number);
}

Value fit(const PropertyType& type, Value value) {
  if (!value.is_number()) return value;
  if (type.type == Type::kFloat) return of_float(value.to_double());
  auto exact = value.exact();
  auto digits = exact ? base::rescale(exact->digits, exact->scale, type.scale) : std::nullopt;
  if (!digits) return {};
  Value out = of_exact(*digits, type.scale);
  return out;
}

int compare_numeric(const Value& a, const Value& b) {
  auto left = a.exact(), right = b.exact();
  if (left && right) return *left < *right ? -1 : *left == *right ? 0 : 1;
  double x = a.to_double(), y = b.to_double();
  return x < y ? -1 : x > y ? 1 : 0;
}

}  // namespace starling::query
