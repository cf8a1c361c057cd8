// Insights (docs/semantics/insights.md): collect the hits of every segment, then finish the measure
// over the hits of each interval and over those of the whole range.
#include <algorithm>

#include "engine/reference/answers.h"
#include "engine/reference/attempts.h"
#include "engine/reference/measure.h"
#include "engine/reference/segments.h"

namespace starling::engine::reference {

using base::Date;
using query::Measure;
using query::Query;

namespace {

struct Slot {
  int64_t from = 0, to = 0;  // ms; to is exclusive
  bool holds(int64_t time) const { return from <= time && time < to; }
};

Date last_date_of_range(const Query& query) {
  if (auto date = Date::parse(query.range.to_text)) return *date;
  return query.timezone.to_local({query.range.to.value - 1}).date;
}

// The `days` local days that end with `last`, cut where the range ends (§8.11).
Slot rolling_slot(const Query& query, int days, Date last) {
  last = std::min(last, last_date_of_range(query));
  int64_t from = query.timezone.day_start(Date{last.days - days + 1}).value;
  int64_t to = query.timezone.day_start(Date{last.days + 1}).value;
  return {from, std::min(to, query.range.to.value)};
}

Date last_date_of_interval(const Query& query, size_t interval) {
  const query::Intervals& intervals = query.intervals;
  if (*intervals.unit == base::CalendarUnit::kHour) {
    return query.timezone.to_local(intervals.boundaries[interval]).date;
  }
  Date first = *Date::parse(intervals.labels[interval]);
  return Date{base::add_units(first, *intervals.unit, 1).days - 1};
}

struct Slots {
  std::vector<Slot> intervals;
  Slot overall;
  Slot all;  // everything a matching event may count in
};

Slots slots_of(const Query& query, const Measure& measure) {
  Slots slots;
  slots.overall = {query.range.from.value, query.range.to.value};
  slots.all = slots.overall;
  bool rolling = measure.kind == Measure::Kind::kRollingUsers;
  for (size_t i = 0; i < query.intervals.labels.size(); ++i) {
    Slot slot = {std::max(query.intervals.boundaries[i].value, query.range.from.value),
                 std::min(query.intervals.boundaries[i + 1].value, query.range.to.value)};
    if (rolling) slot = rolling_slot(query, measure.rolling_days, last_date_of_interval(query, i));
    slots.intervals.push_back(slot);
    slots.all.from = std::min(slots.all.from, slot.from);
  }
  if (rolling) {
    slots.overall = rolling_slot(query, measure.rolling_days, last_date_of_range(query));
    slots.all.from = std::min(slots.all.from, slots.overall.from);
  }
  return slots;
}

using HitsBySegment = std::map<Segment, std::vector<Hit>, SegmentLess>;

// The hits of one person, under the segment of all and under each of their own.
void collect(const Question& question, const query::Operand& operand,
             const std::vector<query::Breakdown>& breakdowns, const Slot& range,
             const Person& person, HitsBySegment& hits) {
  std::span<const Event> events = question.events(person);
  std::vector<uint64_t> sessions;
  if (operand.measure.kind == Measure::Kind::kSessions) sessions = sessions_of(question, person);
  for (size_t i : question.matches(operand.selector, person)) {
    if (!range.holds(events[i].time)) continue;
    Subject subject = {&person, &events[i]};
    Hit hit;
    hit.person = &person == &question.world().nobody ? nullptr : &person;
    hit.time = events[i].time;
    hit.session = sessions.empty() ? 0 : sessions[i];
    hit.values = measured_values(question, operand.selector, operand.measure, subject);
    hits[{}].push_back(hit);
    if (breakdowns.empty()) continue;
    for (auto& [segment, values] :
         split(question, operand.selector, breakdowns, operand.measure.property, subject)) {
      hit.values = values;
      hits[segment].push_back(hit);
    }
  }
}

Number finish_slot(const Measure& measure, const std::vector<Hit>& hits, const Slot& slot) {
  std::vector<const Hit*> inside;
  for (const Hit& hit : hits) {
    if (slot.holds(hit.time)) inside.push_back(&hit);
  }
  return finish(measure, inside);
}

Result<HitsBySegment> hits_of(const Question& question, const query::Insights& insights,
                              const query::Operand& operand, const Slot& range,
                              const std::atomic<bool>* cancelled) {
  HitsBySegment hits;
  hits[{}];
  for (const Person& person : question.world().people) {
    TRY(go_on(cancelled));
    collect(question, operand, insights.breakdowns, range, person, hits);
  }
  collect(question, operand, insights.breakdowns, range, question.world().nobody, hits);
  return hits;
}

// I33: the members of a cohort, under the segment of all and under each of their own.
std::map<Segment, People, SegmentLess> members_of(const Question& question,
                                                  const query::Insights& insights, int cohort) {
  std::map<Segment, People, SegmentLess> out;
  out[{}];
  for (const Person& person : question.world().people) {
    if (cohort < 0 || !question.in_cohort(cohort, person)) continue;
    out[{}].insert(&person);
    if (insights.breakdowns.empty()) continue;
    for (const auto& [segment, values] :
         split(question, {}, insights.breakdowns, std::nullopt, {&person, nullptr}))
      out[segment].insert(&person);
  }
  return out;
}

OperandAnswer answer_cohort_size(const Question& question, const query::Insights& insights,
                                 const Measure& measure) {
  std::vector<std::map<Segment, People, SegmentLess>> at;  // one an interval, then the range's end
  std::map<Segment, bool, SegmentLess> segments;
  for (int cohort : measure.cohorts) {
    at.push_back(members_of(question, insights, cohort));
    for (const auto& [segment, people] : at.back()) segments[segment] = true;
  }
  auto size = [&](size_t i, const Segment& segment) -> Number {
    if (measure.cohorts[i] < 0) return {};
    return base::Decimal{static_cast<base::Int128>(at[i][segment].size()), 0};
  };
  OperandAnswer out;
  out.overlap = overlaps(question, insights.breakdowns, std::nullopt);
  for (const auto& [segment, present] : segments) {
    Series series{segment, {}, size(at.size() - 1, segment)};
    for (size_t i = 0; i + 1 < at.size(); ++i) series.values.push_back(size(i, segment));
    out.series.push_back(std::move(series));
  }
  return out;
}

Result<OperandAnswer> answer_operand(const Question& question, const query::Insights& insights,
                                     const query::Operand& operand,
                                     const std::atomic<bool>* cancelled) {
  if (operand.measure.kind == Measure::Kind::kCohortSize)
    return answer_cohort_size(question, insights, operand.measure);
  Slots slots = slots_of(question.query(), operand.measure);
  HitsBySegment hits = TRY(hits_of(question, insights, operand, slots.all, cancelled));
  OperandAnswer out;
  out.overlap = overlaps(question, insights.breakdowns, operand.measure.property);
  for (const auto& [segment, own] : hits) {
    TRY(go_on(cancelled));
    Series series{segment, {}, finish_slot(operand.measure, own, slots.overall)};
    for (const Slot& slot : slots.intervals)
      series.values.push_back(finish_slot(operand.measure, own, slot));
    out.series.push_back(std::move(series));
  }
  return out;
}

}  // namespace

Result<InsightsAnswer> answer_insights(const Question& question, const query::Insights& insights,
                                       const std::atomic<bool>* cancelled) {
  InsightsAnswer answer;
  for (const query::Operand& operand : insights.operands)
    answer.operands.push_back(TRY(answer_operand(question, insights, operand, cancelled)));
  return answer;
}

Result<People> people_in_insights(const Question& question, const query::Insights& insights,
                                  const query::Who& who, const std::atomic<bool>* cancelled) {
  People people;
  for (int index : who.operands) {
    const query::Operand& operand = insights.operands[static_cast<size_t>(index)];
    if (operand.measure.kind == Measure::Kind::kCohortSize) {
      const std::vector<int>& cohorts = operand.measure.cohorts;
      int cohort = who.interval ? cohorts[*who.interval] : cohorts.back();
      people.merge(members_of(question, insights, cohort)[who.segment]);
      continue;
    }
    Slots slots = slots_of(question.query(), operand.measure);
    const Slot& slot = who.interval ? slots.intervals[*who.interval] : slots.overall;
    HitsBySegment hits = TRY(hits_of(question, insights, operand, slots.all, cancelled));
    for (const Hit& hit : hits[who.segment]) {
      if (hit.person != nullptr && slot.holds(hit.time)) people.insert(hit.person);
    }
  }
  return people;
}

}  // namespace starling::engine::reference
