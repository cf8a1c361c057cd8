// Funnels (docs/semantics/funnel.md): find every person's attempts, give each its segments, choose
// those that count, and count how far they came and how long it took.
#include <algorithm>

#include "engine/kernel/aggregate.h"
#include "engine/reference/answers.h"
#include "engine/reference/attempts.h"
#include "engine/reference/measure.h"
#include "engine/reference/segments.h"

namespace starling::engine::reference {

using query::Funnel;

namespace {

// The attempts of one funnel that count, by segment; the row over all segments is {}.
struct Counted {
  struct Of {
    const Person* person;
    Attempt attempt;
  };
  std::map<Segment, std::vector<Of>, SegmentLess> segments;
};

// One attempt with what its rows say.
class Judged {
 public:
  Judged(const Question& question, const Funnel& funnel, const Person& person,
         const Attempt& attempt)
      : question_(question), funnel_(funnel), person_(person), attempt_(attempt) {}

  // F13: the report's where, on attributed values.
  bool passes(const query::Filter& filter) const {
    auto child_passes = [&](const query::Filter& child) { return passes(child); };
    switch (filter.kind) {
      case query::Filter::Kind::kAll:
        return std::ranges::all_of(filter.children, child_passes);
      case query::Filter::Kind::kAny:
        return std::ranges::any_of(filter.children, child_passes);
      case query::Filter::Kind::kNot:
        return !passes(filter.children[0]);
      case query::Filter::Kind::kTest: {
        const Attempt::Taken* row = attributed([&](const Attempt::Taken& taken) {
          return !question_.value_of(filter.reference, subject(taken)).is_null();
        });
        return row != nullptr && question_.passes(filter, subject(*row));
      }
      case query::Filter::Kind::kAnyElement:
      case query::Filter::Kind::kAllElements: {
        std::optional<ListId> list = question_.list_within(filter);
        const Attempt::Taken* row = attributed([&](const Attempt::Taken& taken) {
          return list && question_.list_size(*list, subject(taken)) > 0;
        });
        return row != nullptr && question_.passes(filter, subject(*row));
      }
    }
    return false;
  }

  // F14: a coordinate (of a list: one an element) on each breakdown, and every combination.
  std::vector<Segment> segments() const {
    std::vector<Segment> out = {{}};
    for (const query::Breakdown& breakdown : funnel_.breakdowns) {
      std::vector<Segment> longer;
      for (const Coordinate& coordinate : coordinates(breakdown)) {
        for (const Segment& start : out) {
          longer.push_back(start);
          longer.back().push_back(coordinate);
        }
      }
      out = std::move(longer);
    }
    return out;
  }

 private:
  Subject subject(const Attempt::Taken& taken) const {
    return {&person_, &question_.events(person_)[taken.row]};
  }
  const query::Selector& selector(const Attempt::Taken& taken) const {
    return funnel_.steps[taken.step].selector;
  }

  // The row that gives a value: the first or the last that has one, or that of a step.
  template <class IsSet>
  const Attempt::Taken* attributed(IsSet is_set) const {
    const std::vector<Attempt::Taken>& taken = attempt_.taken;
    switch (funnel_.attribute) {
      case Funnel::Attribute::kFirst: {
        auto found = std::ranges::find_if(taken, is_set);
        return found == taken.end() ? nullptr : &*found;
      }
      case Funnel::Attribute::kLast: {
        auto found = std::find_if(taken.rbegin(), taken.rend(), is_set);
        return found == taken.rend() ? nullptr : &*found;
      }
      case Funnel::Attribute::kStep: {
        auto step = static_cast<size_t>(funnel_.attribute_step);
        auto found = std::ranges::find(taken, step, &Attempt::Taken::step);
        return found == taken.end() || !is_set(*found) ? nullptr : &*found;
      }
    }
    return nullptr;
  }

  std::vector<Coordinate> coordinates_at(const query::Breakdown& breakdown,
                                         const Attempt::Taken& taken) const {
    std::vector<Coordinate> out;
    for (auto& [segment, values] :
         split(question_, selector(taken), {breakdown}, std::nullopt, subject(taken)))
      out.push_back(segment[0]);
    return out;
  }

  std::vector<Coordinate> coordinates(const query::Breakdown& breakdown) const {
    const Coordinate not_set = {Special{Special::Kind::kNotSet}};
    const Attempt::Taken* row = attributed([&](const Attempt::Taken& taken) {
      return std::ranges::any_of(coordinates_at(breakdown, taken),
                                 [&](const Coordinate& at) { return compare(at, not_set) != 0; });
    });
    return row == nullptr ? std::vector{not_set} : coordinates_at(breakdown, *row);
  }

