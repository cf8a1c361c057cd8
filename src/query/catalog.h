// What names in a report may stand for: the schema, and the project's settings, cohorts and
// metrics.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "event/schema.h"

namespace starling::query {

struct Catalog {
  event::Schema schema;
  std::string project;
  std::string timezone = "UTC";
  int week_start = 0;                               // 0 Monday .. 6 Sunday
  std::map<std::string, base::Node> cohorts;        // name -> {all: [...]} or {any: [...]}
  std::map<std::string, base::Node> metrics;        // name -> a metric as in reports.md §2
  std::map<std::string, base::Node> custom_events;  // name -> {any: [event selectors]}
  std::vector<base::Node> custom_properties;        // {property or user: NAME, formula: TEXT}
  int64_t session_timeout_ms = 30 * base::kMinuteMs;
};

// A catalog of a store: its schema, and the settings a sync left there (model/settings.h). An empty
// text gives the defaults.
base::Result<Catalog> read_catalog(const std::string& settings_json, event::Schema schema);

}  // namespace starling::query
