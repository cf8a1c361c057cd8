#include "sql/filter.h"

#include <fmt/format.h>

#include "sql/text.h"
#include "sql/zone.h"

namespace starling::sql {
namespace {

using event::Type;
using query::Filter;
using query::Selector;
using Operator = Filter::Operator;

std::string in_list(const std::string& value, const Filter& filter,
                    const event::PropertyType& type) {
  std::vector<std::string> literals;
  for (const event::Value& operand : filter.operands)
    literals.push_back(value_literal(operand, type));
  if (literals.size() == 1) return fmt::format("{} = {}", value, literals[0]);
  return fmt::format("{} IN ({})", value, joined(literals, ", "));
}

// RE2's case-insensitive match folds characters the way reports.md §8.16 says.
std::string folded_match(const std::string& value, const Filter& filter, std::string_view before,
                         std::string_view after) {
  std::vector<std::string> any;
  for (const event::Value& operand : filter.operands)
    any.push_back(escaped_pattern(std::get<std::string>(operand.data)));
  std::string pattern = any.size() == 1 ? any[0] : "(?:" + joined(any, "|") + ")";
  return fmt::format("regexp_matches({}, {}, 'i')", value,
                     text_literal(std::string(before) + pattern + std::string(after)));
}

std::string plain_match(const std::string& value, const Filter& filter) {
  std::vector<std::string> any;
  for (const event::Value& operand : filter.operands) {
    any.push_back(fmt::format("regexp_matches({}, {})", value,
                              text_literal(std::get<std::string>(operand.data))));
  }
  return any.size() == 1 ? any[0] : "(" + joined(any, " OR ") + ")";
}

// An instant is compared by its local date in the report's zone.
std::string date_condition(const Question& question, const Filter& filter, const std::string& value,
                           Type type) {
  auto operand = [&](size_t i) { return std::get<base::Date>(filter.operands[i].data); };
  std::optional<base::Date> first, last;
  switch (filter.op) {
    case Operator::kOn:
      first = last = operand(0);
      break;
    case Operator::kBefore:
      last = base::Date{operand(0).days - 1};
      break;
    case Operator::kSince:
      first = operand(0);
      break;
    default:
      first = operand(0);
      last = operand(1);
      break;
  }
  if (type == Type::kDate) {
    if (first && last && *first == *last)
      return fmt::format("{} = {}", value, date_literal(*first));
    std::vector<std::string> ends;
    if (first) ends.push_back(fmt::format("{} >= {}", value, date_literal(*first)));
    if (last) ends.push_back(fmt::format("{} <= {}", value, date_literal(*last)));
    return joined(ends, " AND ");
  }
  std::vector<std::string> stretches;
  for (const Instants& stretch : instants_of_dates(question.query().timezone, first, last)) {
    std::vector<std::string> ends;
    if (stretch.from)
      ends.push_back(fmt::format("{} >= {}", value, instant_literal(*stretch.from)));
    if (stretch.to) ends.push_back(fmt::format("{} < {}", value, instant_literal(*stretch.to)));
    stretches.push_back(joined(ends, " AND "));
  }
  if (stretches.empty()) return "false";
  return stretches.size() == 1 ? stretches[0] : "(" + joined(stretches, " OR ") + ")";
}

std::string test(const Question& question, const Filter& filter, const std::string& value) {
  const event::PropertyType& type = value_type(filter.reference);
  auto against = [&](std::string_view op) {
    return fmt::format("{} {} {}", value, op, value_literal(filter.operands[0], type));
  };
  switch (filter.op) {
    case Operator::kIs:
    case Operator::kEqual:
      return in_list(value, filter, type);
    case Operator::kContains:
      return folded_match(value, filter, "", "");
    case Operator::kStartsWith:
      return folded_match(value, filter, "\\A", "");
    case Operator::kEndsWith:
      return folded_match(value, filter, "", "\\z");
    case Operator::kMatches:
      return plain_match(value, filter);
    case Operator::kLess:
      return against("<");
    case Operator::kLessOrEqual:
      return against("<=");
    case Operator::kGreater:
      return against(">");
    case Operator::kGreaterOrEqual:
      return against(">=");
    case Operator::kBetween:
      return fmt::format("{} BETWEEN {} AND {}", value, value_literal(filter.operands[0], type),
                         value_literal(filter.operands[1], type));
    case Operator::kOn:
    case Operator::kBefore:
    case Operator::kSince:
    case Operator::kDateBetween:
    case Operator::kInLast:
      return date_condition(question, filter, value, type.type);
    case Operator::kIsSet:
      return value + " IS NOT NULL";
    case Operator::kIn:
      return value;
  }
  return "false";
}

bool is_never_null(const Filter& filter) {
  return filter.op == Operator::kIsSet || filter.op == Operator::kIn;
}

std::string all_or_any(Question& question, const Filter& filter, const Scope& scope, bool strict) {
  bool all = filter.kind == Filter::Kind::kAll;
  std::vector<std::string> parts;
  for (const Filter& child : filter.children)
    parts.push_back(condition(question, child, scope, strict));
  if (parts.empty()) return all ? "true" : "false";
  if (parts.size() == 1) return parts[0];
  return "(" + joined(parts, all ? " AND " : " OR ") + ")";
}

// EXISTS an element for which the filter holds; `negated`: for which it does not.
std::string exists(Question& question, const Filter& filter, const ListId& list, const Scope& scope,
                   bool negated) {
  Scope inner = scope;
  inner.list = list;
  inner.element = scope.element.empty() ? "x" : scope.element + "x";
  std::string key = list.of_user ? "user_id" : "event_id";
  if (!list.of_user && scope.is_person) return "false";
  std::string elements = question.elements(list);
  std::string holds = condition(question, filter, inner, negated);
  return fmt::format("EXISTS (SELECT 1 FROM {0} AS {1} WHERE {1}.{2} = {3}.{2} AND {4}{5}{6})",
                     elements, inner.element, key, scope.rows, negated ? "NOT (" : "", holds,
                     negated ? ")" : "");
}

std::string quantified(Question& question, const Filter& filter, const Scope& scope, bool strict) {
  if (scope.list) return condition(question, filter.children[0], scope, strict);
  ListId list = question.list_within(filter).value_or(ListId{false, filter.list});
  const Filter& inner = filter.children[0];
  if (filter.kind == Filter::Kind::kAnyElement) return exists(question, inner, list, scope, false);
  Filter everything;
  return fmt::format("({} AND NOT {})", exists(question, everything, list, scope, false),
                     exists(question, inner, list, scope, true));
}

}  // namespace

std::string condition(Question& question, const Filter& filter, const Scope& scope, bool strict) {
  switch (filter.kind) {
    case Filter::Kind::kAll:
    case Filter::Kind::kAny:
      return all_or_any(question, filter, scope, strict);
    case Filter::Kind::kNot:
      return "NOT (" + condition(question, filter.children[0], scope, true) + ")";
    case Filter::Kind::kAnyElement:
    case Filter::Kind::kAllElements:
      return quantified(question, filter, scope, strict);
    case Filter::Kind::kTest: {
      std::optional<ListId> list = question.list_of(filter.reference);
      if (list && list != scope.list) {
        Scope outside = scope;
        outside.list.reset();
        return exists(question, filter, *list, outside, false);
      }
      std::string sql = test(question, filter, question.value(filter.reference, scope));
      return strict && !is_never_null(filter) ? fmt::format("coalesce({}, false)", sql) : sql;
    }
  }
  return "false";
}

std::string selects(Question& question, const Selector& selector, const std::string& prefix) {
  std::vector<std::string> parts;
  auto add = [&](const std::string& part) {
    if (!part.empty() && part != "true") parts.push_back(part);
  };
  auto add_filter = [&](const std::optional<Filter>& filter) {
    if (filter) add(condition(question, *filter, Scope{}));
  };
  add(question.is_named(selector, "e"));
  add_filter(selector.definition);
  if (selector.first_time == query::FirstTime::kMatching) add_filter(selector.where);
  if (selector.first_time != query::FirstTime::kNo) {
    std::string first = question.fresh(prefix + "_first");
    parts.push_back("e.user_id IS NOT NULL");
    question.add({first, "when each user did it first",
                  fmt::format("SELECT e.user_id, min(e.time) AS time\nFROM {} AS e\nWHERE {}\n"
                              "GROUP BY e.user_id",
                              question.events(), joined(parts, "\n  AND ")),
                  false});
    parts.push_back(fmt::format(
        "EXISTS (SELECT 1 FROM {0} AS f WHERE f.user_id = e.user_id AND f.time = e.time)", first));
  }
  if (selector.first_time != query::FirstTime::kMatching) add_filter(selector.where);
  add_filter(selector.report_where);
  return parts.empty() ? "true" : joined(parts, "\n  AND ");
}

namespace {

void collect_kept(Question& question, const Filter& filter, const ListId& list,
                  std::vector<std::string>& out) {
  if (filter.kind == Filter::Kind::kAll) {
    for (const Filter& child : filter.children) collect_kept(question, child, list, out);
  }
  if (filter.kind != Filter::Kind::kAnyElement || filter.keep_all_items ||
      question.list_within(filter) != list)
    return;
  Scope scope;
  scope.list = list;
  scope.element = "x";
  out.push_back(condition(question, filter.children[0], scope));
}

}  // namespace

std::string keeps(Question& question, const Selector& selector, const ListId& list) {
  std::vector<std::string> parts;
  if (selector.where) collect_kept(question, *selector.where, list, parts);
  if (selector.report_where) collect_kept(question, *selector.report_where, list, parts);
  return joined(parts, " AND ");
}

}  // namespace starling::sql
