// A custom property: a formula over the properties of one event or one user, bound and typed
// (docs/semantics/custom_properties.md). Plain data; evaluate.h says what it gives.
#pragma once

#include <string>
#include <vector>

#include "query/query.h"

namespace starling::query {

enum class Operation : uint8_t {
  kNegate,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kConcatenate,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAnd,
  kOr,
  kNot,
  kInText,
  kInList,
  kElement,  // list, place from 1
  kMember,   // object; its name is the constant
  kIf,       // condition, then, else
  kDefined,
  kBoolean,
  kNumber,
  kText,
  kDate,
  kHasPrefix,
  kHasSuffix,
  kRegexMatch,    // the pattern is the constant, as in the next two
  kRegexExtract,  // group
  kRegexReplace,  // replacement
  kMinimum,
  kMaximum,
  kFloor,
  kCeiling,
  kRound,  // number, digits
  kUpper,
  kLower,
  kLength,
  kLeft,
  kRight,
  kMiddle,
  kSplit,           // text, delimiter: a list
  kSplitPart,       // text, delimiter, place from 1
  kUrlDomain,       // "google"
  kUrlFullDomain,   // "google.co.uk"
  kDateDifference,  // from, to; the unit is the constant
  kToday,           // the local date of as_of
  kEventTime,
  kLet,     // what the variable stands for, the rest
  kAnyOf,   // list, condition on the variable
  kAllOf,   // "
  kFilter,  // "
  kMap,     // list, value of the variable
  kSum,     // of a list's numbers
};

struct Expression {
  enum class Kind : uint8_t {
    kConstant,   // constant; null: undefined, which has every type
    kReference,  // slot: an index into PropertyFormula::references
    kVariable,   // slot
    kOperation,
  };

  Kind kind = Kind::kConstant;
  event::PropertyType type;
  bool object = false;  // type is kObjects: one object instead of a list of them
  event::Value constant;
  size_t slot = 0;  // kOperation: the variable that it sets
  Operation operation = Operation::kAdd;
  std::vector<Expression> children;
};

struct PropertyFormula {
  std::string name;
  std::string text;
  bool of_user = false;               // reads nothing of the event
  std::vector<Reference> references;  // each with the values of one row; lists come whole
  size_t variables = 0;
  bool reads_time = false;  // the event's
  Expression root;          // no list
};

}  // namespace starling::query
