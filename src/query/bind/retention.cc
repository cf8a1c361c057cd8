#include <fmt/format.h>

#include "query/bind/breakdown.h"
#include "query/bind/measure.h"
#include "query/bind/range.h"
#include "query/bind/report.h"
#include "query/bind/selector.h"

namespace starling::query {
namespace {

using base::CalendarUnit;
using base::Node;

constexpr int64_t kMaxBuckets = 730;
constexpr int64_t kMaxUnits = 36'500;  // the end of the last bucket
constexpr int64_t kDefaultLastBucket = 12;

std::vector<int64_t> plain_buckets(int64_t last) {
  std::vector<int64_t> starts;
  for (int64_t start = 0; start <= last + 1; ++start) starts.push_back(start);
  return starts;
}

std::vector<int64_t> bind_buckets(Scope& scope, const Place& at) {
  if (!at->is_list()) {
    if (at->kind != Node::Kind::kNumber) {
      add_expected(at, scope.problems, "the last bucket's number, or a list of bracket sizes");
      return {};
    }
    auto last = read_whole_number(at, scope.problems, 0, kMaxBuckets);
    return last ? plain_buckets(*last) : std::vector<int64_t>();
  }
  std::vector<int64_t> starts = {0};
  if (at->items.empty()) scope.problems.add(at, "expected at least one bracket size");
  if (static_cast<int64_t>(at->items.size()) > kMaxBuckets) {
    scope.problems.add(
        at, fmt::format("{} brackets are too many; at most {}", at->items.size(), kMaxBuckets));
    return {};
  }
  for (const Place& item : read_list(at, scope.problems)) {
    auto size = read_whole_number(item, scope.problems, 1, kMaxUnits);
    starts.push_back(starts.back() + size.value_or(1));
  }
  if (starts.back() > kMaxUnits)
    scope.problems.add(at, fmt::format("the brackets end after more than {} units", kMaxUnits));
  return starts;
}

void bind_of(Scope& scope, const Place& at, Retention& retention) {
  if (at->is_text() && at->text == "users") return;
  bool one = at->is_map() && at->fields.size() == 1;
  std::string name = one ? at->fields[0].first : "";
  if (name != "sum" && name != "avg") {
    add_expected(at, scope.problems, "users, {sum: PROPERTY} or {avg: PROPERTY}");
    return;
  }
  retention.of = name == "sum" ? Retention::Of::kSum : Retention::Of::kAverage;
  Place property_at = at.field(name, at->fields[0].second);
  auto property = bind_measured(scope, property_at);
  if (property && can_aggregate(scope, property_at, Aggregate::kSum, *property))
    retention.property = std::move(*property);
}

std::optional<Selector> bind_side(Scope& scope, Fields& fields, std::string_view key,
                                  const std::optional<Filter>& report_where) {
  auto at = fields.require(key);
  if (!at) return std::nullopt;
  Fields side(*at, scope.problems);
  auto selector = bind_selector(scope, side, report_where);
  side.finish();
  return selector;
}

void bind_rules(Scope& scope, Fields& fields, Retention& retention) {
  using Criterion = Retention::Criterion;
  if (auto at = fields.get("clock")) {
    auto calendar =
        read_choice<bool>(*at, scope.problems, "clock", {{"rolling", false}, {"calendar", true}});
    retention.calendar = calendar.value_or(false);
  }
  auto criterion_at = fields.get("criterion");
  if (criterion_at) {
    auto criterion = read_choice<Criterion>(*criterion_at, scope.problems, "criterion",
                                            {{"on", Criterion::kOn},
                                             {"on or after", Criterion::kOnOrAfter},
                                             {"on or before", Criterion::kOnOrBefore},
                                             {"streak", Criterion::kStreak}});
    retention.criterion = criterion.value_or(Criterion::kOnOrAfter);
  }
  if (auto at = fields.get("measure")) bind_of(scope, *at, retention);
  if (retention.criterion == Criterion::kStreak && retention.of != Retention::Of::kUsers) {
    scope.problems.add(*criterion_at, "a streak goes with the measure users only");
  }
  if (auto at = fields.get("count_birth"))
    retention.count_birth = read_boolean(*at, scope.problems).value_or(false);
  auto buckets = fields.get("buckets");
  retention.bucket_starts =
      buckets ? bind_buckets(scope, *buckets) : plain_buckets(kDefaultLastBucket);
}

}  // namespace

void bind_retention(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
                    Query& query) {
  Retention retention;
  if (auto at = fields.get("unit")) {
    auto unit = read_choice<CalendarUnit>(*at, scope.problems, "unit",
                                          {{"day", CalendarUnit::kDay},
                                           {"week", CalendarUnit::kWeek},
                                           {"month", CalendarUnit::kMonth}});
    retention.unit = unit.value_or(CalendarUnit::kDay);
  }
  RangeAndIntervals range = bind_range(scope, fields, retention.unit);
  query.range = std::move(range.range);
  query.intervals = std::move(range.intervals);
  auto born = bind_side(scope, fields, "born", report_where);
  auto returned = bind_side(scope, fields, "returned", report_where);
  if (born && returned) {
    retention.returned_is_born = *fields.at()->find("born") == *fields.at()->find("returned");
    retention.born = std::move(*born);
    retention.returned = std::move(*returned);
  }
  bind_rules(scope, fields, retention);
  if (auto at = fields.get("breakdown")) retention.breakdowns = bind_breakdowns(scope, *at, true);
  query.report = std::move(retention);
}

}  // namespace starling::query
