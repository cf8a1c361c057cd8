// Filters as SQL conditions (docs/semantics/insights.md, "Filters").
#pragma once

#include <optional>
#include <string>

#include "sql/question.h"

namespace starling::sql {

// A condition that is true exactly where the filter passes. It may be NULL where the filter does
// not pass, unless `strict`: what stands under a negation must be false, never NULL, because a
// negative operator holds where the property is not set.
std::string condition(Question& question, const query::Filter& filter, const Scope& scope,
                      bool strict = false);

// The events a selector selects, as conditions on row `e` of events, joined by AND. `prefix` begins
// the names of queries that it needs beside it. Events without a user pass unless it asks for a
// first time.
std::string selects(Question& question, const query::Selector& selector, const std::string& prefix);

// Of a list's elements, as row `x`: what the selector's filters leave to measures and breakdowns
// (§8.10); "" = all of them. Event-level references read row `e` of events.
std::string keeps(Question& question, const query::Selector& selector, const ListId& list);

}  // namespace starling::sql
