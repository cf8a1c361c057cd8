#include "engine/native/retention_plan.h"

#include <algorithm>

namespace starling::engine::native {

using base::Date;
using query::Breakdown;
using query::Retention;

namespace {

// A rolling month is 30 days (docs/semantics/retention.md).
int64_t unit_ms(base::CalendarUnit unit) {
  int64_t days = unit == base::CalendarUnit::kDay ? 1 : unit == base::CalendarUnit::kWeek ? 7 : 30;
  return days * base::kDayMs;
}

// Starts of the first birth interval and of every unit after it that a bucket of the last one can
// reach.
std::vector<int64_t> calendar_starts(const query::Query& query, const Retention& retention) {
  std::vector<int64_t> starts;
  auto first = Date::parse(query.intervals.labels[0]);
  CHECK(first.has_value());
  int64_t units = static_cast<int64_t>(query.intervals.labels.size()) +
                  std::max<int64_t>(1, retention.bucket_starts.back());
  for (int64_t i = 0; i <= units; ++i) {
    starts.push_back(query.timezone.day_start(base::add_units(*first, retention.unit, i)).value);
  }
  return starts;
}

}  // namespace

RetentionPlan::RetentionPlan(Question& question, const Retention& asked)
    : retention(asked),
      as_of(question.query().as_of.value),
      interval_count(question.query().intervals.labels.size()) {
  const query::Query& query = question.query();
  std::vector<Coordinates*> born_coordinates, returned_coordinates;
  for (const Breakdown& breakdown : retention.breakdowns) {
    bool born = breakdown.at == Breakdown::At::kBorn;
    coordinates.push_back(
        std::make_unique<Coordinates>(breakdown, question.cohort_name(breakdown.reference)));
    (born ? at_born : at_returned).push_back(&breakdown);
    (born ? born_coordinates : returned_coordinates).push_back(coordinates.back().get());
    overlap = overlap || question.list_of(breakdown.reference).has_value();
  }

  births_window = {query.range.from.value, std::min(query.range.to.value, as_of)};
  if (interval_count > 0) {
    std::vector<int64_t> boundaries;
    for (base::TimeMs boundary : query.intervals.boundaries) boundaries.push_back(boundary.value);
    births_window.from = std::max(births_window.from, boundaries.front());
    births_window.to = std::min(births_window.to, boundaries.back());
    if (boundaries.front() < boundaries.back()) birth_intervals.emplace(std::move(boundaries));
    calendar = calendar_starts(query, retention);
    if (calendar.front() < calendar.back()) calendar_index.emplace(calendar);
  }

  births = std::make_unique<Scan>(question, retention.born, births_window);
  returns = std::make_unique<Scan>(question, retention.returned, Window{births_window.from, as_of});
  birth_emitter = std::make_unique<Emitter>(
      question, *births, retention.born, at_born, born_coordinates, nullptr, false,
      EmitterOptions{birth_intervals ? &*birth_intervals : nullptr, true, true});
  bool sums = retention.of != Retention::Of::kUsers && retention.property.has_value();
  return_emitter = std::make_unique<Emitter>(
      question, *returns, retention.returned, at_returned, returned_coordinates,
      sums ? &*retention.property : nullptr, false, EmitterOptions{nullptr, true, true});

  kernel_options.buckets.starts = retention.bucket_starts;
  kernel_options.buckets.unit_ms = unit_ms(retention.unit);
  kernel_options.buckets.index();
  kernel_options.calendar = retention.calendar;
  kernel_options.criterion = retention.criterion;
  kernel_options.birth_counts =
      retention.count_birth || retention.criterion == Retention::Criterion::kStreak;
  kernel_options.sums = sums;
  kernel_options.floats = return_emitter->wanted().floats;
  kernel_options.scale = return_emitter->wanted().scale;
  kernel_options.intervals = std::max<size_t>(1, interval_count);
  last_only =
      !sums && retention.criterion == Retention::Criterion::kOnOrAfter && at_returned.empty();
}

uint32_t RetentionPlan::calendar_unit(int64_t time) const {
  if (!calendar_index || time < calendar_index->begin()) return 0;
  if (time >= calendar_index->end()) return static_cast<uint32_t>(calendar_index->size());
  return calendar_index->find(time);
}

bool RetentionPlan::has_begun(size_t interval, int k, int64_t earliest) const {
  int64_t units = retention.bucket_starts[static_cast<size_t>(k)];
  int64_t start = retention.calendar ? calendar[interval + static_cast<size_t>(units)]
                                     : earliest + units * kernel_options.buckets.unit_ms;
  return start < as_of;
}

bool RetentionPlan::is_complete(size_t interval, int k) const {
  int64_t units = retention.bucket_starts[static_cast<size_t>(k) + 1];
  int64_t end = retention.calendar
                    ? calendar[interval + static_cast<size_t>(units)]
                    : calendar[interval + 1] + units * kernel_options.buckets.unit_ms;
  return as_of >= end;
}

// With `at: returned` every later row makes a segment, in whatever bucket (§8.32).
int64_t RetentionPlan::returns_end(size_t interval, int64_t born_at) const {
  if (retention.criterion == Retention::Criterion::kOnOrAfter || !at_returned.empty())
    return INT64_MAX;
  int64_t units = retention.bucket_starts.back();
  return retention.calendar ? calendar[interval + static_cast<size_t>(units)]
                            : born_at + units * kernel_options.buckets.unit_ms;
}

}  // namespace starling::engine::native
