// Property references (reports.md §1): `{property: items.product_id.product_name}` and its kin.
#pragma once

#include <optional>
#include <string>

#include "query/bind/scope.h"

namespace starling::query {

enum class About : uint8_t { kEvents, kUsers };  // kUsers: only what is known of a user by itself

// Reads the keys property, user, cohort, time, event and as_of of an object that may have others.
std::optional<Reference> bind_reference(Scope& scope, Fields& fields, About about = About::kEvents);

// The property or user property of that path, which stands somewhere inside `at`.
std::optional<Reference> bind_named(Scope& scope, const Place& at, const std::string& path,
                                    bool of_user, About about);

// What stands behind `sum:` and its kin: a path ("items.price") or a reference to a property or
// user property.
std::optional<Reference> bind_measured(Scope& scope, const Place& at);

// What messages call it: "items.price".
std::string reference_text(const Reference& reference);

}  // namespace starling::query
