#include "query/bind/property_formula.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/json_writer.h"
#include "query/bind/formula_binder.h"

namespace starling::query {

using base::json_quoted;

namespace {

// {property: NAME, formula: TEXT} or {user: NAME, formula: TEXT}.
void add_definition(Scope& scope, const Place& at,
                    std::map<std::pair<bool, std::string>, Place>& to) {
  Fields fields(at, scope.problems);
  if (!fields.is_map()) return;
  auto of_event = fields.get("property"), of_user = fields.get("user");
  auto formula = fields.require("formula");
  if (formula) read_text(*formula, scope.problems);
  fields.finish();
  if (of_event.has_value() == of_user.has_value()) {
    scope.problems.add(at,
                       "expected one of the keys property or user: the name of what the formula "
                       "makes");
    return;
  }
  auto name = read_text(of_user ? *of_user : *of_event, scope.problems);
  if (!name) return;
  if (name->empty()) {
    scope.problems.add(of_user ? *of_user : *of_event, "a name has at least one character");
  } else if (!to.try_emplace({of_user.has_value(), *name}, at).second) {
    scope.problems.add(at, fmt::format("{} is defined twice", json_quoted(*name)));
  }
}

// Says why a formula does not fit, unless the scope knows already.
std::shared_ptr<const PropertyFormula> bind_definition(Scope& scope, bool of_user,
                                                       const std::string& name,
                                                       const Place& definition, About about) {
  const base::Node* text = definition->find("formula");
  if (text == nullptr || !text->is_text()) return nullptr;
  Place at = definition.field("formula", *text);
  auto out = std::make_shared<PropertyFormula>();
  out->name = name;
  out->text = text->text;
  out->of_user = of_user;
  auto syntax = parse_formula_syntax(text->text);
  if (!syntax) {
    scope.problems.add(at, syntax.error().message);
    return nullptr;
  }
  auto root = FormulaBinder(scope, at, about, *out).bind(syntax.value());
  if (!root) {
    if (!root.error().message.empty()) scope.problems.add(at, root.error().message);
    return nullptr;
  }
  if (root.value().type.is_list() || is_undefined(root.value())) {
    scope.problems.add(at, fmt::format("expected a single value; the formula gives {}. Of a list, "
                                       "take one element, or sum, len, any or all",
                                       type_words(root.value())));
    return nullptr;
  }
  out->root = std::move(root).value();
  return out;
}

}  // namespace

void bind_custom_properties(Scope& scope, const std::optional<Place>& at) {
  auto& known = scope.custom_properties;
  const auto& saved = scope.catalog.custom_properties;
  for (size_t i = 0; i < saved.size(); ++i)
    add_definition(scope, {&saved[i], fmt::format("custom_properties[{}]", i)}, known);
  if (!at) return;
  std::map<std::pair<bool, std::string>, Place> own;
  for (const Place& item : read_list(*at, scope.problems)) add_definition(scope, item, own);
  // The report's own comes before the project's of the same name.
  for (auto& [key, place] : own) known.insert_or_assign(key, place);
  for (auto& [key, place] : own)
    find_formula(scope, key.first, key.second, key.first ? About::kUsers : About::kEvents);
}

FoundFormula find_formula(Scope& scope, bool of_user, const std::string& name, About about) {
  constexpr size_t kMaxDepth = 16;
  auto definition = scope.custom_properties.find({of_user, name});
  if (definition == scope.custom_properties.end()) return {};
  const Place& at = definition->second;
  std::string called = (of_user ? "user " : "") + json_quoted(name);
  auto& open = scope.open_formulas;
  // In a formula of the same name as what the data has, that name is the data's.
  bool in_data = of_user ? scope.catalog.schema.find_user_property(name) != nullptr
                         : scope.catalog.schema.find_property(name) != nullptr;
  if (in_data && !open.empty() && open.back() == called) return {};
  auto key = std::make_tuple(of_user, name, about == About::kUsers);
  auto known = scope.formulas.find(key);
  if (known != scope.formulas.end()) return {true, known->second};
  if (std::ranges::find(open, called) != open.end()) {
    scope.problems.add(at, fmt::format("the custom property {} refers to itself", called));
    return {true, nullptr};
  }
  if (open.size() == kMaxDepth) {
    scope.problems.add(at, fmt::format("custom properties refer to each other through more than {} "
                                       "others",
                                       kMaxDepth));
    return {true, nullptr};
  }
  open.push_back(called);
  auto formula = bind_definition(scope, of_user, name, at, about);
  open.pop_back();
  scope.formulas[key] = formula;
  return {true, std::move(formula)};
}

}  // namespace starling::query
