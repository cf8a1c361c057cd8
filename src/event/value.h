// A value of a property and its type. One value is what a person sees in one cell; columns of
// values are in column.h.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"

namespace starling::event {

enum class Type : uint8_t {
  kBoolean,
  kInteger,
  kDecimal,
  kFloat,
  kText,
  kDate,
  kTime,
  kList,
  kObjects
};

struct Member;

// The declared type of a property. A list holds scalars of one type; objects is a list of flat
// objects.
struct PropertyType {
  Type type = Type::kText;
  uint8_t scale = 0;            // kDecimal: digits behind the point
  std::vector<Member> members;  // kObjects: the members by name; kList: one member named ""

  bool is_number() const {
    return type == Type::kInteger || type == Type::kDecimal || type == Type::kFloat;
  }
  bool is_list() const { return type == Type::kList || type == Type::kObjects; }
  const Member* member(std::string_view name) const;  // nullptr when there is none

  friend bool operator==(const PropertyType&, const PropertyType&) = default;
};

struct Member {
  std::string name;
  PropertyType type;  // never a list

  friend bool operator==(const Member&, const Member&) = default;
};

std::string_view type_name(Type type);  // "text"

// The type that holds values of both: integer and decimal give the wider decimal, numbers with a
// float give float, objects give the union of their members. Nothing when no such type exists (text
// and number).
std::optional<PropertyType> common_type(const PropertyType& a, const PropertyType& b);

struct Value;
using Values = std::vector<Value>;                          // a list's elements, in order
using Object = std::vector<std::pair<std::string, Value>>;  // null members are absent

struct Value {
  using Data = std::variant<std::monostate, bool, int64_t, base::Decimal, double, std::string,
                            base::Date, base::TimeMs, Values, std::vector<Object>>;
  Data data;

  // Defined where the type is whole: clang looks into them while pair<string, Value> is not.
  Value();
  Value(Data given);

  bool is_null() const { return data.index() == 0; }
  bool is_number() const { return data.index() >= 2 && data.index() <= 4; }
  // The number as an exact decimal when it is an integer or a decimal.
  std::optional<base::Decimal> exact() const;
  double to_double() const;  // REQUIRES: is_number()

  // Same kind and same content; numbers compare by value (2 equals 2.0).
  friend bool operator==(const Value& a, const Value& b);
};

// JSON of a value: dates "2024-09-01", times RFC 3339 in UTC, decimals exact, null members left
// out.
std::string to_json(const Value& value);
// As a person reads it, without quotes: segment labels, CSV, the text of a lookup key (1, 1.0 and
// "1" are equal).
std::string to_text(const Value& value);

}  // namespace starling::event
