#include "base/decimal.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/result.h"

namespace starling::base {
namespace {

constexpr int kMaxDigits = 38;

constexpr std::array<Int128, kMaxDigits + 1> make_powers() {
  std::array<Int128, kMaxDigits + 1> powers{};
  powers[0] = 1;
  for (int i = 1; i <= kMaxDigits; ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}
constexpr auto kPowers = make_powers();

// Brings two decimals to one scale: the wider one when both fit it, else the widest that they fit;
// digits behind it are beyond the 38 that a decimal has and are cut off.
struct Aligned {
  Int128 a, b;
  uint8_t scale;
};

Aligned align(Decimal a, Decimal b) {
  a = a.normalized();
  b = b.normalized();
  while (a.scale != b.scale) {
    Decimal& narrow = a.scale < b.scale ? a : b;
    Decimal& wide = a.scale < b.scale ? b : a;
    if (auto widened = rescale(narrow.digits, narrow.scale, wide.scale)) {
      narrow = {*widened, wide.scale};
    } else {
      wide = {wide.digits / 10, static_cast<uint8_t>(wide.scale - 1)};
    }
  }
  return {a.digits, b.digits, a.scale};
}

}  // namespace

Int128 power_of_ten(int exponent) {
  CHECK(exponent >= 0 && exponent <= kMaxDigits);
  return kPowers[exponent];
}

std::string int128_text(Int128 value) {
  if (value == 0) return "0";
  bool negative = value < 0;
  unsigned __int128 rest = negative ? -static_cast<unsigned __int128>(value) : value;
  char buffer[48];
  char* end = buffer + sizeof buffer;
  char* at = end;
  while (rest > 0) {
    *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (negative) *--at = '-';
  return std::string(at, end);
}

std::optional<Int128> rescale(Int128 digits, int from_scale, int to_scale) {
  if (to_scale == from_scale) return digits;
  if (to_scale > from_scale) {
    if (digits == 0) return digits;
    if (to_scale - from_scale > kMaxDigits) return std::nullopt;
    Int128 out;
    if (__builtin_mul_overflow(digits, power_of_ten(to_scale - from_scale), &out))
      return std::nullopt;
    return out;
  }
  Int128 power = power_of_ten(from_scale - to_scale);
  if (digits % power != 0) return std::nullopt;
  return digits / power;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  size_t at = 0;
  bool negative = false;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
  Int128 digits = 0;
  int scale = 0, seen = 0, significant = 0;
  bool point = false;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '.') {
      if (point) return std::nullopt;
      point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    ++seen;
    if (significant > 0 || c != '0') ++significant;
    if (significant > kMaxDigits) return std::nullopt;
    digits = digits * 10 + (c - '0');
    if (point) ++scale;
  }
  if (seen == 0) return std::nullopt;
  int exponent = 0;
  if (at < text.size()) {
    if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (exponent > 2 * kMaxDigits || exponent < -2 * kMaxDigits) return std::nullopt;
  }
  scale -= exponent;
  while (scale > kMaxDigits && digits % 10 == 0) digits /= 10, --scale;
  if (digits == 0) scale = std::max(0, std::min(scale, kMaxDigits));
  if (scale > kMaxDigits) return std::nullopt;
  if (scale < 0) {
    auto wide = rescale(digits, 0, -scale);
    if (!wide) return std::nullopt;
    digits = *wide;
    scale = 0;
  }
  return Decimal{negative ? -digits : digits, static_cast<uint8_t>(scale)};
}

Decimal Decimal::normalized() const {
  Decimal out = *this;
  while (out.scale > 0 && out.digits % 10 == 0) {
    out.digits /= 10;
    --out.scale;
  }
  return out;
}

std::string Decimal::text() const {
  Decimal short_form = normalized();
  std::string out = int128_text(short_form.digits);
  if (short_form.scale == 0) return out;
  bool negative = out[0] == '-';
  if (negative) out.erase(0, 1);
  if (out.size() <= short_form.scale) out.insert(0, short_form.scale + 1 - out.size(), '0');
  out.insert(out.size() - short_form.scale, ".");
  if (negative) out.insert(0, "-");
  return out;
}

double Decimal::to_double() const { return divide_exact(*this, 1); }

Decimal operator+(const Decimal& a, const Decimal& b) {
  Aligned both = align(a, b);
  Int128 sum;
  CHECK(!__builtin_add_overflow(both.a, both.b, &sum));
  return {sum, both.scale};
}

Decimal operator-(const Decimal& a, const Decimal& b) { return a + Decimal{-b.digits, b.scale}; }

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  Decimal left = a.normalized(), right = b.normalized();
  uint8_t scale = std::max(left.scale, right.scale);
  auto wide_left = rescale(left.digits, left.scale, scale);
  auto wide_right = rescale(right.digits, right.scale, scale);
  // Only a value whose integer part alone has more digits than fit can fail to widen: it is the
  // larger in magnitude.
  if (!wide_left)
    return left.digits > 0 ? std::strong_ordering::greater : std::strong_ordering::less;
  if (!wide_right)
    return right.digits > 0 ? std::strong_ordering::less : std::strong_ordering::greater;
  return *wide_left <=> *wide_right;
}

bool operator==(const Decimal& a, const Decimal& b) {
  return (a <=> b) == std::strong_ordering::equal;
}

std::string float_text(double value) {
  CHECK(std::isfinite(value));
  if (value == 0) return "0";
  double magnitude = std::fabs(value);
  if (magnitude < 1e-6 || magnitude >= 1e15) {
    std::string out = fmt::format("{:.11e}", value);
    size_t e = out.find('e');
    size_t last = out.find_last_not_of('0', e - 1);
    if (out[last] == '.') --last;
    return out.substr(0, last + 1) + out.substr(e);
  }
  int before_point = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
  std::string out = fmt::format("{:.{}f}", value, std::max(0, 12 - before_point));
  if (before_point > 12) {
    // More than 12 digits before the point: the digits behind the twelfth are noise and print as
    // zeros.
    double unit = std::pow(10.0, before_point - 12);
    out = fmt::format("{:.0f}", std::round(value / unit) * unit);
  }
  if (out.find('.') != std::string::npos) {
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
  }
  return out == "-0" ? "0" : out;
}

double divide_exact(const Decimal& numerator, uint64_t denominator) {
  CHECK(denominator > 0);
  // A quad (113-bit) quotient rounded once more to a double: the double rounding cannot show in 12
  // digits.
  __float128 quotient = static_cast<__float128>(numerator.digits) /
                        (static_cast<__float128>(power_of_ten(numerator.scale)) *
                         static_cast<__float128>(denominator));
  return static_cast<double>(quotient);
}

void FloatSum::add(double value) {
  double sum = high_ + value;
  double part = sum - high_;
  low_ += (high_ - (sum - part)) + (value - part);
  high_ = sum;
}

void FloatSum::merge(const FloatSum& other) {
  add(other.high_);
  add(other.low_);
}

}  // namespace starling::base
