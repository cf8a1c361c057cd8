#include "query/bind/cohort.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "query/bind/filter.h"
#include "query/bind/measure.h"
#include "query/bind/selector.h"
#include "query/bind/window.h"

namespace starling::query {
namespace {

using base::json_quoted;
using Kind = CohortCondition::Kind;
using Comparison = CohortCondition::Comparison;

constexpr std::pair<std::string_view, Comparison> kComparisons[] = {
    {"at_least", Comparison::kAtLeast},   {"at_most", Comparison::kAtMost},
    {"exactly", Comparison::kExactly},    {"more_than", Comparison::kMoreThan},
    {"less_than", Comparison::kLessThan},
};
constexpr std::string_view kKinds[] = {"did",    "did_not", "first_did", "user",
                                       "cohort", "any",     "all"};

std::optional<Cohort> bind_group(Scope& scope, Fields& fields);

void bind_comparison(Scope& scope, Fields& fields, CohortCondition& condition) {
  std::string given;
  for (const auto& [name, comparison] : kComparisons) {
    auto at = fields.get(name);
    if (!at) continue;
    if (!given.empty())
      scope.problems.add(*at, fmt::format("{} and {} cannot stand together", given, name));
    given = name;
    condition.comparison = comparison;
    if (auto number = read_number(*at, scope.problems)) condition.number = *number;
  }
}

CohortCondition bind_behaviour(Scope& scope, Fields& fields, const std::string& kind) {
  CohortCondition condition;
  condition.kind = kind == "first_did" ? Kind::kFirstDid : Kind::kDid;
  condition.negated = kind == "did_not";
  bind_events(scope, *fields.get(kind), condition.selector);
  if (kind == "first_did") condition.selector.first_time = FirstTime::kEver;
  if (auto where = fields.get("where")) condition.selector.where = bind_where(scope, *where);
  if (kind == "did") {
    bind_comparison(scope, fields, condition);
    if (auto of = fields.get("of")) {
      if (auto measure = bind_condition_measure(scope, *of)) condition.of = std::move(*measure);
    }
  }
  condition.window = bind_window(scope, fields);
  return condition;
}

CohortCondition bind_user_condition(Scope& scope, Fields& fields) {
  CohortCondition condition;
  condition.kind = Kind::kUser;
  condition.user = bind_test(scope, fields, About::kUsers);
  return condition;
}

CohortCondition bind_membership(Scope& scope, Fields& fields) {
  CohortCondition condition;
  condition.kind = Kind::kCohort;
  Place at = *fields.get("cohort");
  if (auto name = read_text(at, scope.problems))
    condition.cohort = find_cohort(scope, at, *name).value_or(-1);
  if (auto op = fields.get("op")) {
    auto negated =
        read_choice<bool>(*op, scope.problems, "operator", {{"in", false}, {"not in", true}});
    condition.negated = negated.value_or(false);
  }
  return condition;
}

CohortCondition bind_nested(Scope& scope, Fields& fields) {
  CohortCondition condition;
  condition.kind = Kind::kNested;
  if (auto group = bind_group(scope, fields))
    condition.nested = std::make_shared<const Cohort>(std::move(*group));
  return condition;
}

std::optional<CohortCondition> bind_condition(Scope& scope, const Place& at) {
  Fields fields(at, scope.problems);
  if (!fields.is_map()) return std::nullopt;
  std::vector<std::string> given, kinds;
  for (std::string_view kind : kKinds) {
    kinds.emplace_back(kind);
    if (fields.has(kind)) given.emplace_back(kind);
  }
  if (given.empty()) {
    // A slip in the key that says what the condition is gets the nearest key's name.
    for (const auto& [key, value] : at->fields) {
      auto meant = base::nearest(key, kinds);
      if (!meant) continue;
      scope.problems.add(at.field(key, value), unknown("key", key, kinds));
      return std::nullopt;
    }
    scope.problems.add(at, "expected a condition: one of the keys " + any_of(kinds));
    return std::nullopt;
  }
  if (given.size() > 1) {
    scope.problems.add(at, fmt::format("{} and {} cannot stand together", given[0], given[1]));
    return std::nullopt;
  }
  CohortCondition condition;
  if (given[0] == "user") {
    condition = bind_user_condition(scope, fields);
  } else if (given[0] == "cohort") {
    condition = bind_membership(scope, fields);
  } else if (given[0] == "any" || given[0] == "all") {
    condition = bind_nested(scope, fields);
  } else {
    condition = bind_behaviour(scope, fields, given[0]);
  }
  fields.finish();
  return condition;
}

// The keys all or any of a definition or of a nested condition.
std::optional<Cohort> bind_group(Scope& scope, Fields& fields) {
  auto all = fields.get("all"), any = fields.get("any");
  if (!fields.is_map()) return std::nullopt;
  if (all.has_value() == any.has_value()) {
    scope.problems.add(fields.at(),
                       all ? "all and any cannot stand together; put one inside the other"
                           : "expected a list of conditions under all or any");
    return std::nullopt;
  }
  Cohort cohort;
  cohort.all = all.has_value();
  const Place& list = all ? *all : *any;
  std::vector<Place> items = read_list(list, scope.problems);
  if (list->is_list() && items.empty()) scope.problems.add(list, "expected at least one condition");
  for (const Place& item : items) {
    if (auto condition = bind_condition(scope, item))
      cohort.conditions.push_back(std::move(*condition));
  }
  return cohort;
}

// "A > B > A"
std::string cycle_text(const std::vector<std::string>& open, const std::string& name) {
  std::string out;
  for (auto at = std::find(open.begin(), open.end(), name); at != open.end(); ++at)
    out += *at + " > ";
  return out + name;
}

}  // namespace

std::optional<int> bind_cohort(Scope& scope, const Place& at, const std::string& name) {
  size_t problems_before = scope.problems.count();
  Fields fields(at, scope.problems);
  fields.get("cohort");
  if (!name.empty()) scope.open_cohorts.push_back(name);
  auto cohort = bind_group(scope, fields);
  if (!name.empty()) scope.open_cohorts.pop_back();
  fields.finish();
  if (!cohort || scope.problems.count() > problems_before) return std::nullopt;
  cohort->name = name;
  cohort->as_of = scope.as_of;
  scope.cohorts.push_back(std::move(*cohort));
  return static_cast<int>(scope.cohorts.size()) - 1;
}

std::optional<int> find_cohort(Scope& scope, const Place& at, const std::string& name) {
  const auto& open = scope.open_cohorts;
  if (std::find(open.begin(), open.end(), name) != open.end()) {
    scope.problems.add(at, fmt::format("the cohort {} refers to itself: {}", json_quoted(name),
                                       cycle_text(open, name)));
    return std::nullopt;
  }
  if (auto bound = scope.cohort_index.find(name); bound != scope.cohort_index.end()) {
    return bound->second < 0 ? std::nullopt : std::optional(bound->second);
  }
  auto saved = scope.catalog.cohorts.find(name);
  if (saved == scope.catalog.cohorts.end()) {
    std::vector<std::string> names;
    for (const auto& [known, definition] : scope.catalog.cohorts) names.push_back(known);
    scope.problems.add(at, unknown("cohort", name, names));
    return std::nullopt;
  }
  auto index = bind_cohort(scope, {&saved->second, "cohorts." + name}, name);
  scope.cohort_index[name] = index.value_or(-1);
  return index;
}

std::optional<int> find_cohort_as_of(Scope& scope, const Place& at, const std::string& name,
                                     base::TimeMs as_of) {
  base::TimeMs now = scope.as_of;
  base::Date today = scope.today;
  std::map<std::string, int> known = std::move(scope.cohort_index);
  scope.cohort_index.clear();
  scope.as_of = as_of;
  scope.today = scope.timezone.to_local({as_of.value - 1}).date;  // the day that ends with as_of
  auto index = find_cohort(scope, at, name);
  scope.as_of = now;
  scope.today = today;
  scope.cohort_index = std::move(known);
  return index;
}

}  // namespace starling::query
