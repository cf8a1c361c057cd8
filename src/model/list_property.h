// A list of objects from a child table: one object for each of its rows that belong to a fact.
#pragma once

#include "model/scope.h"

namespace starling::model {

// Joins the grouped child table to `facts` and gives the list. `time`: of the facts, for as-of
// joins of the child. The child's own fan-out checks are added to `checks`. Nothing when something
// is wrong; the problems have been noted.
std::optional<Expression> list_property(Scope& facts, const std::string& name,
                                        const ListSource& list,
                                        const std::optional<Expression>& time, const Place& place,
                                        std::vector<Select::FanoutCheck>& checks);

}  // namespace starling::model
