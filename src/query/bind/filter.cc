// `any` and `all` have two meanings, told apart by what follows: a list of filters is a plain
// or/and; one filter is a quantifier over the elements of the one list whose members it tests.
#include "query/bind/filter.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "query/bind/operand.h"

namespace starling::query {
namespace {

using base::json_quoted;
using Kind = Filter::Kind;

// Where a filter stands: inside a quantifier every test looks at one element of one list.
struct Inside {
  About about = About::kEvents;
  std::optional<std::string> list;  // once the first test has said which
  bool of_user = false;
  bool quantified = false;
};

Filter wrap(Kind kind, Filter child) {
  Filter out;
  out.kind = kind;
  out.children.push_back(std::move(child));
  return out;
}

// `items: all` keeps the whole list for element-level measures.
std::optional<bool> bind_items(Scope& scope, Fields& fields, bool allowed) {
  auto at = fields.get("items");
  if (!at) return false;
  auto keep = read_choice<bool>(*at, scope.problems, "choice of items",
                                {{"all", true}, {"matching", false}});
  if (!keep) return std::nullopt;
  if (!allowed) {
    scope.problems.add(*at, "\"items\" goes with \"any\" over the elements of a list only");
    return std::nullopt;
  }
  return keep;
}

bool fits_quantifier(Scope& scope, const Place& at, const Reference& reference, Inside& inside) {
  std::string called = json_quoted(reference_text(reference));
  if (!reference.element) {
    scope.problems.add(
        at,
        fmt::format(
            "{} is no member of a list; inside any or all with one filter only members are tested",
            called));
    return false;
  }
  if (!inside.list) {
    inside.list = reference.list();
    inside.of_user = reference.of_user();
  }
  if (*inside.list == reference.list() && inside.of_user == reference.of_user()) return true;
  scope.problems.add(at, fmt::format("{} is no member of {}; one any or all looks at one list",
                                     called, json_quoted(*inside.list)));
  return false;
}

std::optional<Filter> test(Scope& scope, Fields& fields, Inside& inside) {
  size_t problems_before = scope.problems.count();
  auto reference = bind_reference(scope, fields, inside.about);
  bool is_cohort = reference && reference->kind == Reference::Kind::kCohort;
  auto op_at = fields.has("op") || is_cohort ? fields.get("op") : fields.require("op");
  auto value_at = fields.get("value");
  auto keep_all = bind_items(scope, fields, reference && reference->element && !inside.quantified);
  if (!reference || (!op_at && !is_cohort)) return std::nullopt;

  OperatorName op{"in", Filter::Operator::kIn, false};
  if (op_at) {
    auto found = bind_operator(scope, *op_at, *reference, reference_text(*reference));
    if (!found) return std::nullopt;
    op = *found;
  }
  Filter out;
  out.kind = Kind::kTest;
  out.op = op.op;
  bool takes_value = op.op != Filter::Operator::kIsSet && op.op != Filter::Operator::kIn;
  if (value_at) {
    auto operands = bind_operands(scope, *value_at, op, *reference);
    if (operands) out.operands = std::move(*operands);
  } else if (takes_value) {
    scope.problems.add(fields.at(), fmt::format("the operator \"{}\" needs a \"value\"", op.name));
  }
  if (inside.quantified) fits_quantifier(scope, fields.at(), *reference, inside);
  if (scope.problems.count() > problems_before) return std::nullopt;

  bool bare_element = reference->element && !inside.quantified;
  std::string list = reference->list();
  out.reference = std::move(*reference);
  if (bare_element) {
    out = wrap(Kind::kAnyElement, std::move(out));
    out.list = std::move(list);
    out.keep_all_items = *keep_all;
  }
  // The negation stands outside: `is not` holds where no element fits, also for an empty list.
  return op.negated ? wrap(Kind::kNot, std::move(out)) : std::move(out);
}

std::optional<Filter> bind_inside(Scope& scope, const Place& at, Inside& inside);

std::optional<Filter> boolean_list(Scope& scope, const Place& at, Kind kind, Inside& inside) {
  Filter out;
  out.kind = kind;
  bool fine = true;
  for (const Place& item : read_list(at, scope.problems)) {
    auto child = bind_inside(scope, item, inside);
    fine = fine && child;
    if (child) out.children.push_back(std::move(*child));
  }
  if (at->items.empty()) scope.problems.add(at, "expected at least one filter");
  return fine && !out.children.empty() ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<Filter> quantifier(Scope& scope, const Place& at, Kind kind, Inside& inside) {
  if (inside.quantified) {
    scope.problems.add(at, "any and all over elements cannot stand inside another");
    return std::nullopt;
  }
  Inside elements;
  elements.about = inside.about;
  elements.quantified = true;
  auto child = bind_inside(scope, at, elements);
  if (!child) return std::nullopt;
  Filter out = wrap(kind, std::move(*child));
  out.list = elements.list.value_or("");
  return out;
}

std::optional<Filter> any_or_all(Scope& scope, Fields& fields, bool any, Inside& inside) {
  auto at = fields.get(any ? "any" : "all");
  if (!at) return std::nullopt;
  bool over_elements = at->node->is_map();
  auto keep_all = bind_items(scope, fields, any && over_elements);
  fields.finish();
  if (!over_elements) return boolean_list(scope, *at, any ? Kind::kAny : Kind::kAll, inside);
  auto out = quantifier(scope, *at, any ? Kind::kAnyElement : Kind::kAllElements, inside);
  if (out) out->keep_all_items = keep_all.value_or(false);
  return out;
}

std::optional<Filter> bind_inside(Scope& scope, const Place& at, Inside& inside) {
  Fields fields(at, scope.problems);
  if (!fields.is_map()) return std::nullopt;
  if (fields.has("any") && fields.has("all")) {
    scope.problems.add(at, "any and all cannot stand together; put one inside the other");
    return std::nullopt;
  }
  if (fields.has("any")) return any_or_all(scope, fields, true, inside);
  if (fields.has("all")) return any_or_all(scope, fields, false, inside);
  if (auto negated = fields.get("not")) {
    fields.finish();
    auto child = bind_inside(scope, *negated, inside);
    return child ? std::optional(wrap(Kind::kNot, std::move(*child))) : std::nullopt;
  }
  auto out = test(scope, fields, inside);
  for (const char* other : {"any", "all", "not"}) fields.get(other);
  fields.finish();
  return out;
}

}  // namespace

std::optional<Filter> bind_filter(Scope& scope, const Place& at, About about) {
  Inside inside;
  inside.about = about;
  return bind_inside(scope, at, inside);
}

std::optional<Filter> bind_where(Scope& scope, const Place& at, About about) {
  if (at->is_list() && at->items.empty()) return std::nullopt;
  Filter out;
  for (const Place& item : read_list(at, scope.problems)) {
    if (auto child = bind_filter(scope, item, about)) out.children.push_back(std::move(*child));
  }
  return out;
}

std::optional<Filter> bind_test(Scope& scope, Fields& fields, About about) {
  Inside inside;
  inside.about = about;
  return test(scope, fields, inside);
}

}  // namespace starling::query
