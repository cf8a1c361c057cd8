// Cohorts (reports.md §6): saved ones by name, and definitions in place.
#pragma once

#include <optional>
#include <string>

#include "query/bind/scope.h"

namespace starling::query {

// The index of a saved cohort in Scope::cohorts, bound now if it was not yet. `at` names it and
// gets the problems of the name itself; problems of the definition carry the path "cohorts.NAME…".
std::optional<int> find_cohort(Scope& scope, const Place& at, const std::string& name);

// The same cohort as it was when `as_of` was now: windows count from there, later events are not
// seen.
std::optional<int> find_cohort_as_of(Scope& scope, const Place& at, const std::string& name,
                                     base::TimeMs as_of);

// A definition, {all: […]} or {any: […]}, with the cohort's name where it has one. Adds it to
// Scope::cohorts.
std::optional<int> bind_cohort(Scope& scope, const Place& at, const std::string& name);

}  // namespace starling::query
