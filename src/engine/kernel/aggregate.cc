#include "engine/kernel/aggregate.h"

#include <algorithm>
#include <cmath>

namespace starling::engine {
namespace {

using base::Decimal;

Number finite_or_null(double value) { return std::isfinite(value) ? Number(value) : Number(); }

// The two order statistics around the position, by selection instead of a full sort.
template <class T, class Less>
std::pair<T, T> neighbours(std::vector<T>& values, PercentilePosition position, Less less) {
  auto low = values.begin() + static_cast<ptrdiff_t>(position.low);
  std::nth_element(values.begin(), low, values.end(), less);
  if (position.hundredths == 0) return {*low, *low};
  return {*low, *std::min_element(low + 1, values.end(), less)};
}

}  // namespace

void NumberSum::add(const Number& value) {
  if (const Decimal* exact = std::get_if<Decimal>(&value)) add(*exact);
  if (const double* real = std::get_if<double>(&value)) add(*real);
}

void NumberSum::merge(const NumberSum& other) {
  exact_ = exact_ + other.exact_;
  floats_.merge(other.floats_);
  has_float_ = has_float_ || other.has_float_;
}

Number NumberSum::total() const {
  if (!has_float_) return exact_;
  base::FloatSum both = floats_;
  both.add(exact_.to_double());
  return finite_or_null(both.value());
}

Number NumberSum::average(uint64_t count) const {
  if (count == 0) return {};
  if (!has_float_) return base::divide_exact(exact_, count);
  Number sum = total();
  return is_null(sum) ? sum : finite_or_null(std::get<double>(sum) / static_cast<double>(count));
}

PercentilePosition percentile_position(uint64_t n, double p) {
  CHECK(n > 0);
  auto percent = static_cast<uint64_t>(std::lround(p * 100));
  uint64_t steps = (n - 1) * percent;
  return {steps / 100, static_cast<uint32_t>(steps % 100)};
}

Number interpolate(const Decimal& low, const Decimal& high, uint32_t hundredths) {
  if (hundredths == 0) return low.to_double();
  Decimal step = high - low;
  Decimal whole =
      Decimal{low.digits * 100, low.scale} + Decimal{step.digits * hundredths, step.scale};
  return base::divide_exact(whole, 100);
}

Number interpolate(double low, double high, uint32_t hundredths) {
  // Quad precision: neither the difference nor the products can overflow.
  __float128 whole = static_cast<__float128>(low) * (100 - hundredths) +
                     static_cast<__float128>(high) * hundredths;
  return finite_or_null(static_cast<double>(whole / 100));
}

Number percentile(std::vector<int64_t>& digits, uint8_t scale, double p) {
  if (digits.empty()) return {};
  PercentilePosition position = percentile_position(digits.size(), p);
  auto [low, high] = neighbours(digits, position, std::less<>());
  return interpolate(Decimal{low, scale}, Decimal{high, scale}, position.hundredths);
}

Number percentile(std::vector<double>& values, double p) {
  if (values.empty()) return {};
  PercentilePosition position = percentile_position(values.size(), p);
  auto [low, high] = neighbours(values, position, std::less<>());
  return interpolate(low, high, position.hundredths);
}

Number percentile(std::vector<Number>& values, double p) {
  if (values.empty()) return {};
  PercentilePosition position = percentile_position(values.size(), p);
  auto less = [](const Number& a, const Number& b) { return compare_numbers(a, b) < 0; };
  auto [low, high] = neighbours(values, position, less);
  const Decimal* exact_low = std::get_if<Decimal>(&low);
  const Decimal* exact_high = std::get_if<Decimal>(&high);
  if (exact_low != nullptr && exact_high != nullptr)
    return interpolate(*exact_low, *exact_high, position.hundredths);
  return interpolate(to_double(low), to_double(high), position.hundredths);
}

}  // namespace starling::engine
