#include <algorithm>

#include "query/bind/range.h"
#include "query/bind/report.h"
#include "query/bind/selector.h"
#include "query/bind/sequence.h"

namespace starling::query {
namespace {

constexpr int64_t kMaxSteps = 50, kMaxRows = 1000, kMinWindowMs = 2000;

int bind_steps(Scope& scope, Fields& fields, std::string_view key, int otherwise) {
  auto at = fields.get(key);
  if (!at) return otherwise;
  return static_cast<int>(read_whole_number(*at, scope.problems, 0, kMaxSteps).value_or(otherwise));
}

std::vector<std::string> bind_hide(Scope& scope, const Place& at) {
  Selector hidden;
  if (!at->is_list()) {
    add_expected(at, scope.problems, "a list of events");
  } else if (!at->items.empty() && bind_events(scope, at, hidden) && hidden.any_event) {
    scope.problems.add(at, "hiding every event leaves no flow");
  } else if (hidden.definition) {
    scope.problems.add(at,
                       "a custom event with filters is only some of its events; hide takes "
                       "events whole");
  }
  return hidden.events;
}

void refuse(Scope& scope, Fields& fields, std::string_view key, std::string why) {
  if (auto at = fields.get(key)) scope.problems.add(*at, std::move(why));
}

}  // namespace

void bind_flow(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
               Query& query) {
  query.range = bind_range(scope, fields, std::nullopt).range;
  Flow flow;
  auto anchors = fields.require("anchors");
  if (anchors) {
    flow.anchors = bind_selectors(scope, *anchors);
    if (anchors->node->is_list() && anchors->node->items.empty())
      scope.problems.add(*anchors, "expected at least one event to start from");
  }
  flow.after = bind_steps(scope, fields, "after", flow.after);
  flow.before = bind_steps(scope, fields, "before", flow.before);
  if (auto at = fields.get("rows")) {
    flow.rows =
        static_cast<uint64_t>(read_whole_number(*at, scope.problems, 1, kMaxRows).value_or(1));
  }
  flow.count = bind_count<Flow::Count>(scope, fields);
  if (auto at = fields.get("collapse_repeats"))
    flow.collapse_repeats = read_boolean(*at, scope.problems).value_or(false);
  if (auto at = fields.get("hide")) flow.hide = bind_hide(scope, *at);
  if (auto at = fields.get("window")) {
    if (anchors && anchors->node->items.size() < 2)
      scope.problems.add(*at, "a window goes with two or more anchors");
    flow.window_ms = bind_duration(scope, *at, kMinWindowMs).value_or(flow.window_ms);
  }
  flow.hold = bind_hold(scope, fields);
  refuse(scope, fields, "unit", "a flow has no trend; leave unit out");
  refuse(scope, fields, "breakdown", "a flow has no breakdown; filter with where instead");
  refuse(scope, fields, "exclude", "a flow has no exclusions; hide the event, or ask a funnel");
  flow.where = report_where;
  query.report = std::move(flow);
}

}  // namespace starling::query
