// Exact decimal numbers: an integer and how many of its digits stand behind the point. Money never
// passes through a binary float (reports.md §8.40).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace starling::base {

using Int128 = __int128;

struct Decimal {
  Int128 digits = 0;  // value = digits / 10^scale
  uint8_t scale = 0;  // 0..38

  // "-12.50", "1e3"; nothing when the text is no decimal number or has more than 38 digits.
  static std::optional<Decimal> parse(std::string_view text);

  // The same value with trailing zeros behind the point removed.
  Decimal normalized() const;
  // Shortest text: "3.5", "2", "-0.05".
  std::string text() const;
  double to_double() const;

  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b);
};

// Compares values, not representations: 2.50 equals 2.5.
std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
bool operator==(const Decimal& a, const Decimal& b);

Int128 power_of_ten(int exponent);  // REQUIRES: 0 <= exponent <= 38
std::string int128_text(Int128 value);

// Changes the scale; nothing when digits would be lost (rounding) or overflow.
std::optional<Int128> rescale(Int128 digits, int from_scale, int to_scale);

// 12 significant digits, shortest, no exponent for 1e-6 <= |x| < 1e15: how every binary float,
// average, ratio and percentile is printed (reports.md §8.40). REQUIRES: finite.
std::string float_text(double value);

// numerator / denominator rounded once to a double. REQUIRES: denominator > 0.
double divide_exact(const Decimal& numerator, uint64_t denominator);

// A sum of binary floats that does not show the order of addition in its first 12 digits
// (double-double arithmetic).
class FloatSum {
 public:
  void add(double value);
  void merge(const FloatSum& other);
  double value() const { return high_ + low_; }

 private:
  double high_ = 0, low_ = 0;
};

}  // namespace starling::base
