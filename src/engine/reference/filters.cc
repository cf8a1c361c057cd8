// Filters (docs/semantics/insights.md). A test on what is not set is false; negations are kNot
// around positive tests, so they hold there.
#include <algorithm>

#include "engine/kernel/aggregate.h"
#include "engine/reference/question.h"

namespace starling::engine::reference {

using event::Value;
using query::Filter;
using Operator = Filter::Operator;

std::optional<ListId> Question::list_within(const Filter& filter) const {
  if (filter.kind == Filter::Kind::kTest) return list_of(filter.reference);
  for (const Filter& child : filter.children) {
    if (auto list = list_within(child)) return list;
  }
  return std::nullopt;
}

bool Question::passes(const Filter& filter, Subject subject) const {
  auto passes_child = [&](const Filter& child) { return passes(child, subject); };
  auto element_passes = [&](const ListId& list, const Filter& test, size_t element) {
    return passes_element(test, list, subject, element);
  };
  switch (filter.kind) {
    case Filter::Kind::kAll:
      return std::ranges::all_of(filter.children, passes_child);
    case Filter::Kind::kAny:
      return std::ranges::any_of(filter.children, passes_child);
    case Filter::Kind::kNot:
      return !passes(filter.children[0], subject);
    case Filter::Kind::kAnyElement:
    case Filter::Kind::kAllElements: {
      ListId list = list_within(filter).value_or(ListId{false, filter.list});
      size_t size = list_size(list, subject);
      size_t passing = 0;
      for (size_t i = 0; i < size; ++i)
        passing += element_passes(list, filter.children[0], i) ? 1 : 0;
      if (filter.kind == Filter::Kind::kAnyElement) return passing > 0;
      return size > 0 && passing == size;
    }
    case Filter::Kind::kTest: {
      std::optional<ListId> list = list_of(filter.reference);
      if (!list) return test(filter, value_of(filter.reference, subject), *subject.person);
      for (size_t i = 0; i < list_size(*list, subject); ++i) {
        if (element_passes(*list, filter, i)) return true;
      }
      return false;
    }
  }
  return false;
}

bool Question::passes_element(const Filter& filter, const ListId& list, Subject subject,
                              size_t element) const {
  auto passes_child = [&](const Filter& child) {
    return passes_element(child, list, subject, element);
  };
  switch (filter.kind) {
    case Filter::Kind::kAll:
      return std::ranges::all_of(filter.children, passes_child);
    case Filter::Kind::kAny:
      return std::ranges::any_of(filter.children, passes_child);
    case Filter::Kind::kNot:
      return !passes_child(filter.children[0]);
    case Filter::Kind::kAnyElement:
    case Filter::Kind::kAllElements:
      return passes_child(filter.children[0]);
    case Filter::Kind::kTest:
      if (list_of(filter.reference) != list) return passes(filter, subject);
      return test(filter, element_of(filter.reference, subject, element), *subject.person);
  }
  return false;
}

bool Question::test(const Filter& filter, const Value& value, const Person& person) const {
  if (filter.op == Operator::kIn) return in_cohort(filter.reference.cohort, person);
  if (value.is_null()) return false;
  Number number = number_of(value);
  auto against = [&](size_t operand) {
    return compare_numbers(number, number_of(filter.operands[operand]));
  };
  switch (filter.op) {
    case Operator::kIs:
    case Operator::kContains:
    case Operator::kStartsWith:
    case Operator::kEndsWith:
    case Operator::kMatches: {
      const std::string* text = std::get_if<std::string>(&value.data);
      if (text == nullptr)
        return filter.op == Operator::kIs &&
               std::ranges::find(filter.operands, value) != filter.operands.end();
      auto found = text_tests_.find(&filter);
      if (found == text_tests_.end()) {
        found =
            text_tests_.emplace(&filter, query::TextTest::create(filter.op, filter.operands)).first;
      }
      return found->second.passes(*text);
    }
    case Operator::kEqual:
      return value.is_number() &&
             std::ranges::find(filter.operands, value) != filter.operands.end();
    case Operator::kLess:
      return value.is_number() && against(0) < 0;
    case Operator::kLessOrEqual:
      return value.is_number() && against(0) <= 0;
    case Operator::kGreater:
      return value.is_number() && against(0) > 0;
    case Operator::kGreaterOrEqual:
      return value.is_number() && against(0) >= 0;
    case Operator::kBetween:
      return value.is_number() && against(0) >= 0 && against(1) <= 0;
    case Operator::kOn:
    case Operator::kBefore:
    case Operator::kSince:
    case Operator::kDateBetween:
    case Operator::kInLast:
      return test_date(filter, value);
    case Operator::kIsSet:
      return true;
    case Operator::kIn:
      break;
  }
  return false;
}

// A date is compared as it is, an instant by its local date in the report's zone.
bool Question::test_date(const Filter& filter, const Value& value) const {
  base::Date date;
  if (const auto* civil = std::get_if<base::Date>(&value.data)) {
    date = *civil;
  } else if (const auto* instant = std::get_if<base::TimeMs>(&value.data)) {
    date = query_.timezone.to_local(*instant).date;
  } else {
    return false;
  }
  auto operand = [&](size_t i) { return std::get<base::Date>(filter.operands[i].data); };
  switch (filter.op) {
    case Operator::kOn:
      return date == operand(0);
    case Operator::kBefore:
      return date < operand(0);
    case Operator::kSince:
      return date >= operand(0);
    default:
      return date >= operand(0) && date <= operand(1);
  }
}

}  // namespace starling::engine::reference
