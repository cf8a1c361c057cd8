// From the text of a custom property's formula to a typed one: every name becomes a reference or a
// variable, every operation is checked against the types it takes
// (docs/semantics/custom_properties.md).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "query/bind/formula_syntax.h"
#include "query/bind/reference.h"
#include "query/property_formula.h"

namespace starling::query {

class FormulaBinder {
 public:
  // `at`: the formula in the document, for what references have to say.
  FormulaBinder(Scope& scope, Place at, About about, PropertyFormula& out)
      : scope_(scope), at_(std::move(at)), about_(about), out_(out) {}

  // Fails with the place in the formula, or with an empty message when the scope has the problem
  // already.
  base::Result<Expression> bind(const FormulaSyntax& syntax);

 private:
  struct Variable {
    std::string name;
    Expression use;
  };

  base::Result<Expression> number(const FormulaSyntax& syntax);
  base::Result<Expression> name(const FormulaSyntax& syntax);
  base::Result<Expression> reference(const FormulaSyntax& syntax, bool of_user,
                                     const std::string& path);
  base::Result<Expression> index(const FormulaSyntax& syntax);
  base::Result<Expression> operation(const FormulaSyntax& syntax);
  base::Result<Expression> arithmetic(const FormulaSyntax& syntax, Operation operation);
  base::Result<Expression> comparison(const FormulaSyntax& syntax, Operation operation);
  base::Result<Expression> contained(const FormulaSyntax& syntax);

  base::Result<Expression> call(const FormulaSyntax& syntax);
  base::Result<Expression> named_reference(const FormulaSyntax& syntax, bool of_user);
  base::Result<Expression> event_name(const FormulaSyntax& syntax);
  base::Result<Expression> choice(const FormulaSyntax& syntax, size_t first);
  base::Result<Expression> extreme(const FormulaSyntax& syntax, Operation operation);
  base::Result<Expression> rounding(const FormulaSyntax& syntax, Operation operation);
  base::Result<Expression> conversion(const FormulaSyntax& syntax, Operation operation);
  base::Result<Expression> text_function(const FormulaSyntax& syntax, Operation operation,
                                         size_t texts, event::PropertyType type);
  base::Result<Expression> pattern_function(const FormulaSyntax& syntax, Operation operation);
  base::Result<Expression> split(const FormulaSyntax& syntax);
  base::Result<Expression> url(const FormulaSyntax& syntax);
  base::Result<Expression> date_difference(const FormulaSyntax& syntax);
  base::Result<Expression> event_time(const FormulaSyntax& syntax);
  base::Result<Expression> let(const FormulaSyntax& syntax);
  base::Result<Expression> over_list(const FormulaSyntax& syntax, Operation operation);
  base::Result<Expression> length_or_sum(const FormulaSyntax& syntax, Operation operation);

  base::Result<Expression> condition(const FormulaSyntax& syntax);
  base::Result<Expression> numeric(const FormulaSyntax& syntax);
  base::Result<Expression> whole_number(const FormulaSyntax& syntax);
  base::Result<Expression> text(const FormulaSyntax& syntax);
  base::Result<Expression> list(const FormulaSyntax& syntax);
  base::Result<std::string> constant_text(const FormulaSyntax& syntax, std::string_view what);
  base::Result<std::string> variable_name(const FormulaSyntax& syntax);
  // Makes the variable known to what `bind` binds.
  base::Result<Expression> with_variable(const std::string& name, const Expression& value,
                                         size_t slot, const FormulaSyntax& syntax);

  Scope& scope_;
  Place at_;
  About about_;
  PropertyFormula& out_;
  std::vector<Variable> variables_;
  std::vector<std::pair<std::string, size_t>> slots_;  // what is read: index of its reference
};

// Shapes that both halves of the binder make.
Expression operation_of(Operation operation, event::PropertyType type,
                        std::vector<Expression> children = {});
Expression text_constant(std::string text);
bool is_undefined(const Expression& expression);  // the constant
// One element of a list.
Expression element_of(const Expression& list);
event::PropertyType list_of(const event::PropertyType& element);
event::PropertyType plain(event::Type type);
// "a number", "a list of texts": what messages call what was found.
std::string type_words(const Expression& expression);
base::Error expected(const FormulaSyntax& at, std::string_view what, const Expression& found);

}  // namespace starling::query
