#include "engine/native/predicate.h"

#include <algorithm>
#include <cstring>

namespace starling::engine::native {

using event::Value;
using query::Filter;

Predicate Predicate::constant(bool value) {
  Predicate out;
  out.value_ = value;
  return out;
}

Predicate Predicate::of_children(Kind kind, std::vector<Predicate> children) {
  Predicate out;
  out.kind_ = kind;
  out.children_ = std::move(children);
  return out;
}

Predicate Predicate::of_users(Question& question, const Filter& filter) {
  Predicate out;
  out.kind_ = Kind::kUsers;
  out.users_ = question.user_mask(filter);
  return out;
}

Predicate Predicate::of_list(Question& question, Kind kind, const ListId& list, const Filter& child,
                             const store::EventTable* table) {
  const store::ColumnReader* reader = question.list_reader(list, table);
  if (reader == nullptr) return constant(false);
  Predicate out = of_children(kind, {});
  out.list_ = reader;
  out.children_.push_back(bind_element(question, child, list, table));
  return out;
}

Predicate Predicate::bind(Question& question, const Filter& filter,
                          const store::EventTable* table) {
  auto bind_children = [&](Kind kind) {
    std::vector<Predicate> children;
    for (const Filter& child : filter.children) children.push_back(bind(question, child, table));
    return of_children(kind, std::move(children));
  };
  switch (filter.kind) {
    case Filter::Kind::kAll:
      return bind_children(Kind::kAll);
    case Filter::Kind::kAny:
      return bind_children(Kind::kAny);
    case Filter::Kind::kNot:
      return bind_children(Kind::kNot);
    case Filter::Kind::kAnyElement:
    case Filter::Kind::kAllElements: {
      ListId list = question.list_of(filter).value_or(ListId{false, filter.list});
      if (list.of_user && table != nullptr) return of_users(question, filter);
      Kind kind = filter.kind == Filter::Kind::kAnyElement ? Kind::kAnyElement : Kind::kAllElements;
      return of_list(question, kind, list, filter.children[0], table);
    }
    case Filter::Kind::kTest:
      break;
  }
  if (auto list = question.list_of(filter.reference)) {
    if (list->of_user && table != nullptr) return of_users(question, filter);
    return of_list(question, Kind::kAnyElement, *list, filter, table);
  }
  if (filter.op == Filter::Operator::kIn) {
    if (table != nullptr) return of_users(question, filter);
    Predicate out = of_children(Kind::kMembers, {});
    out.members_ = &question.members(filter.reference.cohort);
    return out;
  }
  Source source = Source::of_rows(question, filter.reference, table);
  if (source.kind() == Source::Kind::kUser) return of_users(question, filter);
  return of_test(question, filter, std::move(source));
}

Predicate Predicate::bind_element(Question& question, const Filter& filter, const ListId& list,
                                  const store::EventTable* table) {
  auto bind_children = [&](Kind kind) {
    std::vector<Predicate> children;
    for (const Filter& child : filter.children)
      children.push_back(bind_element(question, child, list, table));
    return of_children(kind, std::move(children));
  };
  switch (filter.kind) {
    case Filter::Kind::kAll:
      return bind_children(Kind::kAll);
    case Filter::Kind::kAny:
      return bind_children(Kind::kAny);
    case Filter::Kind::kNot:
      return bind_children(Kind::kNot);
    case Filter::Kind::kAnyElement:
    case Filter::Kind::kAllElements:
      return bind_element(question, filter.children[0], list, table);
    case Filter::Kind::kTest:
      break;
  }
  if (question.list_of(filter.reference) != list) {
    std::vector<Predicate> row;
    row.push_back(bind(question, filter, table));
    return of_children(Kind::kOfRow, std::move(row));
  }
  return of_test(question, filter, Source::of_elements(question, filter.reference, table));
}

Predicate Predicate::of_test(Question& question, const Filter& filter, Source source) {
  Predicate out;
  const base::TimeZone& zone = question.query().timezone;
  out.test_ = std::make_shared<const ValueTest>(filter, zone);
  switch (source.kind()) {
    case Source::Kind::kConstant:
      return constant(out.test_->passes(source.constant()));
    case Source::Kind::kObjects:
      return constant(filter.op == Filter::Operator::kIsSet);
    case Source::Kind::kUser:
      CHECK(false);
    case Source::Kind::kFloats:
      out.kind_ = Kind::kFloats;
      break;
    case Source::Kind::kIntegers: {
      auto range = integer_range(filter, source.type(), zone);
      out.kind_ = range ? Kind::kRange : Kind::kIntegers;
      if (range) out.range_ = *range;
      break;
    }
    case Source::Kind::kCodes:
      out.kind_ = Kind::kCodes;
      out.table_.resize(source.code_count());
      for (uint32_t code = 0; code < out.table_.size(); ++code) {
        bool passes =
            source.is_plain_text()
                ? code > 0 && out.test_->passes_text(source.reader()->dictionary(code - 1))
                : out.test_->passes(source.value_of(code));
        out.table_[code] = passes ? 1 : 0;
      }
      out.value_of_nobody_ =
          filter.reference.kind == query::Reference::Kind::kCohort && out.table_[0] != 0;
      break;
  }
  out.source_ = std::move(source);
  return out;
}

bool Predicate::passes_nobody() const {
  auto passes = [](const Predicate& child) { return child.passes_nobody(); };
  switch (kind_) {
    case Kind::kConstant:
      return value_;
    case Kind::kAll:
      return std::ranges::all_of(children_, passes);
    case Kind::kAny:
      return std::ranges::any_of(children_, passes);
    case Kind::kNot:
      return !children_[0].passes_nobody();
    case Kind::kAnyElement:
    case Kind::kAllElements:
    case Kind::kOfRow:
    case Kind::kUsers:
    case Kind::kMembers:
    case Kind::kCodes:
    case Kind::kRange:
    case Kind::kIntegers:
    case Kind::kFloats:
      return value_of_nobody_;
  }
  return false;
}

void Predicate::evaluate(const Span& span, Scratch& scratch, uint8_t* out) const {
  size_t count = span.count();
  if (count == 0) return;
  switch (kind_) {
    case Kind::kConstant:
      std::memset(out, value_ ? 1 : 0, count);
      return;
    case Kind::kAll:
    case Kind::kAny:
    case Kind::kNot:
      return combine(span, scratch, out);
    case Kind::kAnyElement:
    case Kind::kAllElements:
      return reduce_elements(span, scratch, out);
    case Kind::kOfRow:
      return spread_rows(span, scratch, out);
    case Kind::kUsers:
      return test_users(span, out);
    case Kind::kMembers:
      std::memcpy(out, members_->data() + span.first(), count);
      return;
    case Kind::kCodes:
      return test_codes(span, scratch, out);
    case Kind::kRange:
    case Kind::kIntegers:
      return test_integers(span, out);
    case Kind::kFloats:
      return test_floats(span, out);
  }
}

void Predicate::combine(const Span& span, Scratch& scratch, uint8_t* out) const {
  size_t count = span.count();
  if (kind_ == Kind::kNot) {
    children_[0].evaluate(span, scratch, out);
    for (size_t i = 0; i < count; ++i) out[i] ^= 1;
    return;
  }
  bool all = kind_ == Kind::kAll;
  std::memset(out, all ? 1 : 0, count);
  std::vector<uint8_t> one(children_.size() > 1 ? count : 0);
  for (size_t child = 0; child < children_.size(); ++child) {
    if (child == 0) {
      children_[0].evaluate(span, scratch, out);
      continue;
    }
    children_[child].evaluate(span, scratch, one.data());
    for (size_t i = 0; i < count; ++i) out[i] = all ? out[i] & one[i] : out[i] | one[i];
  }
}

void Predicate::reduce_elements(const Span& span, Scratch& scratch, uint8_t* out) const {
  ListSpan list(*list_, span.block);
  std::vector<uint8_t> elements(list.count());
  children_[0].evaluate({span.block, &list}, scratch, elements.data());
  bool all = kind_ == Kind::kAllElements;
  for (size_t row = 0; row < span.block.count; ++row) {
    size_t passing = 0, begin = list.begin(row), end = list.end(row);
    for (size_t i = begin; i < end; ++i) passing += elements[i];
    out[row] = all ? end > begin && passing == end - begin : passing > 0;
  }
}

void Predicate::spread_rows(const Span& span, Scratch& scratch, uint8_t* out) const {
  std::vector<uint8_t> rows(span.block.count);
  children_[0].evaluate({span.block}, scratch, rows.data());
  for (size_t row = 0; row < span.block.count; ++row) {
    std::memset(out + span.list->begin(row), rows[row],
                span.list->end(row) - span.list->begin(row));
  }
}

void Predicate::test_users(const Span& span, uint8_t* out) const {
  const uint8_t* passes = users_->passes.data();
  const uint32_t* users = span.block.users;
  for (size_t i = 0; i < span.block.count; ++i) {
    out[i] = users[i] == store::kNoUser ? users_->nobody : passes[users[i]];
  }
}

void Predicate::test_codes(const Span& span, Scratch& scratch, uint8_t* out) const {
  size_t count = span.count();
  std::vector<uint32_t> codes(count);
  source_.codes(span, scratch, codes.data());
  for (size_t i = 0; i < count; ++i) out[i] = table_[codes[i]];
}

void Predicate::test_integers(const Span& span, uint8_t* out) const {
  size_t count = span.count();
  const store::ColumnReader& reader = *source_.reader();
  if (reader.has_nulls()) {
    reader.valid(span.first(), count, out);
  } else {
    std::memset(out, 1, count);
  }
  std::vector<int64_t> values(count);
  reader.integers(span.first(), count, values.data());
  if (kind_ == Kind::kIntegers) {
    for (size_t i = 0; i < count; ++i) {
      out[i] = out[i] && test_->passes(value_of_integer(reader.type(), values[i])) ? 1 : 0;
    }
    return;
  }
  if (range_.empty()) {
    std::memset(out, 0, count);
    return;
  }
  uint64_t low = static_cast<uint64_t>(range_.low),
           width = static_cast<uint64_t>(range_.high) - low;
  for (size_t i = 0; i < count; ++i) out[i] &= static_cast<uint64_t>(values[i]) - low <= width;
}

void Predicate::test_floats(const Span& span, uint8_t* out) const {
  size_t count = span.count();
  const store::ColumnReader& reader = *source_.reader();
  reader.valid(span.first(), count, out);
  std::vector<double> values(count);
  reader.floats(span.first(), count, values.data());
  for (size_t i = 0; i < count; ++i) out[i] = out[i] && test_->passes(Value{values[i]}) ? 1 : 0;
}

}  // namespace starling::engine::native
