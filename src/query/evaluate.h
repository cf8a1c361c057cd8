// What a custom property gives for one row (docs/semantics/custom_properties.md). Every engine asks
// this one class.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "query/property_formula.h"

namespace starling::query {

class Evaluator {
 public:
  // `today`: the local date of the question's as_of. The formula and the zone must outlive this.
  Evaluator(const PropertyFormula& formula, const base::TimeZone& zone, base::Date today);
  ~Evaluator();

  // `references`: what each of the formula's references gives for the row; a reference to a list or
  // its members gives the whole list (values_of_list, formula_values.h). `time`: the event's, if
  // there is one. The value has the formula's type, or is null. Thread-safe.
  event::Value value(std::span<const event::Value> references,
                     std::optional<base::TimeMs> time) const;

 private:
  struct Row;
  struct Pattern;

  void compile(const Expression& expression);
  event::Value eval(const Expression& expression, Row& row) const;
  event::Value operate(const Expression& expression, Row& row) const;
  event::Value over_list(const Expression& expression, Row& row) const;
  event::Value match(const Expression& expression, const std::vector<event::Value>& values) const;
  std::optional<base::Date> date_of(const event::Value& value) const;
  bool holds(const Expression& condition, Row& row) const;

  const PropertyFormula& formula_;
  const base::TimeZone& zone_;
  base::Date today_;
  std::map<const Expression*, std::unique_ptr<const Pattern>> patterns_;
};

}  // namespace starling::query
