// Operators and operands of filters: which operator goes with which type, and which values it
// takes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/bind/scope.h"

namespace starling::query {

struct OperatorName {
  std::string_view name;  // "not between"
  Filter::Operator op;    // the positive operator
  bool negated;
};

// The operator with this name for values of `type`, or a problem that says which there are.
// `called` is what messages call the value.
std::optional<OperatorName> bind_operator(Scope& scope, const Place& at, const Reference& reference,
                                          const std::string& called);

// One value as the document writes it, for a property of `type` (lists: of their elements).
std::optional<event::Value> bind_value(Scope& scope, const Place& at,
                                       const event::PropertyType& type);

// What the key "value" holds for this operator, or a problem.
std::optional<std::vector<event::Value>> bind_operands(Scope& scope, const Place& at,
                                                       const OperatorName& op,
                                                       const Reference& reference);

// The type of one value that the reference gives: of a list of scalars its elements' type.
const event::PropertyType& value_type(const Reference& reference);

}  // namespace starling::query
