#include "engine/native/breakdown_column.h"

#include <algorithm>
#include <bit>

#include "engine/native/value_match.h"

namespace starling::engine::native {

using event::Value;

BreakdownColumn BreakdownColumn::of_rows(Question& question, const query::Reference& reference,
                                         Coordinates& coordinates, const store::EventTable* table) {
  Source source = Source::of_rows(question, reference, table);
  if (source.kind() != Source::Kind::kUser)
    return of_source(question, coordinates, std::move(source));
  auto users = std::make_shared<UserCoordinates>();
  users->by_user.resize(question.user_count());
  Block all = Block::of_users(question.user_count());
  of_rows(question, reference, coordinates, nullptr)
      .read({all}, question.plan_scratch(), users->by_user.data());
  bool cohort = reference.kind == query::Reference::Kind::kCohort;
  users->nobody = coordinates.number_of(cohort ? Value{false} : Value{});
  BreakdownColumn out;
  out.source_ = std::move(source);
  out.users_ = std::move(users);
  return out;
}

BreakdownColumn BreakdownColumn::of_elements(Question& question, const query::Reference& reference,
                                             Coordinates& coordinates,
                                             const store::EventTable* table) {
  return of_source(question, coordinates, Source::of_elements(question, reference, table));
}

BreakdownColumn BreakdownColumn::of_source(Question& question, Coordinates& coordinates,
                                           Source source) {
  BreakdownColumn out;
  out.coordinates_ = &coordinates;
  switch (source.kind()) {
    case Source::Kind::kConstant:
      out.constant_ = coordinates.number_of(source.constant());
      break;
    case Source::Kind::kCodes:
      for (uint32_t code = 0; code < source.code_count(); ++code) {
        out.table_.push_back(coordinates.number_of(source.value_of(code)));
      }
      break;
    case Source::Kind::kIntegers:
    case Source::Kind::kFloats:
      out.cache_ = question.new_cache();
      out.not_set_ = coordinates.number_of(Value{});
      break;
    case Source::Kind::kObjects:
    case Source::Kind::kUser:
      break;
  }
  out.source_ = std::move(source);
  return out;
}

void BreakdownColumn::read(const Span& span, Scratch& scratch, uint32_t* out) const {
  size_t count = span.count();
  if (count == 0) return;
  switch (source_.kind()) {
    case Source::Kind::kConstant:
      std::fill_n(out, count, constant_);
      return;
    case Source::Kind::kUser:
      return read_users(span, out);
    case Source::Kind::kCodes:
      source_.codes(span, scratch, out);
      for (size_t i = 0; i < count; ++i) out[i] = table_[out[i]];
      return;
    case Source::Kind::kIntegers:
    case Source::Kind::kFloats:
      return read_raw(span, scratch, out);
    case Source::Kind::kObjects:
      for (size_t i = 0; i < count; ++i)
        out[i] = coordinates_->number_of(source_.object(span.first() + i));
      return;
  }
}

void BreakdownColumn::read_users(const Span& span, uint32_t* out) const {
  const uint32_t* users = span.block.users;
  for (size_t i = 0; i < span.block.count; ++i) {
    out[i] = users[i] == store::kNoUser ? users_->nobody : users_->by_user[users[i]];
  }
}

void BreakdownColumn::read_raw(const Span& span, Scratch& scratch, uint32_t* out) const {
  size_t count = span.count();
  const store::ColumnReader& reader = *source_.reader();
  std::vector<uint8_t> valid(count);
  reader.valid(span.first(), count, valid.data());
  RawCache& cache = scratch.cache(cache_);
  if (source_.kind() == Source::Kind::kFloats) {
    std::vector<double> floats(count);
    reader.floats(span.first(), count, floats.data());
    auto miss = [&](int64_t bits) {
      return coordinates_->number_of(Value{std::bit_cast<double>(bits)});
    };
    for (size_t i = 0; i < count; ++i) {
      out[i] = valid[i] ? cache.find(std::bit_cast<int64_t>(floats[i]), miss) : not_set_;
    }
    return;
  }
  std::vector<int64_t> integers(count);
  reader.integers(span.first(), count, integers.data());
  auto miss = [&](int64_t stored) {
    return coordinates_->number_of(value_of_integer(reader.type(), stored));
  };
  for (size_t i = 0; i < count; ++i) out[i] = valid[i] ? cache.find(integers[i], miss) : not_set_;
}

}  // namespace starling::engine::native
