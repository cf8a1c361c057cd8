#include "query/bind/formula_binder.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/json_writer.h"

namespace starling::query {

using base::Error;
using base::Result;
using event::PropertyType;
using event::Type;
using Kind = FormulaSyntax::Kind;

namespace {

constexpr int kMaxScale = 12;  // of a product; more digits behind the point make it a float

const Error kSaidAlready{Error::Code::kInvalid, ""};

Expression constant_of(event::Value value, PropertyType type) {
  Expression out;
  out.constant = std::move(value);
  out.type = std::move(type);
  return out;
}

PropertyType decimal_type(int scale) {
  PropertyType type = plain(scale == 0 ? Type::kInteger : Type::kDecimal);
  type.scale = static_cast<uint8_t>(scale);
  return type;
}

}  // namespace

Expression operation_of(Operation operation, PropertyType type, std::vector<Expression> children) {
  Expression out;
  out.kind = Expression::Kind::kOperation;
  out.operation = operation;
  out.type = std::move(type);
  out.children = std::move(children);
  return out;
}

Expression text_constant(std::string text) {
  return constant_of(event::Value{std::move(text)}, plain(Type::kText));
}

bool is_undefined(const Expression& expression) {
  return expression.kind == Expression::Kind::kConstant && expression.constant.is_null();
}

Expression element_of(const Expression& list) {
  Expression out;
  if (list.type.type == Type::kObjects) {
    out.type = list.type;
    out.object = true;
  } else {
    out.type = list.type.members[0].type;
  }
  return out;
}

PropertyType list_of(const PropertyType& element) {
  PropertyType type = plain(Type::kList);
  type.members.push_back({"", element});
  return type;
}

PropertyType plain(Type type) {
  PropertyType out;
  out.type = type;
  return out;
}

std::string type_words(const Expression& expression) {
  if (is_undefined(expression)) return "undefined";
  if (expression.object) return "an object";
  switch (expression.type.type) {
    case Type::kBoolean:
      return "true or false";
    case Type::kInteger:
    case Type::kDecimal:
    case Type::kFloat:
      return "a number";
    case Type::kText:
      return "a text";
    case Type::kDate:
      return "a date";
    case Type::kTime:
      return "a time";
    case Type::kList:
    case Type::kObjects:
      return "a list";
  }
  return "";
}

Error expected(const FormulaSyntax& at, std::string_view what, const Expression& found) {
  return formula_fault(at.at, fmt::format("expected {}; found {}", what, type_words(found)));
}

Result<Expression> FormulaBinder::bind(const FormulaSyntax& syntax) {
  switch (syntax.kind) {
    case Kind::kNumber:
      return number(syntax);
    case Kind::kText:
      return text_constant(syntax.text);
    case Kind::kName:
      return name(syntax);
    case Kind::kOperator:
      return operation(syntax);
    case Kind::kCall:
      return call(syntax);
    case Kind::kIndex:
      return index(syntax);
  }
  return kSaidAlready;
}

Result<Expression> FormulaBinder::number(const FormulaSyntax& syntax) {
  auto number = base::Decimal::parse(syntax.text);
  bool fits = number && number->digits <= INT64_MAX && number->scale <= kMaxScale;
  if (!fits)
    return formula_fault(syntax.at, "expected a number of at most 18 digits, 12 behind the point");
  if (number->scale == 0)
    return constant_of(event::Value{static_cast<int64_t>(number->digits)}, plain(Type::kInteger));
  return constant_of(event::Value{*number}, decimal_type(number->scale));
}

Result<Expression> FormulaBinder::name(const FormulaSyntax& syntax) {
  if (!syntax.quoted) {
    std::string word = lower_case_word(syntax.text);
    if (word == "true" || word == "false")
      return constant_of(event::Value{word == "true"}, plain(Type::kBoolean));
    if (word == "undefined") return Expression{};
    for (const Variable& variable : variables_ | std::views::reverse) {
      if (variable.name == syntax.text) return variable.use;
    }
  }
  return reference(syntax, out_.of_user, syntax.text);
}

Result<Expression> FormulaBinder::reference(const FormulaSyntax& syntax, bool of_user,
                                            const std::string& path) {
  std::string key = (of_user ? "user " : "property ") + path;
  Expression out;
  out.kind = Expression::Kind::kReference;
  auto known = std::ranges::find(slots_, key, &std::pair<std::string, size_t>::first);
  if (known == slots_.end()) {
    auto bound = bind_named(scope_, at_, path, of_user, about_);
    if (!bound) return kSaidAlready;
    bool looks_up_elements = bound->kind == Reference::Kind::kLookup &&
                             (bound->element || bound->via == Reference::Via::kMember);
    if (looks_up_elements) {
      return formula_fault(syntax.at,
                           fmt::format("{} is a lookup column of a list's elements, which "
                                       "formulas cannot read; use it in a breakdown or a filter",
                                       base::json_quoted(path)));
    }
    slots_.emplace_back(std::move(key), out_.references.size());
    out_.references.push_back(std::move(*bound));
    known = slots_.end() - 1;
  }
  out.slot = known->second;
  const Reference& found = out_.references[out.slot];
  out.type = found.kind == Reference::Kind::kMember ? list_of(found.type) : found.type;
  return out;
}

Result<Expression> FormulaBinder::index(const FormulaSyntax& syntax) {
  Expression in = TRY(bind(syntax.children[0]));
  const FormulaSyntax& where = syntax.children[1];
  if (in.object) {
    std::string name = TRY(constant_text(where, "a member's name in quotes"));
    const event::Member* member = in.type.member(name);
    if (member == nullptr) {
      std::vector<std::string> names;
      for (const event::Member& each : in.type.members) names.push_back(each.name);
      return formula_fault(where.at, unknown("member", name, names));
    }
    Expression out = operation_of(Operation::kMember, member->type, {std::move(in)});
    out.constant = event::Value{name};
    return out;
  }
  if (!in.type.is_list() || is_undefined(in)) return expected(syntax.children[0], "a list", in);
  Expression place = TRY(whole_number(where));
  if (place.kind == Expression::Kind::kConstant && place.constant == event::Value{int64_t{0}})
    return formula_fault(where.at, "places in a list count from 1");
  Expression element = element_of(in);
  Expression out = operation_of(Operation::kElement, element.type, {std::move(in)});
  out.children.push_back(std::move(place));
  out.object = element.object;
  return out;
}

Result<Expression> FormulaBinder::operation(const FormulaSyntax& syntax) {
  const std::string& word = syntax.text;
  if (word == "and" || word == "or" || word == "not") {
    Expression out = operation_of(word == "and"  ? Operation::kAnd
                                  : word == "or" ? Operation::kOr
                                                 : Operation::kNot,
                                  plain(Type::kBoolean));
    for (const FormulaSyntax& child : syntax.children)
      out.children.push_back(TRY(condition(child)));
    return out;
  }
  if (word == "in") return contained(syntax);
  if (word == "-" && syntax.children.size() == 1) {
    Expression child = TRY(numeric(syntax.children[0]));
    PropertyType type = child.type;
    return operation_of(Operation::kNegate, std::move(type), {std::move(child)});
  }
  static const std::vector<std::pair<std::string_view, Operation>> kArithmetic = {
      {"+", Operation::kAdd},
      {"-", Operation::kSubtract},
      {"*", Operation::kMultiply},
      {"/", Operation::kDivide},
      {"%", Operation::kRemainder}};
  static const std::vector<std::pair<std::string_view, Operation>> kComparisons = {
      {"==", Operation::kEqual},  {"!=", Operation::kNotEqual},
      {"<", Operation::kLess},    {"<=", Operation::kLessOrEqual},
      {">", Operation::kGreater}, {">=", Operation::kGreaterOrEqual}};
  for (const auto& [text, operation] : kArithmetic) {
    if (text == word) return arithmetic(syntax, operation);
  }
  for (const auto& [text, operation] : kComparisons) {
    if (text == word) return comparison(syntax, operation);
  }
  return formula_fault(syntax.at, "unknown operator " + word);
}

Result<Expression> FormulaBinder::arithmetic(const FormulaSyntax& syntax, Operation operation) {
  const FormulaSyntax& right_syntax = syntax.children[1];
  Expression left = TRY(bind(syntax.children[0]));
  if (operation == Operation::kAdd && left.type.type == Type::kText && !is_undefined(left)) {
    Expression right = TRY(text(right_syntax));
    Expression out = operation_of(Operation::kConcatenate, plain(Type::kText), {std::move(left)});
    out.children.push_back(std::move(right));
    return out;
  }
  if (!left.type.is_number()) return expected(syntax.children[0], "a number", left);
  Expression right = TRY(numeric(right_syntax));
  int scale = std::max(left.type.scale, right.type.scale);
  if (operation == Operation::kMultiply) scale = left.type.scale + right.type.scale;
  bool is_float = operation == Operation::kDivide || left.type.type == Type::kFloat ||
                  right.type.type == Type::kFloat || scale > kMaxScale;
  Expression out = operation_of(operation, is_float ? plain(Type::kFloat) : decimal_type(scale),
                                {std::move(left)});
  out.children.push_back(std::move(right));
  return out;
}

// Numbers with numbers, else the same type on both sides.
Result<Expression> FormulaBinder::comparison(const FormulaSyntax& syntax, Operation operation) {
  Expression left = TRY(bind(syntax.children[0]));
  Expression right = TRY(bind(syntax.children[1]));
  bool ordered = operation != Operation::kEqual && operation != Operation::kNotEqual;
  bool fits =
      !is_undefined(left) && !left.type.is_list() && !(ordered && left.type.type == Type::kBoolean);
  if (!fits)
    return expected(syntax.children[0],
                    ordered ? "a number, a text, a date or a time" : "a single value", left);
  bool same = left.type.is_number() ? right.type.is_number() : right.type.type == left.type.type;
  if (!same || is_undefined(right)) return expected(syntax.children[1], type_words(left), right);
  Expression out = operation_of(operation, plain(Type::kBoolean), {std::move(left)});
  out.children.push_back(std::move(right));
  return out;
}

Result<Expression> FormulaBinder::contained(const FormulaSyntax& syntax) {
  Expression what = TRY(bind(syntax.children[0]));
  Expression in = TRY(bind(syntax.children[1]));
  bool in_list = in.type.type == Type::kList && !is_undefined(in);
  if (!in_list && (in.type.type != Type::kText || is_undefined(in)))
    return expected(syntax.children[1], "a text or a list", in);
  Expression wanted = in_list ? element_of(in) : text_constant("");
  bool fits = wanted.type.is_number() ? what.type.is_number()
                                      : what.type.type == wanted.type.type && !what.object;
  if (!fits || is_undefined(what)) return expected(syntax.children[0], type_words(wanted), what);
  Expression out = operation_of(in_list ? Operation::kInList : Operation::kInText,
                                plain(Type::kBoolean), {std::move(what)});
  out.children.push_back(std::move(in));
  return out;
}

Result<Expression> FormulaBinder::condition(const FormulaSyntax& syntax) {
  Expression out = TRY(bind(syntax));
  if (out.type.type != Type::kBoolean || is_undefined(out))
    return expected(syntax, "a condition, true or false", out);
  return out;
}

Result<Expression> FormulaBinder::numeric(const FormulaSyntax& syntax) {
  Expression out = TRY(bind(syntax));
  if (!out.type.is_number()) return expected(syntax, "a number", out);
  return out;
}

Result<Expression> FormulaBinder::whole_number(const FormulaSyntax& syntax) {
  Expression out = TRY(bind(syntax));
  if (out.type.type != Type::kInteger) return expected(syntax, "a whole number", out);
  return out;
}

Result<Expression> FormulaBinder::text(const FormulaSyntax& syntax) {
  Expression out = TRY(bind(syntax));
  if (out.type.type != Type::kText || is_undefined(out)) return expected(syntax, "a text", out);
  return out;
}

Result<Expression> FormulaBinder::list(const FormulaSyntax& syntax) {
  Expression out = TRY(bind(syntax));
  if (!out.type.is_list() || out.object) return expected(syntax, "a list", out);
  return out;
}

Result<std::string> FormulaBinder::constant_text(const FormulaSyntax& syntax,
                                                 std::string_view what) {
  if (syntax.kind == Kind::kText) return syntax.text;
  return formula_fault(syntax.at, fmt::format("expected {}", what));
}

Result<std::string> FormulaBinder::variable_name(const FormulaSyntax& syntax) {
  bool plain_name =
      syntax.kind == Kind::kName && !syntax.quoted && syntax.text.find('.') == std::string::npos;
  if (plain_name) return syntax.text;
  return formula_fault(syntax.at, "expected a name for the variable");
}

Result<Expression> FormulaBinder::with_variable(const std::string& name, const Expression& value,
                                                size_t slot, const FormulaSyntax& syntax) {
  Expression use;
  use.kind = Expression::Kind::kVariable;
  use.type = value.type;
  use.object = value.object;
  use.slot = slot;
  variables_.push_back({name, std::move(use)});
  auto out = bind(syntax);
  variables_.pop_back();
  return out;
}

}  // namespace starling::query
