#include "report/shape_retention.h"

#include "report/segment_json.h"
#include "report/top.h"

namespace starling::report {
namespace {

using base::JsonWriter;
using engine::Number;
using engine::RetentionCell;
using engine::RetentionSeries;

Number ratio(base::Int128 numerator, base::Int128 denominator) {
  if (denominator == 0) return {};
  return static_cast<double>(static_cast<__float128>(numerator) /
                             static_cast<__float128>(denominator));
}

// The mean of the cells' values, each with its cohort's size as weight.
class WeightedMean {
 public:
  void add(const Number& value, uint64_t weight) {
    weight_ += weight;
    if (const auto* exact = std::get_if<base::Decimal>(&value)) {
      exact_ =
          exact_ + base::Decimal{exact->digits * static_cast<base::Int128>(weight), exact->scale};
      any_ = true;
    } else if (const auto* real = std::get_if<double>(&value)) {
      floats_.add(*real * static_cast<double>(weight));
      any_ = true;
    }
  }
  Number mean() const {
    if (!any_ || weight_ == 0) return {};
    if (floats_.value() == 0) return base::divide_exact(exact_, weight_);
    return (floats_.value() + exact_.to_double()) / static_cast<double>(weight_);
  }

 private:
  base::Decimal exact_;
  base::FloatSum floats_;
  uint64_t weight_ = 0;
  bool any_ = false;
};

// Over the complete cells of a bucket (§8.31): P = size, C = retained.
struct Average {
  base::Int128 retained_by_size = 0, size_squared = 0, retained = 0, size = 0;
  WeightedMean value;

  void add(uint64_t cohort_size, const RetentionCell& cell) {
    auto p = static_cast<base::Int128>(cohort_size), c = static_cast<base::Int128>(cell.users);
    retained_by_size += c * p;
    size_squared += p * p;
    retained += c;
    size += p;
    value.add(cell.value, cohort_size);
  }
};

void write_cell(JsonWriter& out, uint64_t size, const std::optional<RetentionCell>& cell) {
  if (!cell) {
    out.null();
    return;
  }
  out.begin_object();
  out.key("users").unsigned_integer(cell->users);
  out.key("rate");
  write_number(out, ratio(static_cast<base::Int128>(cell->users), static_cast<base::Int128>(size)));
  out.key("value");
  write_number(out, cell->value);
  out.key("complete").boolean(cell->complete);
  out.end_object();
}

void write_averages(JsonWriter& out, const std::vector<int64_t>& buckets,
                    const RetentionSeries& series) {
  out.key("average").begin_list();
  for (size_t k = 0; k < buckets.size(); ++k) {
    Average average;
    for (const engine::RetentionCohort& cohort : series.cohorts) {
      if (cohort.cells[k] && cohort.cells[k]->complete) average.add(cohort.size, *cohort.cells[k]);
    }
    out.begin_object();
    out.key("bucket").integer(buckets[k]);
    out.key("rate");
    write_number(out, ratio(average.retained_by_size, average.size_squared));
    out.key("pooled_rate");
    write_number(out, ratio(average.retained, average.size));
    out.key("value");
    write_number(out, average.value.mean());
    out.end_object();
  }
  out.end_list();
}

void write_series(JsonWriter& out, const query::Query& query, const std::vector<int64_t>& buckets,
                  const RetentionSeries& series) {
  out.begin_object();
  out.key("segment");
  write_segment(out, series.segment);
  out.key("cohorts").begin_list();
  for (const engine::RetentionCohort& cohort : series.cohorts) {
    out.begin_object();
    out.key("born").text(query.intervals.labels[cohort.interval]);
    out.key("size").unsigned_integer(cohort.size);
    out.key("cells").begin_list();
    for (const auto& cell : cohort.cells) write_cell(out, cohort.size, cell);
    out.end_list();
    out.end_object();
  }
  out.end_list();
  write_averages(out, buckets, series);
  out.end_object();
}

}  // namespace

std::string shape_retention(const query::Query& query, engine::RetentionAnswer answer,
                            uint64_t events_scanned, int64_t elapsed_ms) {
  std::vector<int64_t> buckets = std::get<query::Retention>(query.report).bucket_starts;
  buckets.pop_back();
  SegmentCount segments;
  auto rank = [](const RetentionSeries& series) {
    return Number(base::Decimal{static_cast<base::Int128>(series.ranked_by), 0});
  };
  keep_top(answer.series, query.limit, rank, segments);

  JsonWriter out;
  begin_result(out, {"retention", elapsed_ms, events_scanned}, query);
  out.key("unit").text(base::unit_name(std::get<query::Retention>(query.report).unit));
  out.key("buckets").begin_list();
  for (int64_t bucket : buckets) out.integer(bucket);
  out.end_list();
  out.key("series").begin_list();
  for (const RetentionSeries& series : answer.series) write_series(out, query, buckets, series);
  out.end_list();
  write_segment_count(out, segments, answer.overlap);
  out.end_object();
  return out.take();
}

}  // namespace starling::report
