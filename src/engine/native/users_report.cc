#include "engine/native/users_report.h"

#include <algorithm>
#include <bit>

#include "engine/native/cohorts.h"

namespace starling::engine::native {

using event::Value;
using query::Reference;

namespace {

Value through_lookup(Question& question, const Reference& reference, const Value& key) {
  const store::LookupReader* lookup = question.snapshot().lookup(reference.lookup);
  const store::ColumnReader* column =
      lookup == nullptr ? nullptr : lookup->column(reference.column);
  if (column == nullptr || key.is_null()) return {};
  auto row = question.history().lookup_row(*lookup, event::to_text(key));
  return row ? column->value(*row) : Value{};
}

Value element_of(Question& question, const Reference& reference, Value element) {
  return reference.kind == Reference::Kind::kLookup ? through_lookup(question, reference, element)
                                                    : element;
}

// A list through a lookup, or one member of a list of objects, element by element.
Value list_cell(Question& question, const Reference& reference, const Value& list) {
  event::Values out;
  if (const auto* values = std::get_if<event::Values>(&list.data)) {
    for (const Value& value : *values) out.push_back(element_of(question, reference, value));
  }
  if (const auto* objects = std::get_if<std::vector<event::Object>>(&list.data)) {
    for (const event::Object& object : *objects) {
      Value element =
          reference.member.empty() ? Value{std::vector<event::Object>{object}} : Value{};
      for (const auto& [name, value] : object) {
        if (!reference.member.empty() && name == reference.member) element = value;
      }
      out.push_back(element_of(question, reference, std::move(element)));
    }
  }
  return Value{std::move(out)};
}

// What a user's row shows of a reference; a user property that is a list is shown whole.
Value cell_of(Question& question, const Reference& reference, uint32_t user) {
  if (reference.kind == Reference::Kind::kCohort)
    return Value{question.members(reference.cohort)[user] != 0};
  if (reference.kind == Reference::Kind::kFormula) {
    if (!reference.of_user()) return {};
    return question.formulas().column(question, *reference.formula, nullptr)->value(user);
  }
  auto list = question.list_of(reference);
  if (!reference.of_user()) return list ? Value{event::Values()} : Value{};
  const store::ColumnReader* reader = question.history().of_users(reference.property);
  Value value = reader == nullptr ? Value{} : reader->value(user);
  if (reference.kind == Reference::Kind::kUserProperty) return value;
  return list ? list_cell(question, reference, value) : through_lookup(question, reference, value);
}

// The values of one sort key, as small numbers in their order where they are stored that way, else
// as they are.
class SortKey {
 public:
  SortKey(Question& question, const query::Users::Sort& sort, const std::vector<uint32_t>& users)
      : descending_(sort.descending) {
    values_.resize(question.user_count());
    if (sort.reference.kind == Reference::Kind::kUserProperty &&
        read_ranks(question, sort.reference))
      return;
    for (uint32_t user : users) values_[user] = cell_of(question, sort.reference, user);
  }

  // Negative when a comes before b. What is not set comes last, whichever way the rest is sorted.
  int compare(uint32_t a, uint32_t b) const {
    if (ranks_.empty()) return compare_values(values_[a], values_[b]);
    if (!set_[a] || !set_[b]) return static_cast<int>(set_[b]) - static_cast<int>(set_[a]);
    int order = ranks_[a] < ranks_[b] ? -1 : ranks_[b] < ranks_[a] ? 1 : 0;
    return descending_ ? -order : order;
  }

 private:
  int compare_values(const Value& a, const Value& b) const {
    if (a.is_null() || b.is_null())
      return static_cast<int>(a.is_null()) - static_cast<int>(b.is_null());
    int order = engine::compare(Coordinate{a}, Coordinate{b});
    return descending_ ? -order : order;
  }

  bool read_ranks(Question& question, const Reference& reference) {
    const store::ColumnReader* reader = question.history().of_users(reference.property);
    if (reader == nullptr || question.user_count() == 0) return false;
    size_t count = question.user_count();
    std::vector<int64_t> ranks(count);
    switch (reader->type().type) {
      case event::Type::kInteger:
      case event::Type::kDecimal:
        reader->integers(0, count, ranks.data());
        break;
      case event::Type::kFloat: {
        std::vector<double> floats(count);
        reader->floats(0, count, floats.data());
        std::ranges::transform(floats, ranks.begin(), rank_of_float);
        break;
      }
      case event::Type::kText: {
        std::vector<uint32_t> codes(count);
        reader->codes(0, count, codes.data());
        std::ranges::copy(codes, ranks.begin());
        break;
      }
      case event::Type::kBoolean:
      case event::Type::kDate:
      case event::Type::kTime:
      case event::Type::kList:
      case event::Type::kObjects:
        return false;
    }
    set_.resize(count);
    reader->valid(0, count, set_.data());
    ranks_ = std::move(ranks);
    return true;
  }

  // Floats in their order as integers: the bits of a negative one run backwards.
  static int64_t rank_of_float(double value) {
    auto bits = std::bit_cast<int64_t>(value == 0 ? 0.0 : value);
    return bits < 0 ? bits ^ INT64_MAX : bits;
  }

  bool descending_;
  std::vector<int64_t> ranks_;  // by user; empty: values_
  std::vector<uint8_t> set_;
  std::vector<Value> values_;  // by user
};

}  // namespace

UsersAnswer list_users(Question& question, const query::Users& users,
                       const std::vector<uint8_t>& passing) {
  std::vector<uint32_t> rows;
  for (uint32_t user = 0; user < passing.size(); ++user) {
    if (passing[user]) rows.push_back(user);
  }
  std::vector<SortKey> keys;
  for (const query::Users::Sort& sort : users.sort) keys.emplace_back(question, sort, rows);

  UsersAnswer answer;
  answer.size = rows.size();
  uint64_t last = users.offset >= rows.size()
                      ? rows.size()
                      : users.offset + std::min(users.limit, rows.size() - users.offset);
  const store::Snapshot& snapshot = question.snapshot();
  std::partial_sort(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(last), rows.end(),
                    [&](uint32_t a, uint32_t b) {
                      for (const SortKey& key : keys) {
                        int order = key.compare(a, b);
                        if (order != 0) return order < 0;
                      }
                      return snapshot.user_id(a) < snapshot.user_id(b);
                    });
  for (uint64_t i = users.offset; i < last; ++i) {
    UserRow row{std::string(snapshot.user_id(rows[i])), {}};
    for (const query::Users::ColumnOf& column : users.columns) {
      row.columns.push_back(cell_of(question, column.reference, rows[i]));
    }
    answer.users.push_back(std::move(row));
  }
  return answer;
}

Result<UsersAnswer> answer_users(Question& question, const query::Users& users) {
  std::vector<uint8_t> passing = users.cohort ? question.members(*users.cohort)
                                              : TRY(known_users(question, question.query().as_of));
  if (users.where) {
    std::shared_ptr<const UserMask> where = question.user_mask(*users.where);
    for (size_t i = 0; i < passing.size(); ++i) passing[i] &= where->passes[i];
  }
  return list_users(question, users, passing);
}

}  // namespace starling::engine::native
