// The functions of custom properties: which arguments each takes, and the type of what it gives.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "query/bind/formula_binder.h"
#include "query/text_match.h"

namespace starling::query {

using base::Error;
using base::Result;
using event::PropertyType;
using event::Type;
using Kind = FormulaSyntax::Kind;

namespace {

constexpr size_t kAny = 2'000;

enum class Function : uint8_t {
  kProperty,
  kUser,
  kEvent,
  kTime,
  kToday,
  kIf,
  kIfs,
  kDefined,
  kBoolean,
  kNumber,
  kString,
  kDate,
  kHasPrefix,
  kHasSuffix,
  kRegexMatch,
  kRegexExtract,
  kRegexReplace,
  kMin,
  kMax,
  kFloor,
  kCeil,
  kRound,
  kUpper,
  kLower,
  kLen,
  kLeft,
  kRight,
  kMid,
  kSplit,
  kParseUrl,
  kDatedif,
  kLet,
  kAnyOf,
  kAllOf,
  kFilter,
  kMap,
  kSum,
};

struct Signature {
  Function function;
  size_t least, most;  // arguments
};

const std::map<std::string, Signature>& functions() {
  static const std::map<std::string, Signature> kFunctions = {
      {"property", {Function::kProperty, 1, 1}},
      {"user", {Function::kUser, 1, 1}},
      {"event", {Function::kEvent, 0, 0}},
      {"time", {Function::kTime, 0, 0}},
      {"today", {Function::kToday, 0, 0}},
      {"if", {Function::kIf, 3, 3}},
      {"ifs", {Function::kIfs, 2, kAny}},
      {"defined", {Function::kDefined, 1, 1}},
      {"boolean", {Function::kBoolean, 1, 1}},
      {"number", {Function::kNumber, 1, 1}},
      {"string", {Function::kString, 1, 1}},
      {"date", {Function::kDate, 1, 1}},
      {"has_prefix", {Function::kHasPrefix, 2, 2}},
      {"has_suffix", {Function::kHasSuffix, 2, 2}},
      {"regex_match", {Function::kRegexMatch, 2, 2}},
      {"regex_extract", {Function::kRegexExtract, 2, 3}},
      {"regex_replace", {Function::kRegexReplace, 3, 3}},
      {"min", {Function::kMin, 1, kAny}},
      {"max", {Function::kMax, 1, kAny}},
      {"floor", {Function::kFloor, 1, 1}},
      {"ceil", {Function::kCeil, 1, 1}},
      {"round", {Function::kRound, 1, 2}},
      {"upper", {Function::kUpper, 1, 1}},
      {"lower", {Function::kLower, 1, 1}},
      {"len", {Function::kLen, 1, 1}},
      {"left", {Function::kLeft, 2, 2}},
      {"right", {Function::kRight, 2, 2}},
      {"mid", {Function::kMid, 3, 3}},
      {"split", {Function::kSplit, 2, 3}},
      {"parse_url", {Function::kParseUrl, 2, 2}},
      {"datedif", {Function::kDatedif, 3, 3}},
      {"let", {Function::kLet, 3, 3}},
      {"any", {Function::kAnyOf, 3, 3}},
      {"all", {Function::kAllOf, 3, 3}},
      {"filter", {Function::kFilter, 3, 3}},
      {"map", {Function::kMap, 3, 3}},
      {"sum", {Function::kSum, 1, 1}},
  };
  return kFunctions;
}

Result<Signature> find_function(const FormulaSyntax& syntax) {
  auto found = functions().find(lower_case_word(syntax.text));
  if (found == functions().end()) {
    std::vector<std::string> names;
    for (const auto& [name, signature] : functions()) names.push_back(name);
    return formula_fault(syntax.at, unknown("function", syntax.text, names));
  }
  const Signature& signature = found->second;
  size_t given = syntax.children.size();
  if (given >= signature.least && given <= signature.most) return signature;
  std::string count = signature.least == signature.most ? std::to_string(signature.least)
                      : signature.most == kAny
                          ? fmt::format("at least {}", signature.least)
                          : fmt::format("{} or {}", signature.least, signature.most);
  return formula_fault(syntax.at, fmt::format("{} takes {} argument{}; found {}", found->first,
                                              count, count == "1" ? "" : "s", given));
}

// What both branches of a choice have in common.
std::optional<Expression> common(const Expression& a, const Expression& b) {
  if (is_undefined(a)) return b;
  if (is_undefined(b)) return a;
  Expression out;
  out.object = a.object;
  if (a.object != b.object) return std::nullopt;
  auto type = event::common_type(a.type, b.type);
  if (!type) return std::nullopt;
  out.type = *type;
  return out;
}

}  // namespace

Result<Expression> FormulaBinder::call(const FormulaSyntax& syntax) {
  Signature signature = TRY(find_function(syntax));
  switch (signature.function) {
    case Function::kProperty:
      return named_reference(syntax, false);
    case Function::kUser:
      return named_reference(syntax, true);
    case Function::kEvent:
      return event_name(syntax);
    case Function::kTime:
      return event_time(syntax);
    case Function::kToday:
      return operation_of(Operation::kToday, plain(Type::kDate));
    case Function::kIf:
    case Function::kIfs:
      return choice(syntax, 0);
    case Function::kDefined: {
      Expression child = TRY(bind(syntax.children[0]));
      return operation_of(Operation::kDefined, plain(Type::kBoolean), {std::move(child)});
    }
    case Function::kBoolean:
      return conversion(syntax, Operation::kBoolean);
    case Function::kNumber:
      return conversion(syntax, Operation::kNumber);
    case Function::kString:
      return conversion(syntax, Operation::kText);
    case Function::kDate:
      return conversion(syntax, Operation::kDate);
    case Function::kHasPrefix:
      return text_function(syntax, Operation::kHasPrefix, 2, plain(Type::kBoolean));
    case Function::kHasSuffix:
      return text_function(syntax, Operation::kHasSuffix, 2, plain(Type::kBoolean));
    case Function::kRegexMatch:
      return pattern_function(syntax, Operation::kRegexMatch);
    case Function::kRegexExtract:
      return pattern_function(syntax, Operation::kRegexExtract);
    case Function::kRegexReplace:
      return pattern_function(syntax, Operation::kRegexReplace);
    case Function::kMin:
      return extreme(syntax, Operation::kMinimum);
    case Function::kMax:
      return extreme(syntax, Operation::kMaximum);
    case Function::kFloor:
      return rounding(syntax, Operation::kFloor);
    case Function::kCeil:
      return rounding(syntax, Operation::kCeiling);
    case Function::kRound:
      return rounding(syntax, Operation::kRound);
    case Function::kUpper:
      return text_function(syntax, Operation::kUpper, 1, plain(Type::kText));
    case Function::kLower:
      return text_function(syntax, Operation::kLower, 1, plain(Type::kText));
    case Function::kLen:
      return length_or_sum(syntax, Operation::kLength);
    case Function::kSum:
      return length_or_sum(syntax, Operation::kSum);
    case Function::kLeft:
      return text_function(syntax, Operation::kLeft, 1, plain(Type::kText));
    case Function::kRight:
      return text_function(syntax, Operation::kRight, 1, plain(Type::kText));
    case Function::kMid:
      return text_function(syntax, Operation::kMiddle, 1, plain(Type::kText));
    case Function::kSplit:
      return split(syntax);
    case Function::kParseUrl:
      return url(syntax);
    case Function::kDatedif:
      return date_difference(syntax);
    case Function::kLet:
      return let(syntax);
    case Function::kAnyOf:
      return over_list(syntax, Operation::kAnyOf);
    case Function::kAllOf:
      return over_list(syntax, Operation::kAllOf);
    case Function::kFilter:
      return over_list(syntax, Operation::kFilter);
    case Function::kMap:
      return over_list(syntax, Operation::kMap);
  }
  return formula_fault(syntax.at, "unknown function");
}

// property(NAME), user(NAME): NAME as written there, or in quotes.
Result<Expression> FormulaBinder::named_reference(const FormulaSyntax& syntax, bool of_user) {
  const FormulaSyntax& name = syntax.children[0];
  if (name.kind != Kind::kName && name.kind != Kind::kText)
    return formula_fault(name.at, "expected the name of a property");
  if (!of_user && out_.of_user)
    return formula_fault(syntax.at, "a user's formula reads user properties only");
  return reference(name, of_user, name.text);
}

Result<Expression> FormulaBinder::event_name(const FormulaSyntax& syntax) {
  if (out_.of_user)
    return formula_fault(syntax.at, "a user has no event; this is for formulas of events");
  Reference event;
  event.kind = Reference::Kind::kEventName;
  Expression out;
  out.kind = Expression::Kind::kReference;
  out.slot = out_.references.size();
  out.type = event.type;
  out_.references.push_back(std::move(event));
  return out;
}

Result<Expression> FormulaBinder::event_time(const FormulaSyntax& syntax) {
  if (out_.of_user)
    return formula_fault(syntax.at, "a user has no event; this is for formulas of events");
  out_.reads_time = true;
  return operation_of(Operation::kEventTime, plain(Type::kTime));
}

// if(condition, then, else) and ifs(condition, then, …), from the given argument on.
Result<Expression> FormulaBinder::choice(const FormulaSyntax& syntax, size_t first) {
  const auto& arguments = syntax.children;
  if (arguments.size() % 2 != 0 && lower_case_word(syntax.text) == "ifs")
    return formula_fault(syntax.at, "ifs takes pairs: a condition and what it gives");
  Expression test = TRY(condition(arguments[first]));
  Expression then = TRY(bind(arguments[first + 1]));
  Expression otherwise;
  if (first + 3 == arguments.size()) {
    otherwise = TRY(bind(arguments[first + 2]));
  } else if (first + 2 < arguments.size()) {
    otherwise = TRY(choice(syntax, first + 2));
  }
  auto type = common(then, otherwise);
  if (!type) return expected(arguments[first + 2], type_words(then), otherwise);
  Expression out = operation_of(Operation::kIf, type->type, {std::move(test)});
  out.object = type->object;
  out.children.push_back(std::move(then));
  out.children.push_back(std::move(otherwise));
  return out;
}

Result<Expression> FormulaBinder::extreme(const FormulaSyntax& syntax, Operation operation) {
  Expression out = operation_of(operation, plain(Type::kInteger));
  for (const FormulaSyntax& argument : syntax.children) {
    Expression child = TRY(numeric(argument));
    out.type = *event::common_type(out.children.empty() ? child.type : out.type, child.type);
    out.children.push_back(std::move(child));
  }
  return out;
}

Result<Expression> FormulaBinder::rounding(const FormulaSyntax& syntax, Operation operation) {
  constexpr int64_t kMaxDigits = 9;
  Expression child = TRY(numeric(syntax.children[0]));
  int64_t digits = 0;
  if (syntax.children.size() == 2) {
    const FormulaSyntax& at = syntax.children[1];
    auto number = at.kind == Kind::kNumber ? base::Decimal::parse(at.text) : std::nullopt;
    if (!number || number->scale != 0 || number->digits > kMaxDigits)
      return formula_fault(at.at, "expected how many digits to keep, 0 to 9");
    digits = static_cast<int64_t>(number->digits);
  }
  PropertyType type = plain(digits == 0 ? Type::kInteger : Type::kDecimal);
  type.scale = static_cast<uint8_t>(digits);
  return operation_of(operation, std::move(type), {std::move(child)});
}

Result<Expression> FormulaBinder::conversion(const FormulaSyntax& syntax, Operation operation) {
  Expression child = TRY(bind(syntax.children[0]));
  if (is_undefined(child) || child.type.is_list())
    return expected(syntax.children[0], "a single value", child);
  PropertyType type = plain(operation == Operation::kBoolean ? Type::kBoolean
                            : operation == Operation::kText  ? Type::kText
                                                             : Type::kDate);
  Type from = child.type.type;
  if (operation == Operation::kNumber) {
    type = child.type.is_number() ? child.type
           : from == Type::kText  ? plain(Type::kFloat)
                                  : plain(Type::kInteger);
    if (from == Type::kTime) {
      type = plain(Type::kDecimal);
      type.scale = 3;
    }
  }
  bool dated = from == Type::kText || from == Type::kDate || from == Type::kTime;
  if (operation == Operation::kDate && !dated)
    return expected(syntax.children[0], "a text, a date or a time", child);
  return operation_of(operation, std::move(type), {std::move(child)});
}

// `texts` texts, then whole numbers.
Result<Expression> FormulaBinder::text_function(const FormulaSyntax& syntax, Operation operation,
                                                size_t texts, PropertyType type) {
  Expression out = operation_of(operation, std::move(type));
  for (size_t i = 0; i < syntax.children.size(); ++i) {
    out.children.push_back(i < texts ? TRY(text(syntax.children[i]))
                                     : TRY(whole_number(syntax.children[i])));
  }
  return out;
}

Result<Expression> FormulaBinder::pattern_function(const FormulaSyntax& syntax,
                                                   Operation operation) {
  Expression in = TRY(text(syntax.children[0]));
  std::string pattern = TRY(constant_text(syntax.children[1], "a pattern in quotes"));
  if (auto checked = check_pattern(pattern); !checked)
    return formula_fault(syntax.children[1].at, checked.error().message);
  Expression out = operation_of(
      operation, plain(operation == Operation::kRegexMatch ? Type::kBoolean : Type::kText),
      {std::move(in)});
  out.constant = event::Value{std::move(pattern)};
  if (operation == Operation::kRegexReplace) {
    out.children.push_back(TRY(text(syntax.children[2])));
  } else if (syntax.children.size() == 3) {
    out.children.push_back(TRY(whole_number(syntax.children[2])));
  }
  return out;
}

Result<Expression> FormulaBinder::split(const FormulaSyntax& syntax) {
  Expression in = TRY(text(syntax.children[0]));
  Expression delimiter = TRY(text(syntax.children[1]));
  bool part = syntax.children.size() == 3;
  Expression out =
      operation_of(part ? Operation::kSplitPart : Operation::kSplit,
                   part ? plain(Type::kText) : list_of(plain(Type::kText)), {std::move(in)});
  out.children.push_back(std::move(delimiter));
  if (part) out.children.push_back(TRY(whole_number(syntax.children[2])));
  return out;
}

Result<Expression> FormulaBinder::url(const FormulaSyntax& syntax) {
  Expression in = TRY(text(syntax.children[0]));
  const FormulaSyntax& at = syntax.children[1];
  std::string part = TRY(constant_text(at, "\"domain\" or \"full_domain\""));
  if (part != "domain" && part != "full_domain")
    return formula_fault(at.at, unknown("part of an address", part, {"domain", "full_domain"}));
  return operation_of(part == "domain" ? Operation::kUrlDomain : Operation::kUrlFullDomain,
                      plain(Type::kText), {std::move(in)});
}

Result<Expression> FormulaBinder::date_difference(const FormulaSyntax& syntax) {
  Expression out = operation_of(Operation::kDateDifference, plain(Type::kInteger));
  for (size_t i = 0; i < 2; ++i) {
    Expression child = TRY(bind(syntax.children[i]));
    bool fits = child.type.type == Type::kDate || child.type.type == Type::kTime;
    if (!fits) return expected(syntax.children[i], "a date or a time", child);
    out.children.push_back(std::move(child));
  }
  const FormulaSyntax& at = syntax.children[2];
  std::string unit = TRY(constant_text(at, "a unit in quotes: D, M, Y, MD, YM or YD"));
  for (char& c : unit) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  const std::vector<std::string> units = {"D", "M", "Y", "MD", "YM", "YD"};
  if (std::ranges::find(units, unit) == units.end())
    return formula_fault(at.at, unknown("unit", unit, units));
  out.constant = event::Value{std::move(unit)};
  return out;
}

// let(name, what it stands for, the rest)
Result<Expression> FormulaBinder::let(const FormulaSyntax& syntax) {
  std::string name = TRY(variable_name(syntax.children[0]));
  Expression value = TRY(bind(syntax.children[1]));
  if (is_undefined(value)) return expected(syntax.children[1], "a value", value);
  size_t slot = out_.variables++;
  Expression rest = TRY(with_variable(name, value, slot, syntax.children[2]));
  Expression out = operation_of(Operation::kLet, rest.type, {std::move(value)});
  out.object = rest.object;
  out.slot = slot;
  out.children.push_back(std::move(rest));
  return out;
}

// any, all, filter, map(name, list, what is asked or made of each)
Result<Expression> FormulaBinder::over_list(const FormulaSyntax& syntax, Operation operation) {
  std::string name = TRY(variable_name(syntax.children[0]));
  Expression from = TRY(list(syntax.children[1]));
  size_t slot = out_.variables++;
  const FormulaSyntax& body = syntax.children[2];
  Expression each = TRY(with_variable(name, element_of(from), slot, body));
  if (operation != Operation::kMap && (each.type.type != Type::kBoolean || is_undefined(each)))
    return expected(body, "a condition, true or false", each);
  if (operation == Operation::kMap && (each.type.is_list() || is_undefined(each)))
    return expected(body, "a single value", each);
  Expression out = operation_of(operation,
                                operation == Operation::kMap      ? list_of(each.type)
                                : operation == Operation::kFilter ? from.type
                                                                  : plain(Type::kBoolean),
                                {std::move(from)});
  out.slot = slot;
  out.children.push_back(std::move(each));
  return out;
}

Result<Expression> FormulaBinder::length_or_sum(const FormulaSyntax& syntax, Operation operation) {
  const FormulaSyntax& at = syntax.children[0];
  Expression in = TRY(bind(at));
  if (operation == Operation::kSum) {
    bool numbers = in.type.type == Type::kList && in.type.members[0].type.is_number();
    if (!numbers) return expected(at, "a list of numbers", in);
    PropertyType type = in.type.members[0].type;
    return operation_of(operation, std::move(type), {std::move(in)});
  }
  bool has_length =
      !in.object && !is_undefined(in) && (in.type.is_list() || in.type.type == Type::kText);
  if (!has_length) return expected(at, "a text or a list", in);
  return operation_of(operation, plain(Type::kInteger), {std::move(in)});
}

}  // namespace starling::query
