#include "report/compare.h"

#include <algorithm>

namespace starling::report {
namespace {

base::Error refuse(const base::Node& node, std::string path, std::string message) {
  return base::invalid({{std::move(path), node.line, std::move(message)}});
}

Result<base::Span> previous_span(const base::Node& compare) {
  constexpr std::string_view kExpected = "expected {previous: SPAN}, for example {previous: 1 year}";
  if (!compare.is_map()) {
    return refuse(compare, "compare", std::string(kExpected) + ", found " + compare.describe());
  }
  for (const auto& [key, value] : compare.fields) {
    if (key != "previous") {
      return refuse(value, "compare." + key, "unknown key" + base::did_you_mean(key, {"previous"}));
    }
  }
  const base::Node* previous = compare.find("previous");
  if (previous == nullptr) return refuse(compare, "compare", std::string(kExpected));
  std::optional<base::Span> span = previous->is_text() ? base::Span::parse(previous->text) : std::nullopt;
  bool fits = span && span->count > 0 && span->calendar_unit() && *span->calendar_unit() != base::CalendarUnit::kHour;
  if (!fits) {
    return refuse(*previous, "compare.previous",
                  "expected days, weeks, months, quarters or years (\"1 year\"), found " + previous->describe());
  }
  return *span;
}

// A date stays a date; an instant keeps its local time of day.
std::string moved_back(const std::string& text, const base::Span& span, const base::TimeZone& zone) {
  if (auto date = base::Date::parse(text)) return base::add_units(*date, *span.calendar_unit(), -span.count).text();
  std::optional<base::TimeMs> instant = base::parse_rfc3339(text);
  CHECK(instant);
  base::TimeZone::Local local = zone.to_local(*instant);
  base::Date date = base::add_units(local.date, *span.calendar_unit(), -span.count);
  return zone.rfc3339(zone.from_local(date, local.ms_of_day));
}

}  // namespace

base::Node without_compare(const base::Node& document) {
  base::Node out = document;
  std::erase_if(out.fields, [](const auto& field) { return field.first == "compare"; });
  return out;
}

Result<base::Node> earlier_document(const base::Node& document, const query::Query& query) {
  base::Span span = TRY(previous_span(*document.find("compare")));
  base::Node out = without_compare(document);
  std::erase_if(out.fields, [](const auto& field) {
    return field.first == "from" || field.first == "to" || field.first == "last";
  });
  out.fields.emplace_back("from", base::Node::of(moved_back(query.range.from_text, span, query.timezone)));
  out.fields.emplace_back("to", base::Node::of(moved_back(query.range.to_text, span, query.timezone)));
  return out;
}

}  // namespace starling::report
