// Retention (docs/semantics/retention.md): find the members of every birth interval, give each the
// rows that count as its returns, then ask of every bucket who is retained in it.
#include <algorithm>

#include "engine/kernel/aggregate.h"
#include "engine/reference/answers.h"
#include "engine/reference/measure.h"
#include "engine/reference/segments.h"

namespace starling::engine::reference {

using base::Date;
using query::Breakdown;
using query::Query;
using query::Retention;

namespace {

// A row that counts as a return.
struct Return {
  int64_t time = 0;
  std::vector<event::Value> values;  // of the measured property
  Split segments;  // coordinates on the breakdowns `at: returned`, each with the values that are in
                   // it
};

// One person in the cohort of one birth interval.
struct Member {
  const Person* person = nullptr;
  size_t interval = 0;
  int64_t born_at = 0;
  Split born_segments;  // coordinates on the breakdowns `at: born`
  std::vector<Return> returns;
};

// A member as one series sees it: the returns in the series' segment.
struct View {
  const Member* member;
  struct Counted {
    int64_t time;
    std::vector<event::Value> values;
  };
  std::vector<Counted> returns;
};

struct Plan {
  const Question& question;
  const Retention& retention;
  std::vector<Breakdown> at_born, at_returned;
  query::Measure measure;  // its property is absent when users are counted

  const Query& query() const { return question.query(); }
  int bucket_count() const { return static_cast<int>(retention.bucket_starts.size()) - 1; }

