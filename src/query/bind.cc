#include "query/bind.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "query/bind/cohort.h"
#include "query/bind/filter.h"
#include "query/bind/property_formula.h"
#include "query/bind/report.h"

namespace starling::query {
namespace {

using base::Error;
using base::Node;

constexpr int64_t kMaxLimit = 1'000'000;

enum class Kind : uint8_t { kInsights, kFunnel, kRetention, kFlow, kUsers };

std::optional<Kind> bind_kind(Scope& scope, Fields& fields) {
  auto at = fields.require("report");
  if (!at) return std::nullopt;
  return read_choice<Kind>(*at, scope.problems, "report",
                           {{"insights", Kind::kInsights},
                            {"funnel", Kind::kFunnel},
                            {"retention", Kind::kRetention},
                            {"flow", Kind::kFlow},
                            {"users", Kind::kUsers}});
}

void set_timezone(Scope& scope, const Place& at, const std::string& name) {
  auto zone = base::TimeZone::load(name);
  if (zone) {
    scope.set_timezone(std::move(zone).value());
  } else {
    scope.problems.add(at, zone.error().message);
  }
}

// The zone and the first day of the week: the document's, else the project's.
void bind_calendar(Scope& scope, Fields& fields) {
  auto timezone = fields.get("timezone");
  if (!timezone) {
    set_timezone(scope, fields.at(), scope.catalog.timezone);
  } else if (auto name = read_text(*timezone, scope.problems)) {
    set_timezone(scope, *timezone, *name);
  }
  scope.week_start = scope.catalog.week_start;
  if (auto at = fields.get("week_start")) {
    auto day = read_choice<int>(*at, scope.problems, "day of the week",
                                {{"monday", 0},
                                 {"tuesday", 1},
                                 {"wednesday", 2},
                                 {"thursday", 3},
                                 {"friday", 4},
                                 {"saturday", 5},
                                 {"sunday", 6}});
    scope.week_start = day.value_or(0);
  }
}

void bind_kind_keys(Scope& scope, Fields& fields, Kind kind, Query& query) {
  std::optional<Filter> where;
  if (auto at = fields.get("where")) where = bind_where(scope, *at);
  if (auto at = fields.get("limit")) {
    query.limit =
        static_cast<uint64_t>(read_whole_number(*at, scope.problems, 0, kMaxLimit).value_or(0));
  }
  switch (kind) {
    case Kind::kInsights:
      return bind_insights(scope, fields, where, query);
    case Kind::kFunnel:
      return bind_funnel(scope, fields, where, query);
    case Kind::kRetention:
      return bind_retention(scope, fields, where, query);
    case Kind::kFlow:
      return bind_flow(scope, fields, where, query);
    case Kind::kUsers:
      break;
  }
}

void bind_report(Scope& scope, Fields& fields, Kind kind, Query& query) {
  bind_calendar(scope, fields);
  bind_custom_properties(scope, fields.get("custom_properties"));
  auto who = fields.get("who");
  if (kind == Kind::kUsers) {
    if (who) scope.problems.add(*who, "a users report lists users already; leave who out");
    bind_users(scope, fields, query);
  } else {
    bind_kind_keys(scope, fields, kind, query);
    if (who && scope.problems.empty()) bind_who(scope, *who, query);
  }
  fields.finish();
}

Result<void> outcome(const Scope& scope) {
  if (!scope.problems.empty()) return scope.problems.error();
  return {};
}

Scope scope_of(const Catalog& catalog, base::TimeMs as_of) {
  Scope scope{catalog, as_of};
  scope.week_start = catalog.week_start;
  scope.set_timezone(base::TimeZone::utc());
  return scope;
}

}  // namespace

Result<Query> bind(const Node& document, const Catalog& catalog, base::TimeMs as_of) {
  Scope scope = scope_of(catalog, as_of);
  Query query;
  Fields fields({&document, ""}, scope.problems);
  auto kind = bind_kind(scope, fields);
  if (kind) bind_report(scope, fields, *kind, query);
  TRY(outcome(scope));
  query.timezone_name = scope.timezone.name();
  query.timezone = scope.timezone;
  query.week_start = scope.week_start;
  query.as_of = as_of;
  query.session_timeout_ms = catalog.session_timeout_ms;
  query.cohorts = std::move(scope.cohorts);
  return query;
}

Result<void> check_cohort(const Node& definition, const Catalog& catalog, base::TimeMs as_of) {
  Scope scope = scope_of(catalog, as_of);
  Place at{&definition, ""};
  set_timezone(scope, at, catalog.timezone);
  bind_custom_properties(scope, std::nullopt);
  const Node* name = definition.find("cohort");
  bind_cohort(scope, at, name != nullptr && name->is_text() ? name->text : "");
  return outcome(scope);
}

Result<void> check_custom_properties(const Catalog& catalog, base::TimeMs as_of) {
  Scope scope = scope_of(catalog, as_of);
  bind_custom_properties(scope, std::nullopt);
  for (const auto& [key, place] : scope.custom_properties) {
    const auto& [of_user, name] = key;
    bool taken = of_user ? catalog.schema.find_user_property(name) != nullptr
                         : catalog.schema.find_property(name) != nullptr;
    if (taken) {
      scope.problems.add(place, fmt::format("there is a {}property {} already",
                                            of_user ? "user " : "", base::json_quoted(name)));
    } else {
      find_formula(scope, of_user, name, of_user ? About::kUsers : About::kEvents);
    }
  }
  return outcome(scope);
}

std::vector<CustomProperty> list_custom_properties(const Catalog& catalog, base::TimeMs as_of) {
  std::vector<CustomProperty> out;
  Scope scope = scope_of(catalog, as_of);
  bind_custom_properties(scope, std::nullopt);
  for (const auto& [key, place] : scope.custom_properties) {
    const auto& [of_user, name] = key;
    auto formula =
        find_formula(scope, of_user, name, of_user ? About::kUsers : About::kEvents).formula;
    if (formula == nullptr) continue;
    CustomProperty entry{of_user, name, formula->text, formula->root.type, {}};
    for (const Reference& reference : formula->references) {
      if (!reference.of_user() && !reference.property.empty())
        entry.event_properties.push_back(reference.property);
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Result<void> check_metric(const Node& definition, const Catalog& catalog, base::TimeMs as_of) {
  // As a saved metric, so that the letters of a formula mean its own operands.
  static const std::string kName = "metric";
  Catalog with_metric = catalog;
  with_metric.metrics[kName] = definition;
  Node reference = Node::of_map({{"metric", Node::of(kName)}});
  reference.line = definition.line;
  Node document = Node::of_map(
      {{"report", Node::of("insights")}, {"metrics", Node::of_list({std::move(reference)})}});
  auto query = bind(document, with_metric, as_of);
  if (query) return {};
  Error error = std::move(query).error();
  constexpr std::string_view kPath = "metrics[0]";
  for (base::Problem& problem : error.problems) {
    if (problem.path.starts_with(kPath))
      problem.path.erase(0, kPath.size() + (problem.path.size() > kPath.size() ? 1 : 0));
  }
  Error::Code code = error.code;
  error = base::invalid(std::move(error.problems));
  error.code = code;
  return error;
}

}  // namespace starling::query