  const Question& question_;
  const Funnel& funnel_;
  const Person& person_;
  const Attempt& attempt_;
};

void count_person(const Question& question, const Funnel& funnel, const Person& person,
                  Openings openings, Counted& out) {
  FunnelPerson rows(question, funnel, person);
  auto passes = [&](const Attempt& attempt) {
    return !funnel.where || Judged(question, funnel, person, attempt).passes(*funnel.where);
  };
  for (const Attempt& attempt : rows.counted(openings)) {
    if (passes(attempt)) out.segments[{}].push_back({&person, attempt});
  }
  if (funnel.breakdowns.empty()) return;
  std::map<Segment, Attempt, SegmentLess> one;  // of each segment, where users are counted
  for (const Attempt& attempt : rows.split(openings)) {
    if (!passes(attempt)) continue;
    for (const Segment& segment : Judged(question, funnel, person, attempt).segments()) {
      if (funnel.count != Funnel::Count::kUsers) {
        out.segments[segment].push_back({&person, attempt});
      } else if (auto [at, added] = one.emplace(segment, attempt);
                 !added && funnel.optimized && is_better(attempt, at->second)) {
        at->second = attempt;
      }
    }
  }
  for (auto& [segment, attempt] : one) out.segments[segment].push_back({&person, attempt});
}

Result<Counted> count(const Question& question, const Funnel& funnel, Openings openings,
                      const std::atomic<bool>* cancelled) {
  Counted out;
  out.segments[{}];
  for (const Person& person : question.world().people) {
    TRY(go_on(cancelled));
    count_person(question, funnel, person, openings, out);
  }
  return out;
}

// F16, F17: how many reached each step, and the times from the step before.
std::vector<FunnelStep> steps_of(const Funnel& funnel, const std::vector<Counted::Of>& attempts) {
  std::vector<FunnelStep> steps;
  for (size_t k = 0; k < funnel.steps.size(); ++k) {
    FunnelStep step;
    NumberSum sum;
    std::vector<int64_t> times;
    for (const Counted::Of& of : attempts) {
      if (of.attempt.reached() <= k) continue;
      ++step.count;
      if (k == 0) continue;
      int64_t took = of.attempt.taken[k].time - of.attempt.taken[k - 1].time;
      times.push_back(took);
      sum.add_digits(took, 3);
    }
    if (k > 0) {
      step.average_seconds = sum.average(step.count);
      step.median_seconds = percentile(times, 3, 0.5);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Openings openings_of(const query::Query& query, std::optional<size_t> interval) {
  Openings out{query.range.from.value, query.range.to.value};
  if (!interval) return out;
  return {std::max(out.from, query.intervals.boundaries[*interval].value),
          std::min(out.to, query.intervals.boundaries[*interval + 1].value)};
}

}  // namespace

Result<FunnelAnswer> answer_funnel(const Question& question, const Funnel& funnel,
                                   const std::atomic<bool>* cancelled) {
  const query::Query& query = question.query();
  Counted whole = TRY(count(question, funnel, openings_of(query, std::nullopt), cancelled));
  std::vector<Counted> trend;
  for (size_t i = 0; i < query.intervals.labels.size(); ++i) {
    trend.push_back(TRY(count(question, funnel, openings_of(query, i), cancelled)));
    for (const auto& [segment, attempts] : trend.back().segments) whole.segments[segment];
  }
  FunnelAnswer answer;
  answer.overlap = overlaps(question, funnel.breakdowns, std::nullopt);
  for (const auto& [segment, attempts] : whole.segments) {
    FunnelSeries series{segment, steps_of(funnel, attempts), {}};
    for (Counted& interval : trend)
      series.trend.push_back(steps_of(funnel, interval.segments[segment]));
    answer.series.push_back(std::move(series));
  }
  return answer;
}

Result<People> people_in_funnel(const Question& question, const Funnel& funnel,
                                const query::Who& who, const std::atomic<bool>* cancelled) {
  Counted counted =
      TRY(count(question, funnel, openings_of(question.query(), who.interval), cancelled));
  People people;
  for (const Counted::Of& of : counted.segments[who.segment]) {
    bool fits = who.dropped ? of.attempt.reached() == who.step : of.attempt.reached() > who.step;
    if (fits) people.insert(of.person);
  }
  return people;
}

}  // namespace starling::engine::reference
