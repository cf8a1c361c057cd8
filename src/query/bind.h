// From a report document to a bound question.
#pragma once

#include "base/document.h"
#include "base/result.h"
#include "query/catalog.h"
#include "query/query.h"

namespace starling::query {

using base::Result;

// Binds a report document as of `as_of`. Names every problem at once, each with its path
// (`metrics[0].measure: unknown measure "ttl"; did you mean "total"?`).
Result<Query> bind(const base::Node& document, const Catalog& catalog, base::TimeMs as_of);

// Checks a cohort or metric definition by itself (the model's, or one to be saved).
Result<void> check_cohort(const base::Node& definition, const Catalog& catalog, base::TimeMs as_of);
Result<void> check_metric(const base::Node& definition, const Catalog& catalog, base::TimeMs as_of);
// Checks all of the catalog's custom properties; paths begin with custom_properties[0].
Result<void> check_custom_properties(const Catalog& catalog, base::TimeMs as_of);

struct CustomProperty {
  bool of_user = false;
  std::string name;
  std::string formula;
  event::PropertyType type;
  std::vector<std::string> event_properties;  // that it reads
};
// Those that fit, of events first, by name.
std::vector<CustomProperty> list_custom_properties(const Catalog& catalog, base::TimeMs as_of);

}  // namespace starling::query
