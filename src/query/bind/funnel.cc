#include <fmt/format.h>

#include "query/bind/breakdown.h"
#include "query/bind/range.h"
#include "query/bind/report.h"
#include "query/bind/selector.h"
#include "query/bind/sequence.h"

namespace starling::query {
namespace {

constexpr size_t kMinSteps = 2, kMaxSteps = 100;
constexpr size_t kMaxExclusions = 20;
constexpr int64_t kMinWindowMs = 2000;

void bind_steps(Scope& scope, Fields& fields, Funnel& funnel) {
  auto at = fields.require("steps");
  if (!at) return;
  std::vector<Place> items = read_list(*at, scope.problems);
  if (at->node->is_list() && (items.size() < kMinSteps || items.size() > kMaxSteps)) {
    scope.problems.add(
        *at, fmt::format("expected {} to {} steps; found {}", kMinSteps, kMaxSteps, items.size()));
  }
  for (const Place& item : items) {
    Fields step(item, scope.problems);
    auto selector = bind_selector(scope, step, std::nullopt);
    step.finish();
    if (selector) funnel.steps.push_back({std::move(*selector), event_names(item)});
  }
}

// `between: [i, j]`, steps counted from 1; nothing after a problem.
bool bind_between(Scope& scope, const Place& at, size_t steps, Funnel::Exclusion& exclusion) {
  std::vector<Place> ends = read_list(at, scope.problems);
  if (!at->is_list()) return false;
  if (ends.size() != 2) {
    scope.problems.add(at, fmt::format("expected two steps like [1, 2]; found {}", ends.size()));
    return false;
  }
  auto last_step = static_cast<int64_t>(steps);
  auto first = read_whole_number(ends[0], scope.problems, 1, last_step);
  auto last = read_whole_number(ends[1], scope.problems, 1, last_step);
  if (!first || !last) return false;
  if (*first >= *last) {
    scope.problems.add(at, fmt::format("step {} does not come before step {}", *first, *last));
    return false;
  }
  exclusion.first_gap = static_cast<int>(*first) - 1;
  exclusion.last_gap = static_cast<int>(*last) - 2;
  return true;
}

void bind_exclusions(Scope& scope, const Place& at, size_t steps, Funnel& funnel) {
  if (funnel.any_order)
    scope.problems.add(at,
                       "exclude goes with order: sequence only; steps in any order have no gaps");
  std::vector<Place> items = read_list(at, scope.problems);
  if (items.size() > kMaxExclusions) {
    scope.problems.add(
        at, fmt::format("at most {} exclusions fit; found {}", kMaxExclusions, items.size()));
  }
  for (const Place& item : items) {
    Fields fields(item, scope.problems);
    Funnel::Exclusion exclusion;
    auto selector = bind_selector(scope, fields, std::nullopt);
    bool fits = true;
    exclusion.last_gap = static_cast<int>(steps) - 2;
    if (auto between = fields.get("between"))
      fits = bind_between(scope, *between, steps, exclusion);
    fields.finish();
    if (!selector || !fits) continue;
    exclusion.selector = std::move(*selector);
    funnel.exclusions.push_back(std::move(exclusion));
  }
}

void bind_counting(Scope& scope, Fields& fields, Funnel& funnel) {
  if (auto at = fields.get("window"))
    funnel.window_ms = bind_duration(scope, *at, kMinWindowMs).value_or(funnel.window_ms);
  funnel.count = bind_count<Funnel::Count>(scope, fields);
  if (auto at = fields.get("reentry")) {
    auto optimized =
        read_choice<bool>(*at, scope.problems, "re-entry", {{"first", false}, {"optimized", true}});
    funnel.optimized = optimized.value_or(false);
    if (funnel.optimized && funnel.count != Funnel::Count::kUsers)
      scope.problems.add(*at, "optimized goes with count: users only");
  }
  if (auto at = fields.get("order")) {
    auto any =
        read_choice<bool>(*at, scope.problems, "order", {{"sequence", false}, {"any", true}});
    funnel.any_order = any.value_or(false);
  }
  if (auto at = fields.get("grace")) {
    bool zero = at->node->kind == base::Node::Kind::kNumber && at->node->text == "0";
    auto length = zero ? std::optional<int64_t>(0) : bind_duration(scope, *at, 0);
    funnel.grace_ms = length.value_or(0);
  }
}

void bind_attribute(Scope& scope, const Place& at, size_t steps, Funnel& funnel) {
  if (!at->is_map()) {
    auto attribute = read_choice<Funnel::Attribute>(
        at, scope.problems, "attribution (or {step: N})",
        {{"first", Funnel::Attribute::kFirst}, {"last", Funnel::Attribute::kLast}});
    funnel.attribute = attribute.value_or(Funnel::Attribute::kFirst);
    return;
  }
  Fields fields(at, scope.problems);
  if (auto step = fields.require("step")) {
    auto number = read_whole_number(*step, scope.problems, 1, static_cast<int64_t>(steps));
    funnel.attribute = Funnel::Attribute::kStep;
    funnel.attribute_step = static_cast<int>(number.value_or(1)) - 1;
  }
  fields.finish();
}

}  // namespace

void bind_funnel(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
                 Query& query) {
  RangeAndIntervals range = bind_range(scope, fields, bind_unit(scope, fields));
  query.range = std::move(range.range);
  query.intervals = std::move(range.intervals);
  Funnel funnel;
  bind_steps(scope, fields, funnel);
  const base::Node* listed = fields.at()->find("steps");
  size_t steps = listed == nullptr ? 0 : listed->items.size();
  bind_counting(scope, fields, funnel);
  if (auto at = fields.get("exclude")) bind_exclusions(scope, *at, steps, funnel);
  funnel.hold = bind_hold(scope, fields);
  if (!funnel.hold.empty() && funnel.count == Funnel::Count::kSessions)
    scope.problems.add(*fields.get("hold"), "hold cannot go with count: sessions");
  if (auto at = fields.get("attribute")) bind_attribute(scope, *at, steps, funnel);
  if (auto at = fields.get("breakdown")) funnel.breakdowns = bind_breakdowns(scope, *at, false);
  funnel.where = report_where;
  query.report = std::move(funnel);
}

}  // namespace starling::query
