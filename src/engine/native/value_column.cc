#include "engine/native/value_column.h"

#include <algorithm>
#include <bit>

#include "engine/native/value_match.h"

namespace starling::engine::native {

using event::Type;
using event::Value;

namespace {

int64_t float_key(double value) { return std::bit_cast<int64_t>(value == 0 ? 0.0 : value); }

// Puts one value, if it is what is wanted; false when its digits do not fit.
bool put(const Wanted& wanted, Coordinates& keys, const Value& value, size_t at, Values& out) {
  out.has[at] = 0;
  if (value.is_null()) return true;
  if (wanted.distinct) {
    out.digits[at] = keys.number_of(value);
  } else if (!value.is_number()) {
    return true;
  } else if (wanted.floats) {
    out.floats[at] = value.to_double();
  } else {
    auto exact = value.exact();
    auto digits = exact ? base::rescale(exact->digits, exact->scale, wanted.scale) : std::nullopt;
    if (!digits || *digits > INT64_MAX || *digits < INT64_MIN) return false;
    out.digits[at] = static_cast<int64_t>(*digits);
  }
  out.has[at] = 1;
  return true;
}

base::Error too_many_digits() {
  return {base::Error::Code::kUnsupported,
          "a measured decimal has more than 18 digits at its declared scale; declare a smaller "
          "scale or a float"};
}

}  // namespace

Wanted Wanted::of(const query::Reference& reference, bool distinct) {
  Type type = reference.type.type;
  uint8_t scale = reference.type.scale;
  if (reference.type.is_list()) {
    const event::Member* member =
        reference.type.member(type == Type::kList ? "" : reference.member);
    type = member == nullptr ? Type::kText : member->type.type;
    scale = member == nullptr ? 0 : member->type.scale;
  }
  bool is_float = type == Type::kFloat;
  return {distinct, !distinct && is_float, type == Type::kDecimal ? scale : uint8_t{0},
          distinct && is_float};
}

void Values::resize(const Wanted& wanted, size_t count) {
  (wanted.floats ? floats.resize(count) : digits.resize(count));
  has.resize(count);
}

ValueColumn ValueColumn::of_rows(Question& question, const query::Reference& reference,
                                 const Wanted& wanted, Coordinates& keys,
                                 const store::EventTable* table) {
  Source source = Source::of_rows(question, reference, table);
  if (source.kind() != Source::Kind::kUser) return of_source(wanted, keys, std::move(source));
  ValueColumn out;
  out.wanted_ = wanted;
  out.users_ = std::make_shared<Values>();
  Block users = Block::of_users(question.user_count());
  ValueColumn column = of_rows(question, reference, wanted, keys, nullptr);
  out.numbers_fit_ = column.read({users}, question.plan_scratch(), *out.users_).ok();
  out.source_ = std::move(source);
  return out;
}

ValueColumn ValueColumn::of_elements(Question& question, const query::Reference& reference,
                                     const Wanted& wanted, Coordinates& keys,
                                     const store::EventTable* table) {
  return of_source(wanted, keys, Source::of_elements(question, reference, table));
}

ValueColumn ValueColumn::of_source(const Wanted& wanted, Coordinates& keys, Source source) {
  ValueColumn out;
  out.wanted_ = wanted;
  out.keys_ = &keys;
  switch (source.kind()) {
    case Source::Kind::kConstant:
      out.table_.resize(wanted, 1);
      out.numbers_fit_ = put(wanted, keys, source.constant(), 0, out.table_);
      break;
    case Source::Kind::kCodes:
      out.table_.resize(wanted, source.code_count());
      for (uint32_t code = 0; code < source.code_count(); ++code) {
        out.numbers_fit_ &= put(wanted, keys, source.value_of(code), code, out.table_);
      }
      break;
    case Source::Kind::kIntegers: {
      const event::PropertyType& type = source.type();
      int scale = type.type == Type::kDecimal ? type.scale : 0;
      bool number = type.type == Type::kInteger || type.type == Type::kDecimal;
      if (number && (wanted.floats || wanted.float_keys))
        out.divisor_ = static_cast<double>(base::power_of_ten(scale));
      if (number && !wanted.floats && wanted.scale > scale) {
        out.factor_ = static_cast<int64_t>(base::power_of_ten(std::min(wanted.scale - scale, 18)));
      }
      if (!number && !wanted.distinct) out.factor_ = 0;
      break;
    }
    case Source::Kind::kFloats:
    case Source::Kind::kObjects:
    case Source::Kind::kUser:
      break;
  }
  out.source_ = std::move(source);
  return out;
}

Result<void> ValueColumn::read(const Span& span, Scratch& scratch, Values& out) const {
  size_t count = span.count();
  out.resize(wanted_, count);
  if (!numbers_fit_) return too_many_digits();
  if (count == 0) return {};
  bool fits = true;
  switch (source_.kind()) {
    case Source::Kind::kConstant:
      std::fill_n(out.has.begin(), count, table_.has[0]);
      if (wanted_.floats) {
        std::fill_n(out.floats.begin(), count, table_.floats[0]);
      } else {
        std::fill_n(out.digits.begin(), count, table_.digits[0]);
      }
      break;
    case Source::Kind::kCodes:
      read_codes(span, scratch, out);
      break;
    case Source::Kind::kIntegers:
      read_integers(span, out, fits);
      break;
    case Source::Kind::kFloats:
      read_floats(span, out);
      break;
    case Source::Kind::kUser:
      read_users(span, out);
      break;
    case Source::Kind::kObjects:
      for (size_t i = 0; i < count; ++i)
        put(wanted_, *keys_, source_.object(span.first() + i), i, out);
      break;
  }
  if (!fits) return too_many_digits();
  return {};
}

void ValueColumn::read_integers(const Span& span, Values& out, bool& fits) const {
  size_t count = span.count();
  const store::ColumnReader& reader = *source_.reader();
  if (factor_ == 0) {  // no numbers
    std::fill_n(out.has.begin(), count, 0);
    return;
  }
  reader.valid(span.first(), count, out.has.data());
  if (wanted_.floats) {
    std::vector<int64_t> integers(count);
    reader.integers(span.first(), count, integers.data());
    for (size_t i = 0; i < count; ++i) out.floats[i] = static_cast<double>(integers[i]) / divisor_;
    return;
  }
  reader.integers(span.first(), count, out.digits.data());
  if (wanted_.float_keys) {
    for (size_t i = 0; i < count; ++i)
      out.digits[i] = float_key(static_cast<double>(out.digits[i]) / divisor_);
  }
  if (factor_ == 1) return;
  for (size_t i = 0; i < count; ++i) {
    fits &= !__builtin_mul_overflow(out.digits[i], factor_, &out.digits[i]);
  }
}

void ValueColumn::read_floats(const Span& span, Values& out) const {
  size_t count = span.count();
  const store::ColumnReader& reader = *source_.reader();
  reader.valid(span.first(), count, out.has.data());
  if (wanted_.floats) return reader.floats(span.first(), count, out.floats.data());
  if (!wanted_.distinct) {
    std::fill_n(out.has.begin(), count, 0);
    return;
  }
  std::vector<double> floats(count);
  reader.floats(span.first(), count, floats.data());
  for (size_t i = 0; i < count; ++i) out.digits[i] = float_key(floats[i]);
}

void ValueColumn::read_codes(const Span& span, Scratch& scratch, Values& out) const {
  size_t count = span.count();
  std::vector<uint32_t> codes(count);
  source_.codes(span, scratch, codes.data());
  for (size_t i = 0; i < count; ++i) out.has[i] = table_.has[codes[i]];
  if (wanted_.floats) {
    for (size_t i = 0; i < count; ++i) out.floats[i] = table_.floats[codes[i]];
  } else {
    for (size_t i = 0; i < count; ++i) out.digits[i] = table_.digits[codes[i]];
  }
}

void ValueColumn::read_users(const Span& span, Values& out) const {
  const uint32_t* users = span.block.users;
  for (size_t i = 0; i < span.block.count; ++i) {
    bool known = users[i] != store::kNoUser;
    uint32_t user = known ? users[i] : 0;
    out.has[i] = known ? users_->has[user] : 0;
    if (!out.has[i]) continue;
    if (wanted_.floats) {
      out.floats[i] = users_->floats[user];
    } else {
      out.digits[i] = users_->digits[user];
    }
  }
}

}  // namespace starling::engine::native
