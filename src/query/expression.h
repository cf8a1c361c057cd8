// Formulas of custom properties (semantics.md §4.13): a tree over variables, constants and named
// functions, and its value. Every engine works them out here, so that all say the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "event/value.h"

namespace starling::query {

struct Expression {
  enum class Kind : uint8_t {
    kConstant,  // constant; null is `undefined`
    kVariable,  // index: an operand of the custom property
    kLocal,     // index: a name bound by let, any, all, filter or map, counted from the outermost
    kCall,      // function, over the children
  };

  Kind kind = Kind::kConstant;
  event::Value constant;
  int index = 0;
  std::string function;  // its canonical name: "+", "==", "if", "regex_match", "let", …
  std::vector<Expression> children;

  friend bool operator==(const Expression&, const Expression&) = default;
};

}  // namespace starling::query
