#include "query/evaluate.h"

#include <re2/re2.h>

#include <algorithm>

#include "query/case_folding.h"
#include "query/formula_numbers.h"
#include "query/formula_texts.h"
#include "query/formula_values.h"

namespace starling::query {

using event::Value;

struct Evaluator::Row {
  std::span<const Value> references;
  std::optional<base::TimeMs> time;
  std::vector<Value> variables;
};

struct Evaluator::Pattern {
  RE2 expression;

  static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(false);
    return options;
  }
  explicit Pattern(const std::string& text) : expression(text, options()) {}
};

namespace {

const std::string* text_of(const Value& value) { return std::get_if<std::string>(&value.data); }

int64_t integer_of(const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value.data);
  return integer == nullptr ? 0 : *integer;
}

bool is_true(const Value& value) {
  const bool* flag = std::get_if<bool>(&value.data);
  return flag != nullptr && *flag;
}

Value compared(Operation operation, const Value& a, const Value& b) {
  auto order = compare_values(a, b);
  switch (operation) {
    case Operation::kEqual:
      return Value{order == 0};
    case Operation::kNotEqual:
      return Value{order != 0};
    case Operation::kLess:
      return order ? Value{*order < 0} : Value{};
    case Operation::kLessOrEqual:
      return order ? Value{*order <= 0} : Value{};
    case Operation::kGreater:
      return order ? Value{*order > 0} : Value{};
    default:
      return order ? Value{*order >= 0} : Value{};
  }
}

Value place_in(const Value& list, const Value& place) {
  int64_t at = integer_of(place);
  if (at < 1 || static_cast<uint64_t>(at) > list_size(list)) return {};
  return list_element(list, static_cast<size_t>(at - 1));
}

Value to_boolean(const Value& value) {
  if (value.is_null() || std::holds_alternative<bool>(value.data)) return value;
  if (value.is_number()) return Value{value.to_double() != 0};
  const std::string* text = text_of(value);
  return Value{text == nullptr || !text->empty()};
}

Value sum_of(const event::PropertyType& type, const Value& list) {
  const auto* values = std::get_if<event::Values>(&list.data);
  if (values == nullptr) return {};
  Value sum{int64_t{0}};
  for (const Value& value : *values) {
    if (value.is_number()) sum = calculate(Operation::kAdd, type, sum, value);
  }
  return sum;
}

Value list_of_texts(std::vector<std::string> texts) {
  event::Values values;
  for (std::string& text : texts) values.push_back(Value{std::move(text)});
  return Value{std::move(values)};
}

// Functions whose first argument is a text that is set.
Value of_text(const Expression& expression, const std::string& text,
              const std::vector<Value>& values) {
  switch (expression.operation) {
    case Operation::kUpper:
      return Value{upper_case(text)};
    case Operation::kLower:
      return Value{lower_case(text)};
    case Operation::kLeft:
      return Value{middle(text, 1, integer_of(values[1]))};
    case Operation::kRight: {
      int64_t wanted = std::max<int64_t>(integer_of(values[1]), 0), all = count_characters(text);
      return Value{middle(text, wanted >= all ? 1 : all - wanted + 1, wanted)};
    }
    case Operation::kMiddle:
      return Value{middle(text, integer_of(values[1]), integer_of(values[2]))};
    case Operation::kConcatenate:
      return Value{text + *text_of(values[1])};
    case Operation::kHasPrefix:
      return Value{fold_case(text).starts_with(fold_case(*text_of(values[1])))};
    case Operation::kHasSuffix:
      return Value{fold_case(text).ends_with(fold_case(*text_of(values[1])))};
    case Operation::kSplit:
    case Operation::kSplitPart: {
      if (text_of(values[1])->empty()) return {};
      Value parts = list_of_texts(split(text, *text_of(values[1])));
      return expression.operation == Operation::kSplit ? parts : place_in(parts, values[2]);
    }
    default: {
      auto domain = url_domain(text, expression.operation == Operation::kUrlFullDomain);
      return domain ? Value{std::move(*domain)} : Value{};
    }
  }
}

}  // namespace

Evaluator::Evaluator(const PropertyFormula& formula, const base::TimeZone& zone, base::Date today)
    : formula_(formula), zone_(zone), today_(today) {
  compile(formula.root);
}

Evaluator::~Evaluator() = default;

