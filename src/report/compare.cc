#include "report/compare.h"

#include <algorithm>

namespace starling::report {
namespace {

constexpr int64_t kMaxUnits = 100'000;

// A date stays a date; an instant keeps its local time of day.
std::string moved_back(const std::string& text, const base::Span& span,
                       const base::TimeZone& zone) {
  if (auto date = base::Date::parse(text))
    return base::add_units(*date, *span.calendar_unit(), -span.count).text();
  std::optional<base::TimeMs> instant = base::parse_rfc3339(text);
  CHECK(instant);
  base::TimeZone::Local local = zone.to_local(*instant);
  base::Date date = base::add_units(local.date, *span.calendar_unit(), -span.count);
  return zone.rfc3339(zone.from_local(date, local.ms_of_day));
}

}  // namespace

bool has_compare(const base::Node& document) {
  const base::Node* compare = document.find("compare");
  return compare != nullptr && !compare->is_null();
}

Result<base::Node> earlier_document(const base::Node& document, const query::Query& query) {
  const base::Node& previous = *document.find("compare")->find("previous");
  base::Span span = *base::Span::parse(previous.text);
  if (span.count > kMaxUnits) {
    return base::invalid({{"compare.previous", previous.line, "there is no date so long ago"}});
  }
  base::Node out = document;
  std::erase_if(out.fields, [](const auto& field) {
    return field.first == "compare" || field.first == "from" || field.first == "to" ||
           field.first == "last";
  });
  out.fields.emplace_back("from",
                          base::Node::of(moved_back(query.range.from_text, span, query.timezone)));
  out.fields.emplace_back("to",
                          base::Node::of(moved_back(query.range.to_text, span, query.timezone)));
  return out;
}

}  // namespace starling::report
