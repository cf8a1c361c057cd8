// A catalog like the jaffle shop's, and what binding makes of documents over it, as text. For tests
// only.
#pragma once

#include <string>
#include <string_view>

#include "query/bind.h"
#include "query/print.h"

namespace starling::query {

inline const event::PropertyType kMoney{event::Type::kDecimal, 2};
inline const event::PropertyType kText{event::Type::kText};
inline const event::PropertyType kInteger{event::Type::kInteger};

inline Catalog jaffle() {
  using event::LookupTarget;
  using event::Type;
  Catalog catalog;
  catalog.timezone = "America/New_York";
  event::Schema& schema = catalog.schema;
  schema.events = {{"order submitted", {"items", "order_total"}},
                   {"product viewed", {"product_id"}},
                   {"refund", {}}};
  schema.properties = {
      {"gift", {Type::kBoolean}},
      {"items",
       {Type::kObjects, 0, {{"price", kMoney}, {"product_id", kText}, {"quantity", kInteger}}}},
      {"location_id", kInteger},
      {"order_total", kMoney},
      {"ordered_on", {Type::kDate}},
      {"shipped_at", {Type::kTime}},
      {"size", kText},
      {"tags", {Type::kList, 0, {{"", kText}}}},
      {"utm.source", kText},
  };
  schema.user_properties = {
      {"born_on", {Type::kDate}}, {"country", kText}, {"home_store", kInteger}, {"spent", kMoney}};
  schema.lookups = {
      {"locations",
       {LookupTarget::Kind::kEventProperty, "location_id", ""},
       {{"location_name", kText}, {"tax_rate", kMoney}}},
      {"products",
       {LookupTarget::Kind::kEventProperty, "items", "product_id"},
       {{"cost", kMoney}, {"product_name", kText}}},
      {"stores", {LookupTarget::Kind::kUserProperty, "home_store", ""}, {{"city", kText}}},
      {"tag groups", {LookupTarget::Kind::kEventProperty, "tags", ""}, {{"group", kText}}},
  };
  auto saved = [](std::string_view yaml) { return base::parse_yaml(yaml).value(); };
  catalog.metrics["revenue"] = saved("{event: order submitted, measure: {sum: order_total}}");
  catalog.metrics["aov"] = saved(
      "{formula: R / N, with: {R: {event: order submitted, measure: {sum: order_total}}, N: "
      "{event: order submitted}}}");
  catalog.metrics["lettered"] = saved("{formula: A / B}");
  catalog.cohorts["Win-back"] = saved(
      "{all: [{did: order submitted, between: [30 days ago, 120 days ago]}, {did_not: order "
      "submitted, last: 30 days}]}");
  catalog.cohorts["Germans"] = saved("{all: [{user: country, op: is, value: DE}]}");
  catalog.cohorts["Lost Germans"] = saved("{all: [{cohort: Win-back}, {cohort: Germans}]}");
  catalog.cohorts["Egg"] = saved("{all: [{cohort: Hen}]}");
  catalog.cohorts["Hen"] = saved("{any: [{did: refund, where: [{cohort: Egg, op: not in}]}]}");
  return catalog;
}

// 15:30 on 31 October 2024 in New York.
inline base::TimeMs halloween() { return base::parse_rfc3339("2024-10-31T19:30:00Z").value(); }

inline Result<Query> bind_yaml(std::string_view yaml, base::TimeMs as_of = halloween()) {
  return bind(base::parse_yaml(yaml).value(), jaffle(), as_of);
}

// The bound question as text, or the problems.
inline std::string bound(std::string_view yaml) {
  auto query = bind_yaml(yaml);
  return query ? print(query.value()) : query.error().message;
}

// The line of a bound report that begins with `start`.
inline std::string line_of(const std::string& text, std::string_view start) {
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.starts_with(start)) return std::string(line.substr(start.size()));
    at = end + 1;
  }
  return text;
}

// What a filter on the only metric became.
inline std::string filter_of(const std::string& filter) {
  std::string prefix = "#0 total of order submitted where ";
  return line_of(
      bound("{report: insights, metrics: [{event: order submitted, where: [" + filter + "]}]}"),
      prefix);
}

// What a measure became.
inline std::string measure_of(const std::string& measure) {
  std::string out = line_of(
      bound("{report: insights, metrics: [{event: order submitted, measure: " + measure + "}]}"),
      "#0 ");
  constexpr std::string_view kRest = " of order submitted";
  return out.ends_with(kRest) ? out.substr(0, out.size() - kRest.size()) : out;
}

// What a breakdown became.
inline std::string breakdown_of(const std::string& breakdown) {
  return line_of(bound("{report: insights, metrics: [{event: order submitted}], breakdown: [" +
                       breakdown + "]}"),
                 "breakdown ");
}

// What a cohort in place became.
inline std::string cohort_of(const std::string& definition) {
  return line_of(bound("{report: users, cohort: " + definition + "}"), "cohort 0 \"\": ");
}

}  // namespace starling::query
