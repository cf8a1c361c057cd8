// The text of a formula as a tree: of metrics (reports.md §2) and of custom properties
// (docs/semantics/custom_properties.md). What its names mean is bound elsewhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace starling::query {

struct FormulaSyntax {
  enum class Kind : uint8_t {
    kNumber,    // text: as written, "2.50"
    kText,      // text: what the quotes hold
    kName,      // text: a name, with its points: "location_id.location_name"
    kOperator,  // text: "+", "==", "and", …; one child for "-" and "not" before a value, else two
    kCall,      // text: the function as written; children: its arguments
    kIndex,     // children: what is looked into, and where
  };

  Kind kind = Kind::kNumber;
  std::string text;
  bool quoted = false;  // kName: in backquotes, so never a word of the language
  size_t at = 0;        // the character of the formula where it stands, from 1
  std::vector<FormulaSyntax> children;
};

// Loosest first: or; and; not; == != < <= > >= in; + -; * / %; - before a value; [ ]. Words may be
// in capitals. Fails with the place: `at character 5: expected a value; found "*"`, and for more
// than 20,000 characters, 2,000 parts or 64 levels.
base::Result<FormulaSyntax> parse_formula_syntax(std::string_view text);

// `at character 5: WHAT`
base::Error formula_fault(size_t at, std::string_view what);

// The word in small letters; functions and words of the language may be written in capitals.
std::string lower_case_word(std::string_view word);

}  // namespace starling::query
