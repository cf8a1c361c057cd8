// How collected numbers become the number of a cell (reports.md §2, §8.40). Every engine ends its
// work here, so that all of them print the same digits: sums of integers and decimals are exact,
// averages and percentiles are rounded once.
#pragma once

#include <cstdint>
#include <vector>

#include "base/decimal.h"
#include "engine/answer.h"

namespace starling::engine {

// A sum of integers, decimals and floats. Mergeable in any order.
class NumberSum {
 public:
  void add(const base::Decimal& value) { exact_ = exact_ + value; }
  void add_digits(base::Int128 digits, uint8_t scale) { add(base::Decimal{digits, scale}); }
  void add(double value) {
    floats_.add(value);
    has_float_ = true;
  }
  void add(const Number& value);  // null adds nothing
  void merge(const NumberSum& other);

  // Exact without floats. Null when the sum of floats is too large for a float.
  Number total() const;
  // Null when count is 0.
  Number average(uint64_t count) const;

 private:
  base::Decimal exact_;
  base::FloatSum floats_;
  bool has_float_ = false;
};

// Where a percentile lies among n sorted values: between values[low] and the next, `hundredths` of
// the way; (n-1)p in whole numbers. REQUIRES: n > 0; p is one of Measure::percentile's values.
struct PercentilePosition {
  uint64_t low = 0;
  uint32_t hundredths = 0;  // 0..99; 0: values[low] itself, and there may be no next
};
PercentilePosition percentile_position(uint64_t n, double p);

// low + (high - low) * hundredths / 100, rounded once.
Number interpolate(const base::Decimal& low, const base::Decimal& high, uint32_t hundredths);
Number interpolate(double low, double high, uint32_t hundredths);

// The percentile of values; null when there are none. Reorders the values.
Number percentile(std::vector<int64_t>& digits, uint8_t scale, double p);
Number percentile(std::vector<double>& values, double p);
Number percentile(std::vector<Number>& values, double p);  // REQUIRES: no nulls

}  // namespace starling::engine