void Evaluator::compile(const Expression& expression) {
  bool has_pattern = expression.kind == Expression::Kind::kOperation &&
                     (expression.operation == Operation::kRegexMatch ||
                      expression.operation == Operation::kRegexExtract ||
                      expression.operation == Operation::kRegexReplace);
  if (has_pattern)
    patterns_.emplace(&expression, std::make_unique<Pattern>(*text_of(expression.constant)));
  for (const Expression& child : expression.children) compile(child);
}

Value Evaluator::value(std::span<const Value> references, std::optional<base::TimeMs> time) const {
  Row row{references, time, std::vector<Value>(formula_.variables)};
  return fit(formula_.root.type, eval(formula_.root, row));
}

Value Evaluator::eval(const Expression& expression, Row& row) const {
  switch (expression.kind) {
    case Expression::Kind::kConstant:
      return expression.constant;
    case Expression::Kind::kReference:
      return row.references[expression.slot];
    case Expression::Kind::kVariable:
      return row.variables[expression.slot];
    case Expression::Kind::kOperation:
      return operate(expression, row);
  }
  return {};
}

bool Evaluator::holds(const Expression& condition, Row& row) const {
  return is_true(eval(condition, row));
}

// Those that do not look at all of their arguments, or look at them more than once; all others get
// values.
Value Evaluator::operate(const Expression& expression, Row& row) const {
  const auto& children = expression.children;
  switch (expression.operation) {
    case Operation::kAnd:
      return Value{holds(children[0], row) && holds(children[1], row)};
    case Operation::kOr:
      return Value{holds(children[0], row) || holds(children[1], row)};
    case Operation::kNot:
      return Value{!holds(children[0], row)};
    case Operation::kIf:
      return eval(children[holds(children[0], row) ? 1 : 2], row);
    case Operation::kLet:
      row.variables[expression.slot] = eval(children[0], row);
      return eval(children[1], row);
    case Operation::kAnyOf:
    case Operation::kAllOf:
    case Operation::kFilter:
    case Operation::kMap:
      return over_list(expression, row);
    case Operation::kToday:
      return Value{today_};
    case Operation::kEventTime:
      return row.time ? Value{*row.time} : Value{};
    default:
      break;
  }
  std::vector<Value> values;
  for (const Expression& child : children) values.push_back(eval(child, row));
  switch (expression.operation) {
    case Operation::kDefined:
      return Value{!values[0].is_null()};
    case Operation::kEqual:
    case Operation::kNotEqual:
    case Operation::kLess:
    case Operation::kLessOrEqual:
    case Operation::kGreater:
    case Operation::kGreaterOrEqual:
      return compared(expression.operation, values[0], values[1]);
    default:
      break;
  }
  if (std::ranges::any_of(values, &Value::is_null)) return {};
  switch (expression.operation) {
    case Operation::kNegate:
      return negate(values[0]);
    case Operation::kAdd:
    case Operation::kSubtract:
    case Operation::kMultiply:
    case Operation::kDivide:
    case Operation::kRemainder:
      return calculate(expression.operation, expression.type, values[0], values[1]);
    case Operation::kInText:
      return Value{fold_case(*text_of(values[1])).find(fold_case(*text_of(values[0]))) !=
                   std::string::npos};
    case Operation::kInList: {
      const auto& list = std::get<event::Values>(values[1].data);
      return Value{std::ranges::any_of(
          list, [&](const Value& value) { return compare_values(value, values[0]) == 0; })};
    }
    case Operation::kElement:
      return place_in(values[0], values[1]);
    case Operation::kMember:
      return member_of(values[0], *text_of(expression.constant));
    case Operation::kBoolean:
      return to_boolean(values[0]);
    case Operation::kNumber:
      return to_number(values[0]);
    case Operation::kText:
      return Value{event::to_text(values[0])};
    case Operation::kDate: {
      auto date = date_of(values[0]);
      return date ? Value{*date} : Value{};
    }
    case Operation::kRegexMatch:
    case Operation::kRegexExtract:
    case Operation::kRegexReplace:
      return match(expression, values);
    case Operation::kMinimum:
    case Operation::kMaximum: {
      bool least = expression.operation == Operation::kMinimum;
      return *std::ranges::min_element(values, [&](const Value& a, const Value& b) {
        return least ? compare_numeric(a, b) < 0 : compare_numeric(b, a) < 0;
      });
    }
    case Operation::kFloor:
    case Operation::kCeiling:
    case Operation::kRound:
      return round_number(expression.operation, expression.type.scale, values[0]);
    case Operation::kLength:
      return Value{text_of(values[0]) != nullptr ? count_characters(*text_of(values[0]))
                                                 : static_cast<int64_t>(list_size(values[0]))};
    case Operation::kSum:
      return sum_of(expression.type, values[0]);
    case Operation::kDateDifference: {
      auto from = date_of(values[0]), to = date_of(values[1]);
      auto count =
          from && to ? date_difference(*from, *to, *text_of(expression.constant)) : std::nullopt;
      return count ? Value{*count} : Value{};
    }
    default:
      return of_text(expression, *text_of(values[0]), values);
  }
}

