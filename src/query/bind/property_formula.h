// Custom properties (docs/semantics/custom_properties.md): what stands under `custom_properties`,
// and the formula behind a name.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "query/bind/reference.h"
#include "query/property_formula.h"

namespace starling::query {

// Makes the project's and then the report's own custom properties known to the scope. `at`: the
// report's list, if it has one.
void bind_custom_properties(Scope& scope, const std::optional<Place>& at);

// The formula of the custom property, bound once; nullptr when there is none of that name or when
// it has a problem, which is then said (once).
struct FoundFormula {
  bool is_custom = false;
  std::shared_ptr<const PropertyFormula> formula;
};
FoundFormula find_formula(Scope& scope, bool of_user, const std::string& name, About about);

}  // namespace starling::query
