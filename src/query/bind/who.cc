#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "query/bind/formula.h"
#include "query/bind/operand.h"
#include "query/bind/report.h"

namespace starling::query {
namespace {

using base::json_quoted;

std::optional<Coordinate> bind_special(Scope& scope, const Place& at) {
  auto kind = read_choice<Special::Kind>(at, scope.problems, "special segment",
                                         {{"not set", Special::Kind::kNotSet},
                                          {"empty string", Special::Kind::kEmptyString},
                                          {"non-numeric values", Special::Kind::kNonNumeric},
                                          {"remaining values", Special::Kind::kRemaining}});
  if (!kind) return std::nullopt;
  return Coordinate{Special{*kind}};
}

// Whether the breakdown makes this bucket.
bool has_bucket(const Breakdown& breakdown, const Bucket& bucket) {
  if (breakdown.bucket_size) {
    if (!bucket.low || !bucket.high) return false;
    const base::Decimal& size = *breakdown.bucket_size;
    if (!(*bucket.high - *bucket.low == size)) return false;
    int scale = std::max(bucket.low->scale, size.scale);
    auto low = base::rescale(bucket.low->digits, bucket.low->scale, scale);
    auto step = base::rescale(size.digits, size.scale, scale);
    return low && step && *low % *step == 0;
  }
  const std::vector<base::Decimal>& bounds = breakdown.bounds;
  if (bounds.empty()) return false;
  if (!bucket.low) return bucket.high && *bucket.high == bounds.front();
  auto low = std::find(bounds.begin(), bounds.end(), *bucket.low);
  if (low == bounds.end()) return false;
  return low + 1 == bounds.end() ? !bucket.high : bucket.high && *bucket.high == *(low + 1);
}

std::optional<Coordinate> bind_bucket(Scope& scope, const Place& at, const Breakdown& breakdown) {
  std::vector<Place> ends = read_list(at, scope.problems);
  if (ends.size() != 2) {
    add_expected(at, scope.problems, "two ends like [0, 100], null for an open one");
    return std::nullopt;
  }
  Bucket bucket;
  if (!ends[0]->is_null()) bucket.low = read_number(ends[0], scope.problems);
  if (!ends[1]->is_null()) bucket.high = read_number(ends[1], scope.problems);
  if (has_bucket(breakdown, bucket)) return Coordinate{bucket};
  scope.problems.add(at, "the report has no such bucket; take one of its result");
  return std::nullopt;
}

std::optional<Coordinate> bind_object(Scope& scope, const Place& at, const Breakdown& breakdown) {
  Fields fields(at, scope.problems);
  std::optional<Coordinate> out;
  if (auto special = fields.get("special")) {
    out = bind_special(scope, *special);
  } else if (auto bucket = fields.get("bucket")) {
    out = bind_bucket(scope, *bucket, breakdown);
  } else if (auto cohort = fields.require("cohort")) {
    bool by_cohort = breakdown.reference.kind == Reference::Kind::kCohort;
    std::string name =
        by_cohort ? scope.cohorts[static_cast<size_t>(breakdown.reference.cohort)].name : "";
    auto in = fields.require("in");
    auto text = read_text(*cohort, scope.problems);
    auto inside = in ? read_boolean(*in, scope.problems) : std::nullopt;
    if (text && (!by_cohort || *text != name))
      scope.problems.add(*cohort, "the report is not broken down by this cohort");
    if (text && inside) out = Coordinate{InCohort{*text, *inside}};
  }
  fields.finish();
  return out;
}

// A coordinate in the form results write it (§8.6).
std::optional<Coordinate> bind_coordinate(Scope& scope, const Place& at,
                                          const Breakdown& breakdown) {
  if (at->is_map()) return bind_object(scope, at, breakdown);
  if (!breakdown.groups.empty()) {
    auto name = read_text(at, scope.problems);
    if (!name) return std::nullopt;
    std::vector<std::string> names;
    for (const Breakdown::Group& group : breakdown.groups) names.push_back(group.name);
    if (std::find(names.begin(), names.end(), *name) != names.end())
      return Coordinate{event::Value{*name}};
    scope.problems.add(at, unknown("group", *name, names));
    return std::nullopt;
  }
  if (breakdown.reference.kind == Reference::Kind::kCohort) {
    add_expected(at, scope.problems, "an object like {\"cohort\": NAME, \"in\": true}");
    return std::nullopt;
  }
  if (!breakdown.bounds.empty() || breakdown.bucket_size) {
    add_expected(at, scope.problems, "a bucket like {\"bucket\": [0, 100]}");
    return std::nullopt;
  }
  const event::PropertyType& type = value_type(breakdown.reference);
  if (type.type == event::Type::kTime) {
    auto instant = at->is_text() ? base::parse_rfc3339(at->text) : std::nullopt;
    if (instant) return Coordinate{event::Value{*instant}};
    add_expected(at, scope.problems, "an instant like \"2024-09-01T00:00:00Z\"");
    return std::nullopt;
  }
  auto value = bind_value(scope, at, type);
  return value ? std::optional(Coordinate{std::move(*value)}) : std::nullopt;
}

void bind_segment(Scope& scope, Fields& fields, const std::vector<Breakdown>& breakdowns,
                  Who& who) {
  auto at = fields.get("segment");
  if (!at) return;
  std::vector<Place> items = read_list(*at, scope.problems);
  if (items.empty()) return;
  if (items.size() != breakdowns.size()) {
    scope.problems.add(*at, fmt::format("expected {} coordinates, one a breakdown, or []; found {}",
                                        breakdowns.size(), items.size()));
    return;
  }
  for (size_t i = 0; i < items.size(); ++i) {
    if (auto coordinate = bind_coordinate(scope, items[i], breakdowns[i]))
      who.segment.push_back(std::move(*coordinate));
  }
}

std::optional<size_t> bind_interval(Scope& scope, const Place& at, const Query& query) {
  auto label = read_text(at, scope.problems);
  if (!label) return std::nullopt;
  const std::vector<std::string>& labels = query.intervals.labels;
  auto found = std::find(labels.begin(), labels.end(), *label);
  if (found != labels.end()) return static_cast<size_t>(found - labels.begin());
  if (labels.empty()) {
    scope.problems.add(at, "the report has no unit, so it has no intervals");
  } else {
    scope.problems.add(at,
                       fmt::format("{} is no interval of the report; the first is {}, the last {}",
                                   json_quoted(*label), labels.front(), labels.back()));
  }
  return std::nullopt;
}

void operands_of(const Formula& formula, std::vector<int>& out) {
  if (formula.kind == Formula::Kind::kOperand) out.push_back(formula.operand);
  for (const Formula& child : formula.children) operands_of(child, out);
}

// A metric by its letter or its label; without the key the only one.
void bind_metric(Scope& scope, Fields& fields, const Insights& insights, Who& who) {
  std::optional<size_t> index;
  if (auto at = fields.get("metric")) {
    auto name = read_text(*at, scope.problems);
    if (!name) return;
    std::vector<std::string> known;
    for (size_t i = 0; i < insights.metrics.size(); ++i) {
      known.push_back(insights.metrics[i].label);
      if (insights.metrics[i].label == *name) index = i;
    }
    for (size_t i = 0; i < insights.metrics.size() && !index; ++i) {
      if (letter_of(i) == *name) index = i;
    }
    if (!index) return scope.problems.add(*at, unknown("metric", *name, known));
  } else if (insights.metrics.size() == 1) {
    index = 0;
  } else {
    fields.require("metric");
    return;
  }
  const Metric& metric = insights.metrics[*index];
  if (const int* operand = std::get_if<int>(&metric.value)) {
    who.operands = {*operand};
  } else {
    operands_of(std::get<Formula>(metric.value), who.operands);
    std::sort(who.operands.begin(), who.operands.end());
    who.operands.erase(std::unique(who.operands.begin(), who.operands.end()), who.operands.end());
  }
}

void bind_dropped(Scope& scope, Fields& fields, Who& who) {
  if (auto at = fields.get("dropped"))
    who.dropped = read_boolean(*at, scope.problems).value_or(false);
}

void bind_step(Scope& scope, Fields& fields, const Funnel& funnel, Who& who) {
  auto at = fields.require("step");
  if (!at) return;
  auto step = read_whole_number(*at, scope.problems, 1, static_cast<int64_t>(funnel.steps.size()));
  if (!step) return;
  who.step = static_cast<size_t>(*step) - 1;
  if (who.dropped && who.step == 0)
    scope.problems.add(*at, "nobody drops out before the first step; name a later one");
}

void bind_bucket_of(Scope& scope, Fields& fields, const Retention& retention, Who& who) {
  auto at = fields.get("bucket");
  if (!at) {
    if (who.dropped) fields.require("bucket");
    return;
  }
  auto start = read_whole_number(*at, scope.problems, 0, INT64_MAX);
  if (!start) return;
  const std::vector<int64_t>& starts = retention.bucket_starts;
  auto found = std::find(starts.begin(), starts.end() - 1, *start);
  if (found == starts.end() - 1) {
    scope.problems.add(*at, fmt::format("the report has no bucket {}", *start));
  } else {
    who.bucket = static_cast<size_t>(found - starts.begin());
  }
}

// "2/-1/event:added to cart", "1/2/other", "1/2/drop-off": what report/ calls a node.
std::optional<Who::Node> parse_node(const std::string& id, const Flow& flow) {
  size_t first = id.find('/'),
         second = first == std::string::npos ? first : id.find('/', first + 1);
  if (second == std::string::npos) return std::nullopt;
  auto anchor = base::Decimal::parse(id.substr(0, first));
  auto step = base::Decimal::parse(id.substr(first + 1, second - first - 1));
  std::string kind = id.substr(second + 1);
  auto within = [](const std::optional<base::Decimal>& number, int64_t low, int64_t high) {
    return number && number->scale == 0 && number->digits >= low && number->digits <= high;
  };
  if (!within(anchor, 1, static_cast<int64_t>(flow.anchors.size())) ||
      !within(step, -flow.before, flow.after + 1))
    return std::nullopt;
  Who::Node node;
  node.anchor = static_cast<int>(anchor->digits) - 1;
  node.step = static_cast<int>(step->digits);
  constexpr std::string_view kEvent = "event:";
  if (kind.starts_with(kEvent)) {
    node.events = {kind.substr(kEvent.size())};
  } else if (kind == "other") {
    node.other = true;
  } else if (kind == "drop-off") {
    node.drop_off = true;
  } else {
    return std::nullopt;
  }
  return node;
}

void bind_node(Scope& scope, Fields& fields, const Flow& flow, Who& who) {
  auto at = fields.require("node");
  auto id = at ? read_text(*at, scope.problems) : std::nullopt;
  if (!id) return;
  if (auto node = parse_node(*id, flow)) {
    who.node = std::move(*node);
  } else {
    scope.problems.add(
        *at, fmt::format("{} is no node of this flow; take an id of its result", json_quoted(*id)));
  }
}

struct CellBinder {
  Scope& scope;
  Fields& fields;
  const Query& query;
  Who& who;

  void interval(const char* key) {
    if (auto at = fields.get(key)) who.interval = bind_interval(scope, *at, query);
  }
  void operator()(const Insights& insights) {
    bind_metric(scope, fields, insights, who);
    bind_segment(scope, fields, insights.breakdowns, who);
    interval("interval");
  }
  void operator()(const Funnel& funnel) {
    bind_dropped(scope, fields, who);
    bind_step(scope, fields, funnel, who);
    bind_segment(scope, fields, funnel.breakdowns, who);
    interval("interval");
  }
  void operator()(const Retention& retention) {
    bind_dropped(scope, fields, who);
    if (fields.require("born")) interval("born");
    bind_bucket_of(scope, fields, retention, who);
    bind_segment(scope, fields, retention.breakdowns, who);
  }
  void operator()(const Flow& flow) { bind_node(scope, fields, flow, who); }
  void operator()(const Users&) {}
};

}  // namespace

void bind_who(Scope& scope, const Place& at, Query& query) {
  Fields fields(at, scope.problems);
  if (!fields.is_map()) return;
  Who who;
  std::visit(CellBinder{scope, fields, query, who}, query.report);
  bind_list(scope, fields, who.list);
  fields.finish();
  query.who = std::move(who);
}

}  // namespace starling::query
