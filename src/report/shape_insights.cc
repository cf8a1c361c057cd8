#include "report/shape_insights.h"

#include "report/segment_json.h"
#include "report/top.h"

namespace starling::report {
namespace {

using base::JsonWriter;

void write_intervals(JsonWriter& out, const query::Intervals& intervals) {
  out.key("intervals").begin_list();
  for (const std::string& label : intervals.labels) out.text(label);
  out.end_list();
}

void write_values(JsonWriter& out, const query::Query& query, const Row& row) {
  if (query.intervals.unit) {
    out.key("values");
    write_numbers(out, row.values);
  }
  out.key("overall");
  write_number(out, row.overall);
}

std::vector<Row> rows_of(const Counts& counts, const query::Metric& metric) {
  std::vector<Row> rows;
  for (const engine::Segment& segment : counts.segments(metric))
    rows.push_back(counts.row(metric, segment));
  return rows;
}

}  // namespace

std::string shape_insights(const Counts& counts, const std::optional<Counts>& before,
                           int64_t elapsed_ms) {
  const query::Query& query = counts.query();
  uint64_t scanned = counts.events_scanned() + (before ? before->events_scanned() : 0);
  JsonWriter out;
  begin_result(out, {"insights", elapsed_ms, scanned}, query);
  out.key("unit");
  query.intervals.unit ? out.text(base::unit_name(*query.intervals.unit)) : out.null();
  write_intervals(out, query.intervals);
  if (before) {
    out.key("compare").begin_object();
    out.key("from").text(before->query().range.from_text);
    out.key("to").text(before->query().range.to_text);
    write_intervals(out, before->query().intervals);
    out.end_object();
  }
  out.key("series").begin_list();
  SegmentCount segments;
  for (const query::Metric& metric : std::get<query::Insights>(query.report).metrics) {
    std::vector<Row> rows = rows_of(counts, metric);
    keep_top(
        rows, query.limit, [](const Row& row) { return row.overall; }, segments);
    for (const Row& row : rows) {
      out.begin_object();
      out.key("metric").text(metric.label);
      out.key("segment");
      write_segment(out, row.segment);
      write_values(out, query, row);
      if (before) {
        out.key("compare").begin_object();
        write_values(out, before->query(), before->row(metric, row.segment));
        out.end_object();
      }
      out.end_object();
    }
  }
  out.end_list();
  write_segment_count(out, segments, counts.overlap());
  out.end_object();
  return out.take();
}

}  // namespace starling::report