  int64_t calendar_start(size_t interval, int64_t units) const {
    Date first = *Date::parse(query().intervals.labels[interval]);
    return query().timezone.day_start(base::add_units(first, retention.unit, units)).value;
  }
  int64_t elapsed(int64_t units) const {
    int64_t days = retention.unit == base::CalendarUnit::kDay    ? 1
                   : retention.unit == base::CalendarUnit::kWeek ? 7
                                                                 : 30;
    return units * days * base::kDayMs;
  }
  // Where bucket k starts for a member; bucket k ends where k + 1 starts.
  int64_t bucket_start(const Member& member, int k) const {
    int64_t units = retention.bucket_starts[k];
    return retention.calendar ? calendar_start(member.interval, units)
                              : member.born_at + elapsed(units);
  }
  // True when nobody born in the interval can still return in bucket k.
  bool complete(size_t interval, int k) const {
    int64_t units = retention.bucket_starts[k + 1];
    int64_t end = retention.calendar ? calendar_start(interval, units)
                                     : calendar_start(interval, 1) + elapsed(units);
    return query().as_of.value >= end;
  }
};

std::optional<size_t> birth_interval(const Query& query, int64_t time) {
  if (time < query.range.from.value || time >= query.range.to.value) return std::nullopt;
  for (size_t i = 0; i < query.intervals.labels.size(); ++i) {
    bool inside = query.intervals.boundaries[i].value <= time &&
                  time < query.intervals.boundaries[i + 1].value;
    if (inside) return i;
  }
  return std::nullopt;
}

std::vector<Member> members_of(const Plan& plan, const Person& person) {
  const Question& question = plan.question;
  const Retention& retention = plan.retention;
  std::span<const Event> events = question.events(person);
  std::vector<size_t> returned = question.matches(retention.returned, person);
  bool birth_counts = retention.count_birth || retention.criterion == Retention::Criterion::kStreak;

  std::vector<Member> members;
  for (size_t born : question.matches(retention.born, person)) {
    std::optional<size_t> interval = birth_interval(plan.query(), events[born].time);
    bool first_of_interval = interval && (members.empty() || members.back().interval != *interval);
    if (!first_of_interval) continue;
    Member member;
    member.person = &person;
    member.interval = *interval;
    member.born_at = events[born].time;
    member.born_segments =
        split(question, retention.born, plan.at_born, std::nullopt, {&person, &events[born]});
    for (size_t row : returned) {
      bool counts = row > born || (row == born && birth_counts);
      if (!counts) continue;
      Subject subject = {&person, &events[row]};
      member.returns.push_back(
          {events[row].time, measured_values(question, retention.returned, plan.measure, subject),
           split(question, retention.returned, plan.at_returned, plan.measure.property, subject)});
    }
    members.push_back(std::move(member));
  }
  return members;
}

bool in_bucket(const Plan& plan, const Member& member, int k, int64_t time) {
  return plan.bucket_start(member, k) <= time && time < plan.bucket_start(member, k + 1);
}

// Whether a return at `time` lies in the window that the criterion looks at for bucket k.
bool in_window(const Plan& plan, const Member& member, int k, int64_t time) {
  switch (plan.retention.criterion) {
    case Retention::Criterion::kOn:
    case Retention::Criterion::kStreak:
      return in_bucket(plan, member, k, time);
    case Retention::Criterion::kOnOrAfter:
      return plan.bucket_start(member, k) <= time;
    case Retention::Criterion::kOnOrBefore:
      return time < plan.bucket_start(member, k + 1);
  }
  return false;
}

bool has_return(const Plan& plan, const View& view, int k) {
  return std::ranges::any_of(view.returns, [&](const View::Counted& counted) {
    return in_window(plan, *view.member, k, counted.time);
  });
}

bool is_retained(const Plan& plan, const View& view, int k) {
  if (plan.retention.criterion != Retention::Criterion::kStreak) return has_return(plan, view, k);
  for (int j = 0; j <= k; ++j) {
    if (!has_return(plan, view, j)) return false;
  }
  return true;
}

std::optional<RetentionCell> cell(const Plan& plan, const std::vector<View>& cohort, int k) {
  int64_t earliest = INT64_MAX;
  for (const View& view : cohort) earliest = std::min(earliest, plan.bucket_start(*view.member, k));
  bool begun = earliest < plan.query().as_of.value;
  if (!begun) return std::nullopt;

  RetentionCell out;
  NumberSum sum;
  for (const View& view : cohort) {
    out.users += is_retained(plan, view, k) ? 1 : 0;
    for (const View::Counted& counted : view.returns) {
      if (!in_window(plan, *view.member, k, counted.time)) continue;
      for (const event::Value& value : counted.values) sum.add(number_of(value));
    }
  }
  if (plan.retention.of == Retention::Of::kSum) out.value = sum.total();
  if (plan.retention.of == Retention::Of::kAverage) out.value = sum.average(cohort.size());
  out.complete = plan.complete(cohort[0].member->interval, k);
  return out;
}

RetentionSeries series_of(const Plan& plan, Segment segment, const std::vector<View>& views) {
  RetentionSeries series;
  series.segment = std::move(segment);
  std::map<size_t, std::vector<View>> cohorts;
  for (const View& view : views) {
    cohorts[view.member->interval].push_back(view);
    bool counts = plan.at_returned.empty() || !view.returns.empty();
    series.ranked_by += counts ? 1 : 0;
  }
  for (const auto& [interval, cohort] : cohorts) {
    RetentionCohort out{interval, cohort.size(), {}};
    for (int k = 0; k < plan.bucket_count(); ++k) out.cells.push_back(cell(plan, cohort, k));
    series.cohorts.push_back(std::move(out));
  }
  return series;
}

// Puts the coordinates of both halves where the report's breakdowns stand.
Segment weave(const Plan& plan, const Segment& born, const Segment& returned) {
  Segment out;
  size_t b = 0, r = 0;
  for (const Breakdown& breakdown : plan.retention.breakdowns) {
    out.push_back(breakdown.at == Breakdown::At::kBorn ? born[b++] : returned[r++]);
  }
  return out;
}

using Halves = std::pair<Segment, Segment>;  // at born, at returned

std::map<Segment, Halves, SegmentLess> segments_of(const Plan& plan,
                                                   const std::vector<Member>& members) {
  std::map<Segment, Halves, SegmentLess> out;
  auto add = [&](const Segment& born, const Segment& returned) {
    out[weave(plan, born, returned)] = {born, returned};
  };
  for (const Member& member : members) {
    for (const auto& [born, values] : member.born_segments) {
      if (plan.at_returned.empty()) {
        add(born, {});
        continue;
      }
      for (const Return& row : member.returns) {
        for (const auto& [returned, own] : row.segments) add(born, returned);
      }
    }
  }
  return out;
}

// The members of a segment, each with the returns that are in it.
std::vector<View> views_of(const Plan& plan, const std::vector<Member>& members,
                           const Halves& halves) {
  std::vector<View> views;
  for (const Member& member : members) {
    if (!member.born_segments.contains(halves.first)) continue;
    View view{&member, {}};
    for (const Return& row : member.returns) {
      auto found = row.segments.find(halves.second);
      if (plan.at_returned.empty()) {
        view.returns.push_back({row.time, row.values});
      } else if (found != row.segments.end()) {
        view.returns.push_back({row.time, found->second});
      }
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<View> views_of_all(const std::vector<Member>& members) {
  std::vector<View> views;
  for (const Member& member : members) {
    View view{&member, {}};
    for (const Return& row : member.returns) view.returns.push_back({row.time, row.values});
    views.push_back(std::move(view));
  }
  return views;
}

Plan make_plan(const Question& question, const Retention& retention) {
  Plan plan{question, retention, {}, {}, {}};
  if (retention.of != Retention::Of::kUsers) {
    plan.measure.kind = query::Measure::Kind::kAggregate;
    plan.measure.property = retention.property;
  }
  for (const Breakdown& breakdown : retention.breakdowns) {
    (breakdown.at == Breakdown::At::kBorn ? plan.at_born : plan.at_returned).push_back(breakdown);
  }
  return plan;
}

Result<std::vector<Member>> all_members(const Plan& plan, const std::atomic<bool>* cancelled) {
  std::vector<Member> members;
  for (const Person& person : plan.question.world().people) {
    TRY(go_on(cancelled));
    for (Member& member : members_of(plan, person)) members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

Result<RetentionAnswer> answer_retention(const Question& question, const Retention& retention,
                                         const std::atomic<bool>* cancelled) {
  Plan plan = make_plan(question, retention);
  std::vector<Member> members = TRY(all_members(plan, cancelled));
  RetentionAnswer answer;
  answer.overlap = overlaps(question, retention.breakdowns, std::nullopt);
  answer.series.push_back(series_of(plan, {}, views_of_all(members)));
  if (!retention.breakdowns.empty()) {
    for (const auto& [segment, halves] : segments_of(plan, members)) {
      TRY(go_on(cancelled));
      answer.series.push_back(series_of(plan, segment, views_of(plan, members, halves)));
    }
  }
  return answer;
}

Result<People> people_in_retention(const Question& question, const Retention& retention,
                                   const query::Who& who, const std::atomic<bool>* cancelled) {
  Plan plan = make_plan(question, retention);
  std::vector<Member> members = TRY(all_members(plan, cancelled));
  std::vector<View> views;
  if (who.segment.empty()) {
    views = views_of_all(members);
  } else {
    auto segments = segments_of(plan, members);
    auto found = segments.find(who.segment);
    if (found != segments.end()) views = views_of(plan, members, found->second);
  }
  People people;
  for (const View& view : views) {
    if (view.member->interval != *who.interval) continue;
    bool fits =
        !who.bucket || is_retained(plan, view, static_cast<int>(*who.bucket)) != who.dropped;
    if (fits) people.insert(view.member->person);
  }
  return people;
}

}  // namespace starling::engine::reference
