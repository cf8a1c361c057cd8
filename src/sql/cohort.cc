#include "sql/cohort.h"

#include <fmt/format.h>

#include "sql/filter.h"
#include "sql/split.h"
#include "sql/text.h"

namespace starling::sql {
namespace {

using query::Aggregate;
using query::CohortCondition;
using query::Measure;
using Comparison = CohortCondition::Comparison;

std::string_view sign(Comparison comparison) {
  switch (comparison) {
    case Comparison::kAtLeast:
      return ">=";
    case Comparison::kAtMost:
      return "<=";
    case Comparison::kExactly:
      return "=";
    case Comparison::kMoreThan:
      return ">";
    case Comparison::kLessThan:
      return "<";
  }
  return "";
}

bool zero_meets(Comparison comparison, const base::Decimal& number) {
  base::Decimal zero;
  switch (comparison) {
    case Comparison::kAtLeast:
      return zero >= number;
    case Comparison::kAtMost:
      return zero <= number;
    case Comparison::kExactly:
      return zero == number;
    case Comparison::kMoreThan:
      return zero > number;
    case Comparison::kLessThan:
      return zero < number;
  }
  return false;
}

std::string in_window(const query::Window& window) {
  std::string out;
  if (window.from.value != INT64_MIN)
    out += fmt::format("\n  AND e.time >= {}", instant_literal(window.from));
  if (window.to.value != INT64_MAX)
    out += fmt::format("\n  AND e.time < {}", instant_literal(window.to));
  return out;
}

// Users with no event that fits are in no group: where 0 meets the condition, those are looked for
// who do not meet it.
std::string did(Question& question, const CohortCondition& condition) {
  std::string prefix = question.fresh("condition");
  Scope scope;
  std::string where = selects(question, condition.selector, prefix) + in_window(condition.window);
  std::string value = "NULL";
  std::string from = question.events() + " AS e";
  const Measure& of = condition.of;
  if (of.kind == Measure::Kind::kAggregate) {
    if (auto list = question.list_of(*of.property)) {
      std::string kept = kept_elements(question, condition.selector, *list, prefix);
      scope.list = list;
      scope.element = "k";
      from += fmt::format("\nLEFT JOIN {} AS k ON k.event_id = e.event_id", kept);
    }
    value = question.value(*of.property, scope);
  }
  std::string number =
      of.kind == Measure::Kind::kTotal
          ? "count(*)"
          : aggregate(of.aggregate, of.percentile, value, value_type(*of.property));
  bool is_average = of.kind == Measure::Kind::kAggregate && of.aggregate == Aggregate::kAverage;
  bool of_nobody = !is_average && zero_meets(condition.comparison, condition.number);
  std::string holds =
      fmt::format("{} {} {}", number, sign(condition.comparison), condition.number.text());
  question.add({prefix, "",
                fmt::format("SELECT e.user_id\nFROM {}\nWHERE e.user_id IS NOT NULL\n  AND {}\n"
                            "GROUP BY e.user_id\nHAVING {}",
                            from, where, of_nobody ? "NOT coalesce(" + holds + ", false)" : holds),
                false});
  return fmt::format("p.user_id {}IN (SELECT user_id FROM {})", of_nobody ? "NOT " : "", prefix);
}

std::string first_did(Question& question, const CohortCondition& condition) {
  std::string prefix = question.fresh("condition");
  query::Selector first = condition.selector;
  first.first_time = query::FirstTime::kEver;
  std::string where = selects(question, first, prefix) + in_window(condition.window);
  question.add(
      {prefix, "",
       fmt::format("SELECT DISTINCT e.user_id\nFROM {} AS e\nWHERE {}", question.events(), where),
       false});
  return fmt::format("p.user_id IN (SELECT user_id FROM {})", prefix);
}

std::string all_of(Question& question, const query::Cohort& cohort);

std::string meets(Question& question, const CohortCondition& condition) {
  Scope person{"p", true, {}, ""};
  switch (condition.kind) {
    case CohortCondition::Kind::kDid:
      return did(question, condition);
    case CohortCondition::Kind::kFirstDid:
      return first_did(question, condition);
    case CohortCondition::Kind::kUser:
      return sql::condition(question, *condition.user, person, true);
    case CohortCondition::Kind::kCohort:
      return fmt::format("p.user_id IN (SELECT user_id FROM {})",
                         question.cohort(condition.cohort));
    case CohortCondition::Kind::kNested:
      return all_of(question, *condition.nested);
  }
  return "false";
}

std::string all_of(Question& question, const query::Cohort& cohort) {
  std::vector<std::string> parts;
  for (const CohortCondition& condition : cohort.conditions) {
    std::string part = meets(question, condition);
    parts.push_back(condition.negated ? "NOT (" + part + ")" : part);
  }
  if (parts.empty()) return cohort.all ? "true" : "false";
  return "(" + joined(parts, cohort.all ? "\n  AND " : "\n  OR ") + ")";
}

}  // namespace

std::string cohort_body(Question& question, const query::Cohort& cohort) {
  if (cohort.as_of < question.query().as_of)
    question.refuse("a cohort as of an earlier day (cohort_size) cannot be said in SQL yet");
  std::string where = all_of(question, cohort);
  return fmt::format("SELECT p.user_id\nFROM {} AS p\nWHERE {}", question.people(), where);
}

}  // namespace starling::sql
