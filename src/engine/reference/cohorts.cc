// Who is in a cohort (docs/semantics/cohorts.md).
#include <algorithm>

#include "engine/kernel/aggregate.h"
#include "engine/reference/measure.h"
#include "engine/reference/question.h"

namespace starling::engine::reference {

using query::CohortCondition;
using Comparison = CohortCondition::Comparison;

bool Question::is_member(const query::Cohort& cohort, const Person& person) const {
  auto is_met = [&](const CohortCondition& condition) {
    return meets(condition, person) != condition.negated;
  };
  return cohort.all ? std::ranges::all_of(cohort.conditions, is_met)
                    : std::ranges::any_of(cohort.conditions, is_met);
}

bool Question::meets(const CohortCondition& condition, const Person& person) const {
  switch (condition.kind) {
    case CohortCondition::Kind::kDid:
      return meets_count(condition, person);
    case CohortCondition::Kind::kFirstDid: {
      query::Selector first = condition.selector;
      first.first_time = query::FirstTime::kEver;
      return std::ranges::any_of(matches(first, person), [&](size_t i) {
        int64_t time = events(person)[i].time;
        return time >= condition.window.from.value && time < condition.window.to.value;
      });
    }
    case CohortCondition::Kind::kUser:
      return passes(*condition.user, {&person, nullptr});
    case CohortCondition::Kind::kCohort:
      return in_cohort(condition.cohort, person);
    case CohortCondition::Kind::kNested:
      return is_member(*condition.nested, person);
  }
  return false;
}

bool Question::meets_count(const CohortCondition& condition, const Person& person) const {
  std::vector<Hit> hits;
  for (size_t i : matches(condition.selector, person)) {
    const Event& event = events(person)[i];
    if (event.time < condition.window.from.value || event.time >= condition.window.to.value)
      continue;
    hits.push_back({&person, event.time,
                    measured_values(*this, condition.selector, condition.of, {&person, &event})});
  }
  std::vector<const Hit*> all;
  for (const Hit& hit : hits) all.push_back(&hit);
  Number value = finish(condition.of, all);
  if (is_null(value)) return false;
  int order = compare_numbers(value, condition.number);
  switch (condition.comparison) {
    case Comparison::kAtLeast:
      return order >= 0;
    case Comparison::kAtMost:
      return order <= 0;
    case Comparison::kExactly:
      return order == 0;
    case Comparison::kMoreThan:
      return order > 0;
    case Comparison::kLessThan:
      return order < 0;
  }
  return false;
}

}  // namespace starling::engine::reference
