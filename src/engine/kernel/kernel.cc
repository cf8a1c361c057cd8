#include "engine/kernel/kernel.h"

#include "base/result.h"

namespace starling::engine::kernel {

using query::Aggregate;
using query::Measure;

bool needs_users(const Measure& measure) {
  switch (measure.kind) {
    case Measure::Kind::kUsers:
    case Measure::Kind::kRollingUsers:
    case Measure::Kind::kSessions:
    case Measure::Kind::kPerUser:
      return true;
    case Measure::Kind::kTotal:
    case Measure::Kind::kAggregate:
    case Measure::Kind::kCohortSize:
      return false;
  }
  return false;
}

std::unique_ptr<Kernel> make_kernel(const Measure& measure, const Shape& shape) {
  switch (measure.kind) {
    case Measure::Kind::kTotal:
      return make_count_kernel(shape);
    case Measure::Kind::kUsers:
    case Measure::Kind::kSessions:
      return make_users_kernel(shape);
    case Measure::Kind::kRollingUsers:
      return make_rolling_kernel(shape);
    case Measure::Kind::kPerUser:
      return make_per_user_kernel(shape, measure);
    case Measure::Kind::kCohortSize:
      CHECK(false);  // it counts no entries
    case Measure::Kind::kAggregate:
      break;
  }
  switch (measure.aggregate) {
    case Aggregate::kSum:
      return make_sum_kernel(shape, false);
    case Aggregate::kAverage:
      return make_sum_kernel(shape, true);
    case Aggregate::kMinimum:
      return make_extreme_kernel(shape, false);
    case Aggregate::kMaximum:
      return make_extreme_kernel(shape, true);
    case Aggregate::kPercentile:
      return make_percentile_kernel(shape, measure.percentile);
    case Aggregate::kDistinct:
      return make_distinct_kernel(shape);
  }
  CHECK(false);
}

}  // namespace starling::engine::kernel
