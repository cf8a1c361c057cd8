#include "source/postgres/decode.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/decimal.h"
#include "base/time.h"
#include "source/json_objects.h"

namespace starling::source::postgres {
namespace {

using base::Error;
using event::Column;
using event::PropertyType;
using event::Type;

// PostgreSQL counts from 2000-01-01.
constexpr int64_t kEpochDays = 10957;
constexpr int64_t kEpochMs = kEpochDays * base::kDayMs;

// A big-endian integer of 1, 2, 4 or 8 bytes.
int64_t integer(std::string_view bytes) {
  uint64_t value = 0;
  for (char c : bytes) value = value << 8 | static_cast<uint8_t>(c);
  int unused = 64 - 8 * static_cast<int>(bytes.size());
  return static_cast<int64_t>(value << unused) >> unused;
}

int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

void push_finite(double value, Column& into) {
  if (std::isfinite(value)) {
    into.push_float(value);
  } else {
    into.push_null();
  }
}

std::string uuid_text(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", static_cast<uint8_t>(bytes[i]));
  }
  return out;
}

// numeric_send: how many digits of base 10,000, the power of the first, the sign, the digits shown
// behind the point, then the digits.
struct Numeric {
  static constexpr int kNegative = 0x4000, kSpecial = 0xC000;  // NaN and the infinities

  int weight = 0, sign = 0;
  std::string_view digits;  // 2 bytes each

  static std::optional<Numeric> read(std::string_view bytes) {
    if (bytes.size() < 8) return std::nullopt;
    auto half = [&](size_t at) { return static_cast<int>(integer(bytes.substr(at, 2))); };
    Numeric numeric{half(2), half(4) & 0xFFFF, bytes.substr(8)};
    if (numeric.digits.size() != 2 * static_cast<size_t>(half(0))) return std::nullopt;
    return numeric;
  }
  bool is_special() const { return (sign & kSpecial) == kSpecial; }
  // As text, "-120.0500".
  std::string text() const {
    std::string whole, fraction;
    int count = static_cast<int>(digits.size() / 2);
    for (int i = 0; i < std::max(count, weight + 1); ++i) {
      int64_t digit = i < count ? integer(digits.substr(2 * static_cast<size_t>(i), 2)) : 0;
      (i <= weight ? whole : fraction) += fmt::format("{:04}", digit);
    }
    for (int i = weight + 1; i < 0; ++i) fraction.insert(0, "0000");
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    return (sign == kNegative ? "-" : "") + (whole.empty() ? "0" : whole) +
           (fraction.empty() ? "" : "." + fraction);
  }
};

}  // namespace

Result<void> Decoder::append(std::string_view bytes, Column& into) const {
  if (info_.type->type == Type::kObjects) return append_json_objects(bytes, info_, into);
  if (sent_.element != 0) return append_array(bytes, into);
  return append_scalar(sent_.oid, bytes, into);
}

Result<void> Decoder::append_scalar(Oid sent, std::string_view bytes, Column& into) const {
  size_t size = bytes.size();
  switch (sent) {
    case kNumeric:
      return append_numeric(bytes, into);
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
      if (size == 0 || size > 8) return torn();
      into.push_integer(integer(bytes));
      return {};
    case kOid:
      if (size != 4) return torn();
      into.push_integer(static_cast<uint32_t>(integer(bytes)));
      return {};
    case kFloat4:
      if (size != 4) return torn();
      push_finite(std::bit_cast<float>(static_cast<uint32_t>(integer(bytes))), into);
      return {};
    case kFloat8:
      if (size != 8) return torn();
      push_finite(std::bit_cast<double>(integer(bytes)), into);
      return {};
    case kDate: {
      if (size != 4) return torn();
      int64_t days = integer(bytes);
      bool finite = days != INT32_MAX && days != INT32_MIN;
      finite ? into.push_integer(days + kEpochDays) : into.push_null();
      return {};
    }
    case kTimestamp:
    case kTimestamptz: {
      if (size != 8) return torn();
      int64_t us = integer(bytes);
      bool finite = us != INT64_MAX && us != INT64_MIN;
      finite ? into.push_integer(floor_divide(us, 1000) + kEpochMs) : into.push_null();
      return {};
    }
    case kUuid:
      into.push_text(uuid_text(bytes));
      return {};
    case kJsonb:
      if (size == 0) return torn();
      into.push_text(bytes.substr(1));  // behind the version of the form
      return {};
    case kBpchar:  // blanks at its end mean nothing, and casts to text drop them
      into.push_text(bytes.substr(0, bytes.find_last_not_of(' ') + 1));
      return {};
    default:
      into.push_text(bytes);
      return {};
  }
}

Result<void> Decoder::append_numeric(std::string_view bytes, Column& into) const {
  auto numeric = Numeric::read(bytes);
  if (!numeric) return torn();
  if (numeric->is_special()) {
    into.push_null();
    return {};
  }
  std::string text = numeric->text();
  if (into.type.type == Type::kFloat) {
    push_finite(std::strtod(text.c_str(), nullptr), into);
    return {};
  }
  auto number = base::Decimal::parse(text);
  auto digits = number ? base::rescale(number->normalized().digits, number->normalized().scale,
                                       into.type.scale)
                       : std::nullopt;
  if (!digits || *digits > INT64_MAX || *digits < INT64_MIN) return too_large(text);
  into.push_integer(static_cast<int64_t>(*digits));
  return {};
}

// array_send: dimensions, whether there are nulls, the elements' type, length and lower bound of
// each dimension, then the elements with their lengths. Elements of several dimensions stand one
// after another.
Result<void> Decoder::append_array(std::string_view bytes, Column& into) const {
  auto take = [&](size_t size) {
    std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(std::min(size, bytes.size()));
    return taken;
  };
  if (bytes.size() < 12) return torn();
  int64_t dimensions = integer(take(4));
  take(4);
  Oid element = static_cast<Oid>(integer(take(4)));
  int64_t count = dimensions == 0 ? 0 : 1;
  for (int64_t i = 0; i < dimensions; ++i) {
    if (bytes.size() < 8) return torn();
    count *= integer(take(4));
    take(4);
  }
  Column& child = into.children[0];
  for (int64_t i = 0; i < count; ++i) {
    if (bytes.size() < 4) return torn();
    int64_t size = integer(take(4));
    if (size < 0) {
      child.push_null();
      continue;
    }
    if (bytes.size() < static_cast<size_t>(size)) return torn();
    TRY(append_scalar(element, take(static_cast<size_t>(size)), child));
  }
  into.end_list();
  return {};
}

base::Error Decoder::too_large(const std::string& value) const {
  return Error{
      Error::Code::kInvalid,
      fmt::format(R"(column "{}" ({}) holds {}, which needs more than 64 bits; )"
                  "cast it in the model, e.g. {{sql: \"{}::double precision\"}}, or ::text",
                  info_.name, info_.native_type, value, info_.name)};
}

base::Error Decoder::torn() const {
  return Error{Error::Code::kUnavailable,
               fmt::format("PostgreSQL sent a value of column \"{}\" that is no {}", info_.name,
                           sent_.name)};
}

}  // namespace starling::source::postgres
