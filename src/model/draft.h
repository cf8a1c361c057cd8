// One source compiled by itself, before the property types of all sources are made common.
#pragma once

#include <string>
#include <vector>

#include "model/scope.h"

namespace starling::model {

struct DraftProperty {
  std::string name;
  Expression value;
  Place place;
};

struct Draft {
  Select select;  // without sql and properties
  std::vector<std::pair<std::string, Expression>>
      heads;  // the columns before the properties: output name, expression
  std::vector<DraftProperty> properties;
  std::vector<Scope> scope;  // none when the relation is not there
  std::optional<Expression> cursor;
  Place place;
};

Draft draft_events(Workshop& workshop, const EventSource& source, const Place& place);
Draft draft_users(Workshop& workshop, const UserSource& source, const Place& place);
Draft draft_lookup(Workshop& workshop, const LookupSource& source, const Place& place);

// Writes the SELECTs. Every property leaves them with its type in `types` (by position).
void finish(Draft& draft, Workshop& workshop, const std::vector<event::PropertyType>& types);

}  // namespace starling::model
