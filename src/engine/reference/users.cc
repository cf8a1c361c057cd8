// The users report (docs/semantics/cohorts.md): known users that pass, with what their profiles
// say.
#include <algorithm>

#include "engine/reference/answers.h"

namespace starling::engine::reference {

using event::Value;

namespace {

// What is not set has no place in the order and comes last, whichever way the rest is sorted.
int compare_values(const Value& a, const Value& b, bool descending) {
  if (a.is_null() || b.is_null())
    return static_cast<int>(a.is_null()) - static_cast<int>(b.is_null());
  int order = compare(Coordinate{a}, Coordinate{b});
  return descending ? -order : order;
}

struct Row {
  const Person* person;
  std::vector<Value> keys;
};

// The value as it is: a list is shown whole.
Value cell_of(const Question& question, const query::Reference& reference, const Person& person) {
  Subject subject = {&person, nullptr};
  std::optional<ListId> list = question.list_of(reference);
  if (!list) return question.value_of(reference, subject);
  if (reference.kind == query::Reference::Kind::kUserProperty) {
    const Properties& profile = properties_at(person.profile, question.query().as_of.value);
    auto found = profile.find(reference.property);
    return found == profile.end() ? Value{} : found->second;
  }
  event::Values values;
  for (size_t i = 0; i < question.list_size(*list, subject); ++i) {
    values.push_back(question.element_of(reference, subject, i));
  }
  return Value{std::move(values)};
}

}  // namespace

UsersAnswer list_people(const Question& question, const query::Users& list, const People& people) {
  std::vector<Row> rows;
  for (const Person* person : people) {
    Row row{person, {}};
    for (const query::Users::Sort& sort : list.sort)
      row.keys.push_back(cell_of(question, sort.reference, *person));
    rows.push_back(std::move(row));
  }
  std::ranges::sort(rows, [&](const Row& a, const Row& b) {
    for (size_t i = 0; i < list.sort.size(); ++i) {
      int order = compare_values(a.keys[i], b.keys[i], list.sort[i].descending);
      if (order != 0) return order < 0;
    }
    return a.person->id < b.person->id;
  });

  UsersAnswer answer;
  answer.size = rows.size();
  for (size_t i = list.offset; i < rows.size() && answer.users.size() < list.limit; ++i) {
    UserRow row{rows[i].person->id, {}};
    for (const query::Users::ColumnOf& column : list.columns) {
      row.columns.push_back(cell_of(question, column.reference, *rows[i].person));
    }
    answer.users.push_back(std::move(row));
  }
  return answer;
}

Result<UsersAnswer> answer_users(const Question& question, const query::Users& users,
                                 const std::atomic<bool>* cancelled) {
  People people;
  for (const Person& person : question.world().people) {
    TRY(go_on(cancelled));
    if (!question.is_known(person)) continue;
    if (users.cohort && !question.in_cohort(*users.cohort, person)) continue;
    if (users.where && !question.passes(*users.where, {&person, nullptr})) continue;
    people.insert(&person);
  }
  return list_people(question, users, people);
}

}  // namespace starling::engine::reference
