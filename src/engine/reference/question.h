// A question being asked of a world: what references, filters and selectors mean for one event of
// one person. Rules: docs/semantics/insights.md.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/answer.h"
#include "engine/reference/world.h"
#include "query/evaluate.h"
#include "query/query.h"
#include "query/text_match.h"

namespace starling::engine::reference {

// Whom and what a reference is read from. A person without an event is asked in cohorts and in
// `report: users`; `person` is the world's `nobody` for events without a user.
struct Subject {
  const Person* person = nullptr;
  const Event* event = nullptr;
};

// Which list a reference looks into.
struct ListId {
  bool of_user = false;
  std::string name;
  friend auto operator<=>(const ListId&, const ListId&) = default;
};

class Question {
 public:
  // Works out the members of every cohort of the query. Both arguments must outlive the question.
  Question(const World& world, const query::Query& query);

  const World& world() const { return world_; }
  const query::Query& query() const { return query_; }
  std::span<const Event> events(const Person& person) const { return visible(person, as_of_); }
  bool is_known(const Person& person) const;  // has a profile or a visible event (§8.34)
  bool in_cohort(int cohort, const Person& person) const {
    return members_[cohort].contains(&person);
  }

  // The list a reference looks into, or nothing when it gives one value an event.
  std::optional<ListId> list_of(const query::Reference& reference) const;
  // That of the first test in a filter that has one.
  std::optional<ListId> list_within(const query::Filter& filter) const;
  size_t list_size(const ListId& list, Subject subject) const;
  // REQUIRES: list_of(reference) is nothing.
  event::Value value_of(const query::Reference& reference, Subject subject) const;
  // REQUIRES: element < list_size(list_of(reference)).
  event::Value element_of(const query::Reference& reference, Subject subject, size_t element) const;

  bool passes(const query::Filter& filter, Subject subject) const;

  // Indexes into events(person) of what the selector selects, in order.
  std::vector<size_t> matches(const query::Selector& selector, const Person& person) const;
  // The elements of the list that the selector's filters leave to measures and breakdowns (§8.10).
  std::vector<size_t> kept_elements(const query::Selector& selector, const ListId& list,
                                    Subject subject) const;

  // Members of a cohort whose references to other cohorts are already worked out.
  bool is_member(const query::Cohort& cohort, const Person& person) const;

 private:
  bool passes_element(const query::Filter& filter, const ListId& list, Subject subject,
                      size_t element) const;
  bool test(const query::Filter& filter, const event::Value& value, const Person& person) const;
  bool test_date(const query::Filter& filter, const event::Value& value) const;
  event::Value through_lookup(const query::Reference& reference, const event::Value& key,
                              Subject subject) const;
  // Which version counts, of what has history.
  int64_t version_time(const query::Reference& reference, Subject subject) const;
  const event::Value& list_value(const ListId& list, Subject subject) const;
  event::Value time_part(query::TimePart part, int64_t time) const;
  event::Value formula_value(const query::PropertyFormula& formula, Subject subject) const;
  void keep_passing(const query::Filter& filter, const ListId& list, Subject subject,
                    std::vector<size_t>& kept) const;
  bool meets(const query::CohortCondition& condition, const Person& person) const;
  bool meets_count(const query::CohortCondition& condition, const Person& person) const;

  const World& world_;
  const query::Query& query_;
  base::TimeMs as_of_;  // the query's; an earlier one while a cohort of then is worked out
  std::vector<std::set<const Person*>> members_;  // by cohort
  mutable std::map<const query::Filter*, query::TextTest> text_tests_;
  mutable std::map<const query::PropertyFormula*, query::Evaluator> evaluators_;
};

// The number in a value; null for what is no number.
Number number_of(const event::Value& value);
// Two values are the same in a distinct count when their keys are equal: numbers by value,
// everything else by kind and text.
std::string distinct_key(const event::Value& value);

}  // namespace starling::engine::reference
