// Arithmetic of custom properties: exact on integers and decimals, else on binary floats; what
// cannot be said is null (docs/semantics/custom_properties.md, P3 and P4).
#pragma once

#include "query/property_formula.h"

namespace starling::query {

// + - * / % of two values; null unless both are numbers.
event::Value calculate(Operation operation, const event::PropertyType& type, const event::Value& a,
                       const event::Value& b);
event::Value negate(const event::Value& value);
// kFloor, kCeiling, kRound to `digits` behind the point, half away from zero.
event::Value round_number(Operation operation, int digits, const event::Value& value);
// Of any value: numbers as they are, texts that say one, true as 1, dates and times as seconds
// since 1970.
event::Value to_number(const event::Value& value);
// The value in the type that the formula has; null when a number does not fit it.
event::Value fit(const event::PropertyType& type, event::Value value);
// Negative, 0 or positive, as a stands to b; by value. REQUIRES: both are numbers.
int compare_numeric(const event::Value& a, const event::Value& b);

}  // namespace starling::query
