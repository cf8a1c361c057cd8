#include "query/bind/selector.h"

#include <algorithm>

namespace starling::query {

bool bind_events(Scope& scope, const Place& at, Selector& selector) {
  size_t problems_before = scope.problems.count();
  std::vector<std::string> known;
  for (const event::EventType& type : scope.catalog.schema.events) known.push_back(type.name);
  std::vector<Place> names = at->is_list() ? read_list(at, scope.problems) : std::vector<Place>{at};
  if (names.empty()) scope.problems.add(at, "expected at least one event");
  for (const Place& item : names) {
    auto name = read_text(item, scope.problems);
    if (!name) continue;
    if (*name == "*") {
      selector.any_event = true;
    } else if (scope.catalog.schema.find_event(*name) == nullptr) {
      scope.problems.add(item, unknown("event", *name, known));
    } else {
      selector.events.push_back(std::move(*name));
    }
  }
  if (selector.any_event) selector.events.clear();
  std::sort(selector.events.begin(), selector.events.end());
  selector.events.erase(std::unique(selector.events.begin(), selector.events.end()),
                        selector.events.end());
  return scope.problems.count() == problems_before;
}

std::optional<Selector> bind_selector(Scope& scope, Fields& fields,
                                      const std::optional<Filter>& report_where) {
  size_t problems_before = scope.problems.count();
  Selector selector;
  selector.report_where = report_where;
  if (auto event = fields.require("event")) bind_events(scope, *event, selector);
  if (auto where = fields.get("where")) selector.where = bind_where(scope, *where);
  if (auto first_time = fields.get("first_time")) {
    const base::Node& node = *first_time->node;
    if (node.kind == base::Node::Kind::kBoolean) {
      selector.first_time = node.boolean ? FirstTime::kEver : FirstTime::kNo;
    } else if (node.is_text() && node.text == "matching") {
      selector.first_time = FirstTime::kMatching;
    } else {
      add_expected(*first_time, scope.problems, "true, false or matching");
    }
  }
  if (scope.problems.count() > problems_before || !fields.is_map()) return std::nullopt;
  return selector;
}

}  // namespace starling::query
