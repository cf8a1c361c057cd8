// Values in formulas of custom properties: how they compare, the elements of lists, whole units
// between dates (docs/semantics/custom_properties.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "event/value.h"

namespace starling::query {

// Negative, 0 or positive, as a stands to b: numbers by value, texts without case. Nothing when one
// of them is not set, when they are of different kinds, or lists.
std::optional<int> compare_values(const event::Value& a, const event::Value& b);

// Lists of values or objects; 0 for everything else.
size_t list_size(const event::Value& list);
// An object comes as a list of itself. REQUIRES: element < list_size(list).
event::Value list_element(const event::Value& list, size_t element);
// Of one object, as list_element gives it; null when it has no such member.
event::Value member_of(const event::Value& object, const std::string& name);
// What a reference to a list gives a formula: the list, or the member of each of its objects (null
// where one has none).
event::Value values_of_list(const event::Value& list, const std::string& member);

// Excel's DATEDIF, in D, M, Y, MD, YM or YD; nothing when `to` comes first.
std::optional<int64_t> date_difference(base::Date from, base::Date to, const std::string& unit);

}  // namespace starling::query
