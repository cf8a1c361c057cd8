#include "model/check_saved.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "query/bind.h"

namespace starling::model {
namespace {

using base::Node;
using base::Problem;
using query::Catalog;

// The texts by which a definition names events.
void collect_event_names(const Node& node, std::vector<std::string>& names) {
  for (const auto& [key, value] : node.fields) {
    bool is_event = key == "event" || key == "did" || key == "did_not" || key == "first_did";
    if (is_event && value.is_text()) names.push_back(value.text);
    if (is_event) {
      for (const Node& item : value.items) {
        if (item.is_text()) names.push_back(item.text);
      }
    }
    collect_event_names(value, names);
  }
  for (const Node& item : node.items) collect_event_names(item, names);
}

// Where event names stand in a column, any name may be an event with that source's properties.
void allow_unknown_events(const Model& model, event::Schema& schema) {
  bool by_column =
      std::any_of(model.events.begin(), model.events.end(),
                  [](const EventSource& source) { return !source.event_column.empty(); });
  if (!by_column) return;
  std::vector<std::string> names;
  for (const auto& [name, definition] : model.cohorts) collect_event_names(definition, names);
  for (const auto& [name, definition] : model.metrics) collect_event_names(definition, names);
  for (const auto& [name, definition] : model.custom_events) {
    collect_event_names(definition, names);
    std::erase(names, name);
  }
  std::vector<std::string> all;
  for (const event::Property& property : schema.properties) all.push_back(property.name);
  for (const std::string& name : names) {
    if (name != "*" && schema.find_event(name) == nullptr) schema.events.push_back({name, all});
    std::sort(schema.events.begin(), schema.events.end(),
              [](auto& a, auto& b) { return a.name < b.name; });
  }
}

void add_problems(const base::Error& error, const std::string& path, int line,
                  std::vector<Problem>& problems) {
  if (error.problems.empty()) problems.push_back({path, line, error.message});
  for (Problem problem : error.problems) {
    std::string separator = problem.path.empty() || problem.path.starts_with("[") ? "" : ".";
    problem.path = path + separator + problem.path;
    if (problem.line == 0) problem.line = line;
    problems.push_back(std::move(problem));
  }
}

// Whether all of them fit; then the catalog knows them.
bool check_custom_properties(const Model& model, Catalog& catalog, std::vector<Problem>& problems) {
  catalog.custom_properties = model.custom_properties;
  auto checked = query::check_custom_properties(catalog, base::SystemClock().now());
  if (checked) return true;
  for (const Problem& problem : checked.error().problems) problems.push_back(problem);
  return false;
}

// A custom event is checked where it is asked for; here it only has to be a new name that fits.
// Then the catalog knows it.
void check_custom_events(const Model& model, Catalog& catalog, std::vector<Problem>& problems) {
  for (const auto& [name, definition] : model.custom_events)
    catalog.custom_events.emplace(name, definition);
  base::TimeMs now = base::SystemClock().now();
  for (size_t i = 0; i < model.custom_events.size(); ++i) {
    const auto& [name, definition] = model.custom_events[i];
    std::string path = fmt::format("custom_events[{}]", i);
    if (catalog.schema.find_event(name) != nullptr) {
      problems.push_back(
          {path, definition.line, fmt::format("there is an event \"{}\" already", name)});
      continue;
    }
    Node metric = Node::of_map({{"event", Node::of(name)}});
    auto checked = query::check_metric(metric, catalog, now);
    if (checked) continue;
    base::Error error = std::move(checked).error();
    std::string start = "custom_events." + name;
    for (Problem& problem : error.problems) {
      if (problem.path.starts_with(start)) problem.path.erase(0, start.size() + 1);
    }
    add_problems(error, path, definition.line, problems);
  }
}

}  // namespace

void check_saved(const Model& model, const event::Schema& schema, std::vector<Problem>& problems) {
  Catalog catalog;
  catalog.schema = schema;
  catalog.timezone = model.timezone;
  catalog.week_start = model.week_start;
  allow_unknown_events(model, catalog.schema);
  // What uses them cannot be judged before they fit.
  if (!check_custom_properties(model, catalog, problems)) return;
  for (const auto& [name, definition] : model.cohorts) catalog.cohorts.emplace(name, definition);
  for (const auto& [name, definition] : model.metrics) catalog.metrics.emplace(name, definition);
  check_custom_events(model, catalog, problems);
  // Relative dates need some day to be relative to; which one does not change whether a definition
  // fits.
  base::TimeMs now = base::SystemClock().now();
  for (size_t i = 0; i < model.cohorts.size(); ++i) {
    const Node& definition = model.cohorts[i].second;
    auto checked = query::check_cohort(definition, catalog, now);
    if (!checked)
      add_problems(checked.error(), fmt::format("cohorts[{}]", i), definition.line, problems);
  }
  for (size_t i = 0; i < model.metrics.size(); ++i) {
    const Node& definition = model.metrics[i].second;
    auto checked = query::check_metric(definition, catalog, now);
    if (!checked)
      add_problems(checked.error(), fmt::format("metrics[{}]", i), definition.line, problems);
  }
}

}  // namespace starling::model
