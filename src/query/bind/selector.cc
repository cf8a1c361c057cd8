#include "query/bind/selector.h"

#include <algorithm>

#include "query/bind/filter.h"

namespace starling::query {

namespace {

// What a name under `event` stands for: rows with one of the names that pass the filter.
struct Branch {
  bool any_event = false;
  std::vector<std::string> events;
  std::optional<Filter> where;
};

class EventBinder {
 public:
  explicit EventBinder(Scope& scope) : scope_(scope) {}

  void bind(const Place& at) {
    std::vector<Place> names =
        at->is_list() ? read_list(at, scope_.problems) : std::vector<Place>{at};
    if (names.empty()) scope_.problems.add(at, "expected at least one event");
    for (const Place& item : names) {
      if (auto name = read_text(item, scope_.problems)) add(item, *name, std::nullopt);
    }
  }

  // The union of the names; a filter only where some name does not stand for all of its rows.
  void finish(Selector& selector) {
    Filter any;
    any.kind = Filter::Kind::kAny;
    bool filtered = false;
    for (Branch& branch : branches_) {
      selector.any_event = selector.any_event || branch.any_event;
      selector.events.insert(selector.events.end(), branch.events.begin(), branch.events.end());
      filtered = filtered || branch.where.has_value();
      any.children.push_back(filter_of(branch));
    }
    if (selector.any_event) selector.events.clear();
    std::sort(selector.events.begin(), selector.events.end());
    selector.events.erase(std::unique(selector.events.begin(), selector.events.end()),
                          selector.events.end());
    if (filtered) selector.definition = std::move(any);
  }

 private:
  void add(const Place& at, const std::string& name, const std::optional<Filter>& where) {
    if (name == "*") {
      branches_.push_back({true, {}, where});
    } else if (scope_.catalog.schema.find_event(name) != nullptr) {
      branches_.push_back({false, {name}, where});
    } else if (auto custom = scope_.catalog.custom_events.find(name);
               custom != scope_.catalog.custom_events.end()) {
      add_custom(at, name, custom->second);
    } else {
      scope_.problems.add(at, unknown("event", name, known_names()));
    }
  }

  // A custom event is made of events of the data, not of other custom events.
  void add_custom(const Place& at, const std::string& name, const base::Node& definition) {
    Fields fields({&definition, "custom_events." + name}, scope_.problems);
    auto any = fields.require("any");
    fields.finish();
    if (!any) return;
    for (const Place& item : read_list(*any, scope_.problems)) {
      Fields branch(item, scope_.problems);
      auto event = branch.require("event");
      std::optional<Filter> where;
      if (auto filters = branch.get("where")) where = bind_where(scope_, *filters);
      branch.finish();
      auto own = event ? read_text(*event, scope_.problems) : std::nullopt;
      if (!own) continue;
      if (*own != "*" && scope_.catalog.schema.find_event(*own) == nullptr) {
        scope_.problems.add(*event, unknown("event", *own, event_names()));
      } else {
        add(at, *own, where);
      }
    }
  }

  static Filter filter_of(const Branch& branch) {
    Filter all;
    if (!branch.any_event) {
      Filter named;
      named.kind = Filter::Kind::kTest;
      named.op = Filter::Operator::kIs;
      named.reference.kind = Reference::Kind::kEventName;
      for (const std::string& name : branch.events) named.operands.push_back(event::Value{name});
      all.children.push_back(std::move(named));
    }
    if (branch.where) all.children.push_back(*branch.where);
    return all;
  }

  std::vector<std::string> event_names() const {
    std::vector<std::string> names;
    for (const event::EventType& type : scope_.catalog.schema.events) names.push_back(type.name);
    return names;
  }
  std::vector<std::string> known_names() const {
    std::vector<std::string> names = event_names();
    for (const auto& [name, definition] : scope_.catalog.custom_events) names.push_back(name);
    return names;
  }

  Scope& scope_;
  std::vector<Branch> branches_;
};

}  // namespace

bool bind_events(Scope& scope, const Place& at, Selector& selector) {
  size_t problems_before = scope.problems.count();
  EventBinder binder(scope);
  binder.bind(at);
  binder.finish(selector);
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
