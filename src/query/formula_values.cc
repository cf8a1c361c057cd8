#include "query/formula_values.h"

#include "query/case_folding.h"
#include "query/formula_numbers.h"

namespace starling::query {

using event::Value;

std::optional<int> compare_values(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return std::nullopt;
  if (a.is_number() && b.is_number()) return compare_numeric(a, b);
  if (a.data.index() != b.data.index()) return std::nullopt;
  auto order = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (const auto* text = std::get_if<std::string>(&a.data))
    return order(fold_case(*text), fold_case(std::get<std::string>(b.data)));
  if (const auto* date = std::get_if<base::Date>(&a.data))
    return order(*date, std::get<base::Date>(b.data));
  if (const auto* time = std::get_if<base::TimeMs>(&a.data))
    return order(*time, std::get<base::TimeMs>(b.data));
  if (const bool* flag = std::get_if<bool>(&a.data)) return order(*flag, std::get<bool>(b.data));
  return std::nullopt;
}

size_t list_size(const Value& list) {
  if (const auto* values = std::get_if<event::Values>(&list.data)) return values->size();
  if (const auto* objects = std::get_if<std::vector<event::Object>>(&list.data))
    return objects->size();
  return 0;
}

Value list_element(const Value& list, size_t element) {
  if (const auto* values = std::get_if<event::Values>(&list.data)) return (*values)[element];
  return Value{
      std::vector<event::Object>{std::get<std::vector<event::Object>>(list.data)[element]}};
}

Value member_of(const Value& object, const std::string& name) {
  const auto* objects = std::get_if<std::vector<event::Object>>(&object.data);
  if (objects == nullptr || objects->empty()) return {};
  for (const auto& [key, value] : objects->front()) {
    if (key == name) return value;
  }
  return {};
}

Value values_of_list(const Value& list, const std::string& member) {
  if (member.empty() || list.is_null()) return list;
  event::Values out;
  for (size_t i = 0; i < list_size(list); ++i)
    out.push_back(member_of(list_element(list, i), member));
  return Value{std::move(out)};
}

std::optional<int64_t> date_difference(base::Date from, base::Date to, const std::string& unit) {
  if (to < from) return std::nullopt;
  int64_t months = (to.year() - from.year()) * 12 + to.month() - from.month();
  if (to.day() < from.day()) --months;
  if (unit == "D") return to.days - from.days;
  if (unit == "M") return months;
  if (unit == "Y") return months / 12;
  if (unit == "YM") return months % 12;
  // The days left after the whole months, or years.
  int64_t whole = unit == "MD" ? months : months / 12 * 12;
  return to.days - base::add_units(from, base::CalendarUnit::kMonth, whole).days;
}

}  // namespace starling::query
