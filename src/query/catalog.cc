#include "query/catalog.h"

#include <cstdlib>

namespace starling::query {

base::Result<Catalog> read_catalog(const std::string& settings_json, event::Schema schema) {
  Catalog catalog;
  catalog.schema = std::move(schema);
  if (settings_json.empty()) return catalog;
  base::Node settings = TRY(base::parse_json(settings_json));
  if (const base::Node* project = settings.find("project")) catalog.project = project->text;
  if (const base::Node* timezone = settings.find("timezone")) catalog.timezone = timezone->text;
  if (const base::Node* week_start = settings.find("week_start")) {
    catalog.week_start = std::atoi(week_start->text.c_str());
  }
  if (const base::Node* cohorts = settings.find("cohorts")) {
    for (auto& [name, definition] : cohorts->fields) catalog.cohorts.emplace(name, definition);
  }
  if (const base::Node* metrics = settings.find("metrics")) {
    for (auto& [name, definition] : metrics->fields) catalog.metrics.emplace(name, definition);
  }
  if (const base::Node* events = settings.find("custom_events")) {
    for (auto& [name, definition] : events->fields) catalog.custom_events.emplace(name, definition);
  }
  if (const base::Node* properties = settings.find("custom_properties"))
    catalog.custom_properties = properties->items;
  if (const base::Node* timeout = settings.find("session_timeout_ms"))
    catalog.session_timeout_ms = std::atoll(timeout->text.c_str());
  return catalog;
}

}  // namespace starling::query
