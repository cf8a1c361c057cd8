#include "report/count.h"

#include <algorithm>
#include <set>

#include "report/formula.h"
#include "report/running.h"

namespace starling::report {

using engine::Number;
using engine::Segment;
using engine::Series;
using query::Measure;
using query::Metric;
using query::Query;

namespace {

std::vector<int> operands_of_metric(const Metric& metric) {
  if (const int* operand = std::get_if<int>(&metric.value)) return {*operand};
  return operands_of(std::get<query::Formula>(metric.value));
}

// Over nothing these are 0, everything else is null.
bool adds_up(const Measure& measure) {
  switch (measure.kind) {
    case Measure::Kind::kTotal:
    case Measure::Kind::kUsers:
    case Measure::Kind::kRollingUsers:
    case Measure::Kind::kSessions:
      return true;
    case Measure::Kind::kAggregate:
      return measure.aggregate == query::Aggregate::kSum ||
             measure.aggregate == query::Aggregate::kDistinct;
    case Measure::Kind::kPerUser:
    case Measure::Kind::kCohortSize:
      return false;
  }
  return false;
}

int longest_rolling(const query::Insights& insights) {
  int longest = 0;
  for (const Metric& metric : insights.metrics) longest = std::max(longest, metric.rolling);
  return longest;
}

}  // namespace

Result<Counts> Counts::count(Query query, const engine::Backend& backend,
                             const std::atomic<bool>* cancelled) {
  Counts counts;
  counts.query_ = std::move(query);
  engine::Answer answer = TRY(backend.answer(counts.query_, cancelled));
  counts.work_ = std::move(answer.work);
  counts.range_ = counts.tabulate(counts.query_, std::move(answer));
  int rolling = longest_rolling(counts.insights());
  if (rolling > 0 && counts.query_.intervals.unit) {
    counts.look_back_ = static_cast<size_t>(rolling - 1);
    Query whole = with_look_back(counts.query_, counts.look_back_);
    counts.whole_ = counts.tabulate(whole, TRY(backend.answer(whole, cancelled)));
  }
  return counts;
}

Counts::Table Counts::tabulate(const Query& query, engine::Answer answer) {
  Table table;
  table.interval_count = query.intervals.labels.size();
  for (engine::OperandAnswer& operand : std::get<engine::InsightsAnswer>(answer.data).operands) {
    overlap_ = overlap_ || operand.overlap;
    auto& rows = table.operands.emplace_back();
    for (Series& series : operand.series) {
      Segment segment = series.segment;
      rows.emplace(std::move(segment), std::move(series));
    }
  }
  events_scanned_ += answer.events_scanned;
  return table;
}

std::vector<Segment> Counts::segments(const Metric& metric) const {
  std::set<Segment, SegmentLess> out = {{}};
  for (int operand : operands_of_metric(metric)) {
    auto add = [&](const Table& table) {
      auto next = out.begin();
      for (const auto& [segment, series] : table.operands[operand])
        next = std::next(out.insert(next, segment));
    };
    add(range_);
    if (metric.rolling > 0) add(whole_);
  }
  return {out.begin(), out.end()};
}

Series Counts::series(const Table& table, int operand, const Segment& segment) const {
  auto found = table.operands[operand].find(segment);
  if (found != table.operands[operand].end()) return found->second;
  Number nothing =
      adds_up(insights().operands[operand].measure) ? Number(base::Decimal{0, 0}) : Number();
  return {segment, std::vector<Number>(table.interval_count, nothing), nothing};
}

Row Counts::plain_row(const Table& table, const Metric& metric, const Segment& segment) const {
  if (const int* operand = std::get_if<int>(&metric.value)) {
    Series own = series(table, *operand, segment);
    return {segment, std::move(own.values), own.overall};
  }
  const auto& formula = std::get<query::Formula>(metric.value);
  std::vector<Series> operands(insights().operands.size());
  std::vector<Number> inputs(operands.size());
  for (int operand : operands_of(formula)) operands[operand] = series(table, operand, segment);
  auto evaluate_at = [&](auto&& pick) {
    for (int operand : operands_of(formula)) inputs[operand] = pick(operands[operand]);
    return evaluate(formula, inputs);
  };
  Row row{segment, {}, evaluate_at([](const Series& series) { return series.overall; })};
  for (size_t i = 0; i < table.interval_count; ++i) {
    row.values.push_back(evaluate_at([&](const Series& series) { return series.values[i]; }));
  }
  return row;
}

Row Counts::row(const Metric& metric, const Segment& segment) const {
  Row row = plain_row(range_, metric, segment);
  if (metric.rolling > 0 && range_.interval_count > 0) {
    std::vector<Number> whole = plain_row(whole_, metric, segment).values;
    row.values = rolling_means(whole, static_cast<size_t>(metric.rolling));
    row.values.erase(row.values.begin(), row.values.begin() + static_cast<ptrdiff_t>(look_back_));
  }
  if (metric.cumulative) row.values = running_sums(row.values);
  return row;
}

}  // namespace starling::report
