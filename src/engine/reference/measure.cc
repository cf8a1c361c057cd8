#include "engine/reference/measure.h"

#include <map>
#include <set>

#include "engine/kernel/aggregate.h"

namespace starling::engine::reference {

using event::Value;
using query::Aggregate;
using query::Measure;

namespace {

Number count(uint64_t n) { return base::Decimal{static_cast<base::Int128>(n), 0}; }

std::vector<Number> numbers_of(const std::vector<const Hit*>& hits) {
  std::vector<Number> out;
  for (const Hit* hit : hits) {
    for (const Value& value : hit->values) {
      if (value.is_number()) out.push_back(number_of(value));
    }
  }
  return out;
}

Number extreme(const std::vector<Number>& numbers, int sign) {
  Number best;
  for (const Number& number : numbers) {
    if (is_null(best) || compare_numbers(number, best) * sign > 0) best = number;
  }
  return best;
}

Number aggregate(Aggregate aggregate, double p, std::vector<Number> numbers) {
  NumberSum sum;
  for (const Number& number : numbers) sum.add(number);
  switch (aggregate) {
    case Aggregate::kSum:
      return sum.total();
    case Aggregate::kAverage:
      return sum.average(numbers.size());
    case Aggregate::kMinimum:
      return extreme(numbers, -1);
    case Aggregate::kMaximum:
      return extreme(numbers, 1);
    case Aggregate::kPercentile:
      return percentile(numbers, p);
    case Aggregate::kDistinct:
      break;
  }
  CHECK(false);
}

Number distinct_values(const std::vector<const Hit*>& hits) {
  std::set<std::string> keys;
  for (const Hit* hit : hits) {
    for (const Value& value : hit->values) {
      if (!value.is_null()) keys.insert(distinct_key(value));
    }
  }
  return count(keys.size());
}

Number distinct_users(const std::vector<const Hit*>& hits) {
  std::set<const Person*> users;
  for (const Hit* hit : hits) {
    if (hit->person != nullptr) users.insert(hit->person);
  }
  return count(users.size());
}

Number distinct_sessions(const std::vector<const Hit*>& hits) {
  std::set<std::pair<const Person*, uint64_t>> sessions;
  for (const Hit* hit : hits) {
    if (hit->person != nullptr) sessions.insert({hit->person, hit->session});
  }
  return count(sessions.size());
}

// The inner number of every user with a match, then the outer aggregate over them.
Number per_user(const Measure& measure, const std::vector<const Hit*>& hits) {
  std::map<const Person*, std::vector<const Hit*>> by_user;
  for (const Hit* hit : hits) {
    if (hit->person != nullptr) by_user[hit->person].push_back(hit);
  }
  std::vector<Number> inner;
  for (const auto& [person, own] : by_user) {
    inner.push_back(measure.property ? aggregate(Aggregate::kSum, 0, numbers_of(own))
                                     : count(own.size()));
  }
  return aggregate(measure.aggregate, measure.percentile, std::move(inner));
}

}  // namespace

std::vector<Value> measured_values(const Question& question, const query::Selector& selector,
                                   const Measure& measure, Subject subject) {
  if (!measure.property) return {};
  std::optional<ListId> list = question.list_of(*measure.property);
  if (!list) return {question.value_of(*measure.property, subject)};
  std::vector<Value> out;
  for (size_t element : question.kept_elements(selector, *list, subject)) {
    out.push_back(question.element_of(*measure.property, subject, element));
  }
  return out;
}

Number finish(const Measure& measure, const std::vector<const Hit*>& hits) {
  switch (measure.kind) {
    case Measure::Kind::kTotal:
      return count(hits.size());
    case Measure::Kind::kUsers:
    case Measure::Kind::kRollingUsers:
      return distinct_users(hits);
    case Measure::Kind::kSessions:
      return distinct_sessions(hits);
    case Measure::Kind::kAggregate:
      if (measure.aggregate == Aggregate::kDistinct) return distinct_values(hits);
      return aggregate(measure.aggregate, measure.percentile, numbers_of(hits));
    case Measure::Kind::kPerUser:
      return per_user(measure, hits);
    case Measure::Kind::kCohortSize:
      break;
  }
  return {};
}

}  // namespace starling::engine::reference