Value Evaluator::over_list(const Expression& expression, Row& row) const {
  Value list = eval(expression.children[0], row);
  if (list.is_null()) return {};
  const Expression& each = expression.children[1];
  bool wants_all = expression.operation == Operation::kAllOf;
  event::Values values;
  std::vector<event::Object> objects;
  for (size_t i = 0; i < list_size(list); ++i) {
    row.variables[expression.slot] = list_element(list, i);
    if (expression.operation == Operation::kMap) {
      values.push_back(eval(each, row));
      continue;
    }
    bool passes = holds(each, row);
    if (expression.operation != Operation::kFilter) {
      if (passes != wants_all) return Value{!wants_all};
    } else if (passes) {
      Value kept = list_element(list, i);
      auto* object = std::get_if<std::vector<event::Object>>(&kept.data);
      if (object != nullptr) {
        objects.push_back(std::move(object->front()));
      } else {
        values.push_back(std::move(kept));
      }
    }
  }
  if (expression.operation == Operation::kMap) return Value{std::move(values)};
  if (expression.operation != Operation::kFilter) return Value{wants_all && list_size(list) > 0};
  bool of_objects = expression.type.type == event::Type::kObjects;
  return of_objects ? Value{std::move(objects)} : Value{std::move(values)};
}

Value Evaluator::match(const Expression& expression, const std::vector<Value>& values) const {
  const RE2& pattern = patterns_.at(&expression)->expression;
  const std::string& text = *text_of(values[0]);
  if (expression.operation == Operation::kRegexMatch)
    return Value{RE2::PartialMatch(text, pattern)};
  if (expression.operation == Operation::kRegexReplace) {
    std::string replacement = *text_of(values[1]);
    // $1 is the group 1; a backslash stands for itself.
    std::string rewrite;
    for (size_t i = 0; i < replacement.size(); ++i) {
      bool group = replacement[i] == '$' && i + 1 < replacement.size() &&
                   replacement[i + 1] >= '0' && replacement[i + 1] <= '9' &&
                   replacement[i + 1] - '0' <= pattern.NumberOfCapturingGroups();
      if (replacement[i] == '\\') rewrite += '\\';
      rewrite += group ? '\\' : replacement[i];
    }
    std::string out = text;
    RE2::GlobalReplace(&out, pattern, rewrite);
    return Value{std::move(out)};
  }
  // Without a group: the first one, or the whole match when the pattern has none.
  int groups = pattern.NumberOfCapturingGroups();
  int64_t wanted = values.size() == 2 ? integer_of(values[1]) : std::min(groups, 1);
  if (wanted < 0 || wanted > groups) return {};
  std::vector<re2::StringPiece> found(static_cast<size_t>(wanted) + 1);
  if (!pattern.Match(text, 0, text.size(), RE2::UNANCHORED, found.data(),
                     static_cast<int>(found.size())))
    return {};
  const re2::StringPiece& piece = found.back();
  return piece.data() == nullptr ? Value{} : Value{std::string(piece.data(), piece.size())};
}

std::optional<base::Date> Evaluator::date_of(const Value& value) const {
  if (const auto* date = std::get_if<base::Date>(&value.data)) return *date;
  if (const auto* time = std::get_if<base::TimeMs>(&value.data)) return zone_.to_local(*time).date;
  const std::string* text = text_of(value);
  if (text == nullptr) return std::nullopt;
  if (auto date = base::Date::parse(*text)) return date;
  auto time = base::parse_rfc3339(*text);
  return time ? std::optional(zone_.to_local(*time).date) : std::nullopt;
}

}  // namespace starling::query
