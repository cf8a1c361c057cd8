#include "report/shape_funnel.h"

#include "report/segment_json.h"
#include "report/top.h"

namespace starling::report {
namespace {

using base::JsonWriter;
using engine::FunnelSeries;
using engine::FunnelStep;
using engine::Number;

Number ratio(uint64_t numerator, uint64_t denominator) {
  if (denominator == 0) return {};
  return static_cast<double>(numerator) / static_cast<double>(denominator);
}

void write_conversion(JsonWriter& out, const std::vector<FunnelStep>& steps) {
  out.key("conversion");
  write_number(out, ratio(steps.back().count, steps.front().count));
}

void write_steps(JsonWriter& out, const std::vector<FunnelStep>& steps) {
  out.key("steps").begin_list();
  for (size_t k = 0; k < steps.size(); ++k) {
    out.begin_object();
    out.key("count").unsigned_integer(steps[k].count);
    out.key("from_previous");
    write_number(out, k == 0 ? Number() : ratio(steps[k].count, steps[k - 1].count));
    out.key("from_first");
    write_number(out, ratio(steps[k].count, steps[0].count));
    out.key("median_seconds");
    write_number(out, steps[k].median_seconds);
    out.key("avg_seconds");
    write_number(out, steps[k].average_seconds);
    out.end_object();
  }
  out.end_list();
}

void write_trend(JsonWriter& out, const query::Query& query, const FunnelSeries& series) {
  out.key("trend").begin_list();
  for (size_t i = 0; i < series.trend.size(); ++i) {
    out.begin_object();
    out.key("interval").text(query.intervals.labels[i]);
    write_steps(out, series.trend[i]);
    write_conversion(out, series.trend[i]);
    out.end_object();
  }
  out.end_list();
}

// A step as the document names it: one event, a list, or "*".
void write_step_name(JsonWriter& out, const query::Funnel::Step& step) {
  out.begin_object().key("event");
  if (step.events.size() == 1) {
    out.text(step.events[0]);
  } else {
    out.begin_list();
    for (const std::string& event : step.events) out.text(event);
    out.end_list();
  }
  out.end_object();
}

}  // namespace

std::string shape_funnel(const query::Query& query, engine::FunnelAnswer answer,
                         uint64_t events_scanned, int64_t elapsed_ms) {
  SegmentCount segments;
  auto entries = [](const FunnelSeries& series) {
    return Number(base::Decimal{static_cast<base::Int128>(series.steps.front().count), 0});
  };
  keep_top(answer.series, query.limit, entries, segments);

  JsonWriter out;
  begin_result(out, {"funnel", elapsed_ms, events_scanned}, query);
  if (query.intervals.unit) out.key("unit").text(base::unit_name(*query.intervals.unit));
  out.key("steps").begin_list();
  for (const query::Funnel::Step& step : std::get<query::Funnel>(query.report).steps)
    write_step_name(out, step);
  out.end_list();
  out.key("series").begin_list();
  for (const FunnelSeries& series : answer.series) {
    out.begin_object();
    out.key("segment");
    write_segment(out, series.segment);
    write_conversion(out, series.steps);
    write_steps(out, series.steps);
    if (query.intervals.unit) write_trend(out, query, series);
    out.end_object();
  }
  out.end_list();
  write_segment_count(out, segments, answer.overlap);
  out.end_object();
  return out.take();
}

}  // namespace starling::report
