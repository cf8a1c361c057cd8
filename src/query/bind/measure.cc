#include "query/bind/measure.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "query/bind/operand.h"

namespace starling::query {
namespace {

constexpr int64_t kMaxRollingDays = 3660;

struct AggregateName {
  std::string_view name;
  Aggregate aggregate;
  double percentile;
  bool of_users;  // may stand behind per_user
};

constexpr AggregateName kAggregates[] = {
    {"sum", Aggregate::kSum, 0.5, false},          {"avg", Aggregate::kAverage, 0.5, true},
    {"min", Aggregate::kMinimum, 0.5, true},       {"max", Aggregate::kMaximum, 0.5, true},
    {"median", Aggregate::kPercentile, 0.5, true}, {"p25", Aggregate::kPercentile, 0.25, true},
    {"p75", Aggregate::kPercentile, 0.75, true},   {"p90", Aggregate::kPercentile, 0.9, true},
    {"p99", Aggregate::kPercentile, 0.99, false},  {"distinct", Aggregate::kDistinct, 0.5, false},
};

std::vector<std::string> measure_names() {
  std::vector<std::string> names = {"total", "users", "sessions", "per_user"};
  for (const AggregateName& each : kAggregates) names.emplace_back(each.name);
  return names;
}

const AggregateName* find_aggregate(std::string_view name) {
  for (const AggregateName& each : kAggregates) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

std::optional<Measure> named_measure(Scope& scope, const Place& at) {
  Measure measure;
  if (at->text == "total") return measure;
  measure.kind = Measure::Kind::kUsers;
  if (at->text == "users") return measure;
  measure.kind = Measure::Kind::kSessions;
  if (at->text == "sessions") return measure;
  if (find_aggregate(at->text) != nullptr) {
    scope.problems.add(
        at, fmt::format("the measure \"{0}\" needs a property: {{{0}: PROPERTY}}", at->text));
  } else {
    scope.problems.add(at, unknown("measure", at->text, measure_names()));
  }
  return std::nullopt;
}

std::optional<Measure> rolling_users(Scope& scope, const Place& at) {
  Fields fields(at, scope.problems);
  auto rolling = fields.require("rolling");
  fields.finish();
  if (!rolling) return std::nullopt;
  auto span = rolling->node->is_text() ? base::Span::parse(rolling->node->text) : std::nullopt;
  bool in_days =
      span && (span->unit == base::Span::Unit::kDay || span->unit == base::Span::Unit::kWeek);
  int64_t days = in_days ? span->count * (span->unit == base::Span::Unit::kWeek ? 7 : 1) : 0;
  if (days < 1 || days > kMaxRollingDays) {
    add_expected(*rolling, scope.problems,
                 fmt::format("a span like \"7 days\", at most {} days", kMaxRollingDays));
    return std::nullopt;
  }
  Measure measure;
  measure.kind = Measure::Kind::kRollingUsers;
  measure.rolling_days = static_cast<int>(days);
  return measure;
}

std::optional<Measure> aggregate_of(Scope& scope, const Place& at, const AggregateName& aggregate) {
  auto property = bind_measured(scope, at);
  if (!property || !can_aggregate(scope, at, aggregate.aggregate, *property)) return std::nullopt;
  Measure measure;
  measure.kind = Measure::Kind::kAggregate;
  measure.aggregate = aggregate.aggregate;
  measure.percentile = aggregate.percentile;
  measure.property = std::move(*property);
  return measure;
}

// The inner measure of per_user: `total` or {sum: P}. Nothing inside the optional for total.
bool bind_inner(Scope& scope, const Place& at, Measure& measure) {
  if (at->is_text() && at->text == "total") return true;
  if (at->is_map() && at->fields.size() == 1 && at->fields[0].first == "sum") {
    auto inner = aggregate_of(scope, at.field("sum", at->fields[0].second), kAggregates[0]);
    if (inner) measure.property = std::move(inner->property);
    return inner.has_value();
  }
  add_expected(at, scope.problems, "total or {sum: PROPERTY}");
  return false;
}

std::optional<Measure> per_user(Scope& scope, Fields& fields) {
  Place at = *fields.get("per_user");
  auto of = fields.get("of");
  fields.finish();
  auto name = read_text(at, scope.problems);
  if (!name) return std::nullopt;
  const AggregateName* outer = find_aggregate(*name);
  if (outer == nullptr || !outer->of_users) {
    std::vector<std::string> names;
    for (const AggregateName& each : kAggregates) {
      if (each.of_users) names.emplace_back(each.name);
    }
    scope.problems.add(at, unknown("aggregate over users", *name, names));
    return std::nullopt;
  }
  Measure measure;
  measure.kind = Measure::Kind::kPerUser;
  measure.aggregate = outer->aggregate;
  measure.percentile = outer->percentile;
  if (of && !bind_inner(scope, *of, measure)) return std::nullopt;
  return measure;
}

}  // namespace

bool can_aggregate(Scope& scope, const Place& at, Aggregate aggregate, const Reference& reference) {
  const event::PropertyType& type = value_type(reference);
  std::string called = base::json_quoted(reference_text(reference));
  if (type.type == event::Type::kObjects) {
    scope.problems.add(at, fmt::format("{} is a list of objects; name one of its members", called));
    return false;
  }
  if (aggregate == Aggregate::kDistinct || type.is_number()) return true;
  scope.problems.add(
      at, fmt::format("expected a property with numbers; {} is {}", called, type_name(type.type)));
  return false;
}

std::optional<Measure> bind_measure(Scope& scope, const Place& at) {
  if (at->is_text()) return named_measure(scope, at);
  if (!at->is_map()) {
    add_expected(at, scope.problems, "a measure like total or {sum: PROPERTY}");
    return std::nullopt;
  }
  Fields fields(at, scope.problems);
  if (fields.has("per_user")) return per_user(scope, fields);
  if (at->fields.size() != 1) {
    scope.problems.add(at, fmt::format("expected one measure like {{sum: PROPERTY}}; found {} keys",
                                       at->fields.size()));
    return std::nullopt;
  }
  const auto& [name, node] = at->fields[0];
  Place inner = at.field(name, node);
  if (name == "users") return rolling_users(scope, inner);
  if (const AggregateName* aggregate = find_aggregate(name))
    return aggregate_of(scope, inner, *aggregate);
  scope.problems.add(inner, unknown("measure", name, measure_names()));
  return std::nullopt;
}

std::optional<Measure> bind_condition_measure(Scope& scope, const Place& at) {
  if (at->is_text() && at->text == "total") return Measure{};
  if (at->is_map() && at->fields.size() == 1) {
    const auto& [name, node] = at->fields[0];
    bool allowed = name == "sum" || name == "avg" || name == "distinct";
    if (allowed) return aggregate_of(scope, at.field(name, node), *find_aggregate(name));
  }
  add_expected(at, scope.problems,
               "total, {sum: PROPERTY}, {avg: PROPERTY} or {distinct: PROPERTY}");
  return std::nullopt;
}

}  // namespace starling::query
