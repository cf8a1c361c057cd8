// What the store remembers of a model so that questions can be answered without it (`starling
// query` needs only the data folder): document "project", read back by query/catalog.h.
#pragma once

#include <string>

#include "model/model.h"

namespace starling::model {

// {"project", "timezone", "week_start", "cohorts": {NAME: DEFINITION}, "metrics": {NAME:
// DEFINITION}, "custom_events": {NAME: DEFINITION}, "session_timeout_ms"}
std::string settings_json(const Model& model);

}  // namespace starling::model
