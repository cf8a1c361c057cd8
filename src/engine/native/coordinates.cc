#include "engine/native/coordinates.h"

#include <algorithm>
#include <bit>

#include "base/result.h"

namespace starling::engine::native {

using base::Decimal;
using base::Int128;
using event::Value;

namespace {

// floor(number / size); nothing when 38 digits cannot hold both at one scale.
std::optional<Int128> floor_divide(const Decimal& number, const Decimal& size) {
  uint8_t scale = std::max(number.scale, size.scale);
  auto n = base::rescale(number.digits, number.scale, scale);
  auto s = base::rescale(size.digits, size.scale, scale);
  if (!n || !s) return std::nullopt;
  Int128 quotient = *n / *s;
  return *n % *s < 0 ? quotient - 1 : quotient;
}

Coordinate bucket_by_size(const Decimal& size, const Value& value) {
  // A float is bucketed as the decimal a person sees.
  std::optional<Decimal> number = value.exact();
  if (!number) number = Decimal::parse(event::to_text(value));
  if (!number) return {Special{Special::Kind::kNonNumeric}};
  Decimal normal = number->normalized(), unit = size.normalized();
  auto index = floor_divide(normal, unit);
  if (!index) return {Value{normal}};
  return {Bucket{Decimal{*index * unit.digits, unit.scale},
                 Decimal{(*index + 1) * unit.digits, unit.scale}}};
}

Coordinate bucket_among(const std::vector<Decimal>& bounds, const Value& value) {
  Bucket bucket;
  for (const Decimal& bound : bounds) {
    bool reached = value.exact() ? bound <= *value.exact() : bound.to_double() <= value.to_double();
    if (!reached) {
      bucket.high = bound;
      break;
    }
    bucket.low = bound;
  }
  return {bucket};
}

// Equal keys are equal coordinates (engine::compare), and the other way round within one breakdown.
std::string key_of(const Coordinate& coordinate) {
  struct Key {
    std::string operator()(const Value& value) const {
      if (auto exact = value.exact()) return "n" + exact->text();
      if (const double* real = std::get_if<double>(&value.data)) {
        return "f" + std::to_string(std::bit_cast<uint64_t>(*real == 0 ? 0.0 : *real));
      }
      if (const bool* truth = std::get_if<bool>(&value.data)) return *truth ? "b1" : "b0";
      return "t" + event::to_text(value);
    }
    std::string operator()(const Special& special) const {
      return {'s', static_cast<char>('0' + int(special.kind))};
    }
    std::string operator()(const Bucket& bucket) const {
      return bucket.low ? "k" + bucket.low->text() : "k";
    }
    std::string operator()(const InCohort& cohort) const { return cohort.in ? "i1" : "i0"; }
  };
  return std::visit(Key{}, coordinate.data);
}

}  // namespace

Coordinate Coordinates::coordinate_of(const Value& value) const {
  if (breakdown_->reference.kind == query::Reference::Kind::kCohort) {
    const bool* in = std::get_if<bool>(&value.data);
    return {InCohort{cohort_name_, in != nullptr && *in}};
  }
  if (value.is_null()) return {Special{Special::Kind::kNotSet}};
  if (!breakdown_->bounds.empty() || breakdown_->bucket_size) {
    if (!value.is_number()) return {Special{Special::Kind::kNonNumeric}};
    if (breakdown_->bucket_size) return bucket_by_size(*breakdown_->bucket_size, value);
    return bucket_among(breakdown_->bounds, value);
  }
  if (!breakdown_->groups.empty()) {
    for (const query::Breakdown::Group& group : breakdown_->groups) {
      if (std::ranges::find(group.values, value) != group.values.end()) return {Value{group.name}};
    }
    return {Special{Special::Kind::kRemaining}};
  }
  const auto* text = std::get_if<std::string>(&value.data);
  if (text != nullptr && text->empty()) return {Special{Special::Kind::kEmptyString}};
  return {value};
}

uint32_t Coordinates::number_of(const Value& value) { return add(coordinate_of(value)); }

uint32_t Coordinates::not_set() { return add({Special{Special::Kind::kNotSet}}); }

uint32_t Coordinates::add(Coordinate coordinate) {
  std::string key = key_of(coordinate);
  std::lock_guard lock(mutex_);
  auto [found, added] =
      numbers_.try_emplace(std::move(key), static_cast<uint32_t>(coordinates_.size()));
  if (added) coordinates_.push_back(std::move(coordinate));
  return found->second;
}

bool Coordinates::equals(uint32_t number, const Coordinate& other) const {
  std::lock_guard lock(mutex_);
  return query::compare(coordinates_[number], other) == 0;
}

Coordinate Coordinates::at(uint32_t number) const { return coordinates_[number]; }

}  // namespace starling::engine::native
