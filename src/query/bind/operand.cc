#include "query/bind/operand.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "query/bind/window.h"
#include "query/text_match.h"

namespace starling::query {
namespace {

using base::Decimal;
using event::PropertyType;
using event::Type;
using event::Value;
using Op = Filter::Operator;

constexpr OperatorName kTextOperators[] = {
    {"is", Op::kIs, false},
    {"is not", Op::kIs, true},
    {"contains", Op::kContains, false},
    {"not contains", Op::kContains, true},
    {"starts with", Op::kStartsWith, false},
    {"ends with", Op::kEndsWith, false},
    {"matches", Op::kMatches, false},
};
constexpr OperatorName kNumberOperators[] = {
    {"=", Op::kEqual, false},         {"!=", Op::kEqual, true},
    {"<", Op::kLess, false},          {"<=", Op::kLessOrEqual, false},
    {">", Op::kGreater, false},       {">=", Op::kGreaterOrEqual, false},
    {"between", Op::kBetween, false}, {"not between", Op::kBetween, true},
};
constexpr OperatorName kBooleanOperators[] = {{"is", Op::kIs, false}, {"is not", Op::kIs, true}};
constexpr OperatorName kDateOperators[] = {
    {"on", Op::kOn, false},
    {"not on", Op::kOn, true},
    {"before", Op::kBefore, false},
    {"since", Op::kSince, false},
    {"between", Op::kDateBetween, false},
    {"not between", Op::kDateBetween, true},
    {"in last", Op::kInLast, false},
    {"not in last", Op::kInLast, true},
};
constexpr OperatorName kAnyOperators[] = {{"is set", Op::kIsSet, false},
                                          {"is not set", Op::kIsSet, true}};
constexpr OperatorName kCohortOperators[] = {{"in", Op::kIn, false}, {"not in", Op::kIn, true}};

std::vector<OperatorName> operators_of(const Reference& reference) {
  std::vector<OperatorName> out;
  auto take = [&](const auto& operators) {
    out.insert(out.end(), std::begin(operators), std::end(operators));
  };
  if (reference.kind == Reference::Kind::kCohort) {
    take(kCohortOperators);
    return out;
  }
  switch (value_type(reference).type) {
    case Type::kText:
      take(kTextOperators);
      break;
    case Type::kInteger:
    case Type::kDecimal:
    case Type::kFloat:
      take(kNumberOperators);
      break;
    case Type::kBoolean:
      take(kBooleanOperators);
      break;
    case Type::kDate:
    case Type::kTime:
      take(kDateOperators);
      break;
    case Type::kList:
    case Type::kObjects:
      break;
  }
  take(kAnyOperators);
  return out;
}

bool is_operator(const std::string& name) {
  auto has = [&](const auto& operators) {
    return std::any_of(std::begin(operators), std::end(operators),
                       [&](const OperatorName& op) { return op.name == name; });
  };
  return has(kTextOperators) || has(kNumberOperators) || has(kDateOperators) ||
         has(kAnyOperators) || has(kCohortOperators);
}

std::optional<Value> date_value(Scope& scope, const Place& at) {
  auto date = at->is_text() ? base::Date::parse(at->text) : std::nullopt;
  if (date) return Value{*date};
  add_expected(at, scope.problems, "a date like 2024-09-01");
  return std::nullopt;
}

bool ascends(const Value& low, const Value& high) {
  if (auto* first = std::get_if<base::Date>(&low.data))
    return *first <= std::get<base::Date>(high.data);
  return *low.exact() <= *high.exact();
}

std::optional<std::vector<Value>> bind_two(Scope& scope, const Place& at,
                                           const PropertyType& type) {
  std::vector<Place> items = read_list(at, scope.problems);
  if (!at->is_list()) return std::nullopt;
  if (items.size() != 2) {
    scope.problems.add(
        at, fmt::format("expected two values, the lower and the upper; found {}", items.size()));
    return std::nullopt;
  }
  auto low = bind_value(scope, items[0], type), high = bind_value(scope, items[1], type);
  if (!low || !high) return std::nullopt;
  if (!ascends(*low, *high)) {
    scope.problems.add(at, "the first value must not be greater than the second");
    return std::nullopt;
  }
  return std::vector<Value>{std::move(*low), std::move(*high)};
}

// A day that there is not would never fit, and nobody would learn why.
bool is_day_of_week(Scope& scope, const Place& at, const Value& value) {
  const std::vector<std::string> days = {"monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday"};
  const std::string& text = std::get<std::string>(value.data);
  if (std::find(days.begin(), days.end(), text) != days.end()) return true;
  scope.problems.add(at, unknown("day of the week", text, days));
  return false;
}

std::optional<std::vector<Value>> bind_one_or_many(Scope& scope, const Place& at,
                                                   const Reference& reference) {
  bool is_day =
      reference.kind == Reference::Kind::kTime && reference.time_part == TimePart::kDayOfWeek;
  std::vector<Value> out;
  std::vector<Place> items = at->is_list() ? read_list(at, scope.problems) : std::vector<Place>{at};
  if (items.empty()) {
    scope.problems.add(at, "expected at least one value");
    return std::nullopt;
  }
  for (const Place& item : items) {
    auto value = bind_value(scope, item, value_type(reference));
    if (value && (!is_day || is_day_of_week(scope, item, *value))) out.push_back(std::move(*value));
  }
  return out.size() == items.size() ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

const PropertyType& value_type(const Reference& reference) {
  bool is_list = reference.type.type == Type::kList;
  return is_list ? reference.type.members[0].type : reference.type;
}

std::optional<OperatorName> bind_operator(Scope& scope, const Place& at, const Reference& reference,
                                          const std::string& called) {
  auto name = read_text(at, scope.problems);
  if (!name) return std::nullopt;
  std::vector<std::string> names;
  for (const OperatorName& op : operators_of(reference)) {
    if (op.name == *name) return op;
    names.emplace_back(op.name);
  }
  if (is_operator(*name)) {
    std::string type = reference.kind == Reference::Kind::kCohort
                           ? "cohort"
                           : std::string(type_name(value_type(reference).type));
    scope.problems.add(
        at, fmt::format("the operator {} does not go with {} ({}); expected {}",
                        base::json_quoted(*name), base::json_quoted(called), type, any_of(names)));
  } else {
    scope.problems.add(at, unknown("operator", *name, names));
  }
  return std::nullopt;
}

std::optional<Value> bind_value(Scope& scope, const Place& at, const PropertyType& type) {
  switch (type.type) {
    case Type::kText:
      if (auto text = read_text(at, scope.problems)) return Value{std::move(*text)};
      return std::nullopt;
    case Type::kBoolean:
      if (auto boolean = read_boolean(at, scope.problems)) return Value{*boolean};
      return std::nullopt;
    case Type::kInteger:
    case Type::kDecimal:
    case Type::kFloat: {
      auto number = read_number(at, scope.problems);
      if (!number) return std::nullopt;
      Decimal shortest = number->normalized();
      bool whole =
          shortest.scale == 0 && shortest.digits >= INT64_MIN && shortest.digits <= INT64_MAX;
      return whole ? Value{static_cast<int64_t>(shortest.digits)} : Value{shortest};
    }
    case Type::kDate:
    case Type::kTime:
      return date_value(scope, at);
    case Type::kList:
    case Type::kObjects:
      break;
  }
  scope.problems.add(at, "a list cannot be compared with a value; name a member");
  return std::nullopt;
}

std::optional<std::vector<Value>> bind_operands(Scope& scope, const Place& at,
                                                const OperatorName& op,
                                                const Reference& reference) {
  const PropertyType& type = value_type(reference);
  switch (op.op) {
    case Op::kIsSet:
    case Op::kIn:
      scope.problems.add(at, fmt::format("the operator \"{}\" takes no value", op.name));
      return std::nullopt;
    case Op::kIs:
      return bind_one_or_many(scope, at, reference);
    case Op::kBetween:
    case Op::kDateBetween:
      return bind_two(scope, at, type);
    case Op::kInLast: {
      auto dates = bind_last(scope, at);
      if (!dates) return std::nullopt;
      return std::vector<Value>{{dates->first}, {dates->last}};
    }
    case Op::kMatches: {
      auto value = bind_value(scope, at, type);
      if (!value) return std::nullopt;
      if (auto fine = check_pattern(std::get<std::string>(value->data)); !fine) {
        scope.problems.add(at, fine.error().message);
        return std::nullopt;
      }
      return std::vector<Value>{std::move(*value)};
    }
    case Op::kContains:
    case Op::kStartsWith:
    case Op::kEndsWith:
    case Op::kEqual:
    case Op::kLess:
    case Op::kLessOrEqual:
    case Op::kGreater:
    case Op::kGreaterOrEqual:
    case Op::kOn:
    case Op::kBefore:
    case Op::kSince:
      break;
  }
  auto value = bind_value(scope, at, type);
  if (!value) return std::nullopt;
  return std::vector<Value>{std::move(*value)};
}

}  // namespace starling::query
