// Sums of stored values, and stored values as numbers of the answer. Values are int64_t or Int128
// digits at a scale, or doubles.
#pragma once

#include <cmath>
#include <type_traits>

#include "base/decimal.h"
#include "engine/answer.h"
#include "engine/kernel/kernel.h"

namespace starling::engine::kernel {

template <class Value>
class SumOf;

template <>
class SumOf<int64_t> {
 public:
  using Total = base::Int128;
  void add(int64_t value) { sum_ += value; }
  void add_wide(base::Int128 value) { sum_ += value; }
  void merge(const SumOf& other) { sum_ += other.sum_; }
  Total total() const { return sum_; }

 private:
  base::Int128 sum_ = 0;
};

template <>
class SumOf<double> {
 public:
  using Total = double;
  void add(double value) { sum_.add(value); }
  void add_wide(double value) { sum_.add(value); }
  void merge(const SumOf& other) { sum_.merge(other.sum_); }
  Total total() const { return sum_.value(); }

 private:
  base::FloatSum sum_;
};

template <class Value>
const Value* values_of(const View& entries) {
  if constexpr (std::is_same_v<Value, double>) {
    return entries.floats;
  } else {
    return entries.digits;
  }
}

inline Number finite_or_null(double value) {
  return std::isfinite(value) ? Number(value) : Number();
}

inline Number plain_number(base::Int128 digits, uint8_t scale) {
  return base::Decimal{digits, scale};
}
inline Number plain_number(int64_t digits, uint8_t scale) { return base::Decimal{digits, scale}; }
inline Number plain_number(double value, uint8_t) { return finite_or_null(value); }

// The sum of nothing is an exact 0.
template <class Value>
Number sum_number(const SumOf<Value>& sum, uint64_t count, uint8_t scale) {
  if (count == 0) return base::Decimal{0, 0};
  return plain_number(sum.total(), scale);
}

template <class Value>
Number average_number(const SumOf<Value>& sum, uint64_t count, uint8_t scale) {
  if (count == 0) return {};
  if constexpr (std::is_same_v<Value, double>) {
    return finite_or_null(sum.total() / static_cast<double>(count));
  } else {
    return base::divide_exact(base::Decimal{sum.total(), scale}, count);
  }
}

}  // namespace starling::engine::kernel
