#include "report/running.h"

#include <cmath>

namespace starling::report {
namespace {

using engine::Number;

// The sum of some numbers and how many they are.
class Sum {
 public:
  void add(const Number& number) {
    if (engine::is_null(number)) return;
    ++count_;
    if (const auto* exact = std::get_if<base::Decimal>(&number)) {
      exact_ = exact_ + *exact;
    } else {
      floats_.add(std::get<double>(number));
      has_float_ = true;
    }
  }
  Number total() const {
    if (count_ == 0) return {};
    if (!has_float_) return exact_;
    double sum = floats_.value() + exact_.to_double();
    return std::isfinite(sum) ? Number(sum) : Number();
  }
  Number mean() const {
    if (count_ == 0) return {};
    if (!has_float_) return base::divide_exact(exact_, count_);
    Number sum = total();
    return engine::is_null(sum) ? sum : Number(std::get<double>(sum) / static_cast<double>(count_));
  }

 private:
  base::Decimal exact_;
  base::FloatSum floats_;
  bool has_float_ = false;
  uint64_t count_ = 0;
};

}  // namespace

std::vector<Number> rolling_means(const std::vector<Number>& values, size_t n) {
  std::vector<Number> out;
  for (size_t i = 0; i < values.size(); ++i) {
    Sum sum;
    for (size_t j = i + 1 < n ? 0 : i + 1 - n; j <= i; ++j) sum.add(values[j]);
    out.push_back(sum.mean());
  }
  return out;
}

std::vector<Number> running_sums(const std::vector<Number>& values) {
  std::vector<Number> out;
  Sum sum;
  for (const Number& value : values) {
    sum.add(value);
    out.push_back(sum.total());
  }
  return out;
}

query::Query with_look_back(query::Query query, size_t count) {
  query::Intervals& intervals = query.intervals;
  base::CalendarUnit unit = *intervals.unit;
  query::Intervals longer;
  longer.unit = unit;
  for (size_t i = count; i > 0; --i) {
    auto back = static_cast<int64_t>(i);
    if (unit == base::CalendarUnit::kHour) {
      base::TimeMs start{intervals.boundaries[0].value - back * base::kHourMs};
      longer.labels.push_back(query.timezone.rfc3339(start));
      longer.boundaries.push_back(start);
    } else {
      base::Date date = base::add_units(*base::Date::parse(intervals.labels[0]), unit, -back);
      longer.labels.push_back(date.text());
      longer.boundaries.push_back(query.timezone.day_start(date));
    }
  }
  longer.labels.insert(longer.labels.end(), intervals.labels.begin(), intervals.labels.end());
  longer.boundaries.insert(longer.boundaries.end(), intervals.boundaries.begin(),
                           intervals.boundaries.end());
  query.range.from = longer.boundaries.front();
  query.range.to = longer.boundaries.back();
  query.range.from_text = longer.labels.front();
  query.range.to_text = query.timezone.rfc3339(query.range.to);
  intervals = std::move(longer);
  // Sizes of cohorts are not worked out before the range: no rolling mean is over them (bind).
  auto* insights = std::get_if<query::Insights>(&query.report);
  for (size_t i = 0; insights != nullptr && i < insights->operands.size(); ++i) {
    std::vector<int>& cohorts = insights->operands[i].measure.cohorts;
    if (!cohorts.empty()) cohorts.insert(cohorts.begin(), count, -1);
  }
  return query;
}

}  // namespace starling::report
