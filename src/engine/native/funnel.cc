#pragma GCC optimize("O3")
#include "engine/native/funnel.h"

#include <algorithm>

#include "engine/kernel/aggregate.h"
#include "engine/kernel/cells.h"
#include "engine/native/funnel_walk.h"
#include "engine/native/insights.h"
#include "engine/native/target.h"

namespace starling::engine::native {

using kernel::Taken;
using query::Funnel;

namespace {

// What is kept of one step in one segment and interval.
struct StepCount {
  uint64_t count = 0;
  std::vector<int64_t> times;  // ms from the step before

  void add(const StepCount& other) {
    count += other.count;
    times.insert(times.end(), other.times.begin(), other.times.end());
  }
};
using Counts = kernel::Cells<StepCount>;  // a row a segment; by slot * steps + step

// Counts attempts by segment, interval and step.
class CountSink : public FunnelSink {
 public:
  explicit CountSink(const FunnelPlan& plan)
      : steps(plan.steps()),
        all(plan.width()),
        split(plan.width()),
        segments(std::max<size_t>(1, plan.funnel.breakdowns.size())) {
    all.grow(1);
  }

  void add(size_t slot, const uint32_t* tuple, uint32_t, std::span<const Taken> attempt) override {
    StepCount* counts = nullptr;
    if (tuple == nullptr) {
      counts = &all.at(0, slot * steps);
    } else {
      uint32_t segment = segments.segment(tuple);
      split.grow(segment + 1);
      counts = &split.at(segment, slot * steps);
    }
    for (size_t k = 0; k < attempt.size(); ++k) {
      ++counts[k].count;
      if (k > 0) counts[k].times.push_back(attempt[k].time - attempt[k - 1].time);
    }
  }

  void merge(const CountSink& other) {
    auto into = [](StepCount& ours, const StepCount& theirs) { ours.add(theirs); };
    const uint32_t zero = 0;
    all.merge(other.all, {&zero, 1}, into);
    std::vector<uint32_t> numbers;
    for (uint32_t s = 0; s < other.segments.size(); ++s)
      numbers.push_back(segments.segment(other.segments.tuple(s).data()));
    split.grow(segments.size());
    split.merge(other.split, numbers, into);
  }

  size_t steps;
  Counts all, split;
  Segmenter segments;
};

// Marks the users whose attempts came as far as is asked.
class UserSink : public FunnelSink {
 public:
  UserSink(const FunnelPlan& plan, const query::Who& who, std::vector<uint8_t>& users)
      : who_(who),
        slot_(who.interval ? *who.interval + 1 : 0),
        users_(users),
        target_(who.segment, plan.attribution->coordinates()),
        segments_(std::max<size_t>(1, plan.funnel.breakdowns.size())) {}

  void add(size_t slot, const uint32_t* tuple, uint32_t user,
           std::span<const Taken> attempt) override {
    if (slot != slot_ || (tuple == nullptr) != who_.segment.empty()) return;
    bool fits = who_.dropped ? attempt.size() == who_.step : attempt.size() > who_.step;
    if (!fits || (tuple != nullptr && !target_.is(segments_, segments_.segment(tuple)))) return;
    users_[user] = 1;
  }

 private:
  const query::Who& who_;
  size_t slot_;
  std::vector<uint8_t>& users_;  // threads walk over different users
  Target target_;
  Segmenter segments_;
};

// Walks over all users with a sink a thread.
template <class MakeSink>
Result<void> walk(Question& question, FunnelPlan& plan, MakeSink make_sink, uint64_t& scanned) {
  if (plan.openings[0].from >= plan.openings[0].to) return {};
  std::vector<const store::EventTable*> tables;
  for (const auto& scan : plan.owned) scan->add_tables(tables);
  if (plan.sessions) plan.sessions->add_tables(tables);
  std::vector<Chunk> chunks = make_chunks(tables, question.user_count());
  std::vector<std::unique_ptr<FunnelWalk>> walks;
  for (int i = 0; i < question.threads(); ++i)
    walks.push_back(std::make_unique<FunnelWalk>(plan, make_sink(i)));
  TRY(run_parallel(question.threads(), chunks.size(), question.cancelled(),
                   [&](int thread, size_t item) {
                     return walks[static_cast<size_t>(thread)]->chunk(chunks[item]);
                   }));
  for (const auto& one : walks) scanned += one->scanned();
  return {};
}

Result<void> check_size(const FunnelPlan& plan, const CountSink& sink) {
  if (uint64_t{sink.segments.size() + 1} * plan.width() <= kCellsMax) return {};
  return base::Error{base::Error::Code::kUnsupported,
                     "the funnel has more than " + std::to_string(kCellsMax) +
                         " cells (segments times intervals times steps); use a longer unit, or a "
                         "breakdown with fewer segments"};
}

std::vector<FunnelStep> steps_of(std::span<const StepCount> counts) {
  std::vector<FunnelStep> out;
  for (const StepCount& count : counts) {
    FunnelStep step;
    step.count = count.count;
    std::vector<int64_t> times = count.times;
    base::Int128 sum = 0;
    for (int64_t time : times) sum += time;
    if (!out.empty()) {
      NumberSum total;
      total.add_digits(sum, 3);
      step.average_seconds = total.average(step.count);
      step.median_seconds = percentile(times, 3, 0.5);
    }
    out.push_back(std::move(step));
  }
  return out;
}

FunnelSeries series_of(const FunnelPlan& plan, Segment segment, std::span<const StepCount> cells) {
  FunnelSeries series{std::move(segment), steps_of(cells.subspan(0, plan.steps())), {}};
  for (size_t slot = 1; slot < plan.openings.size(); ++slot)
    series.trend.push_back(steps_of(cells.subspan(slot * plan.steps(), plan.steps())));
  return series;
}

}  // namespace

Result<FunnelAnswer> answer_funnel(Question& question, const Funnel& funnel, uint64_t& scanned) {
  FunnelPlan plan(question, funnel);
  std::vector<CountSink> sinks;
  for (int i = 0; i < question.threads(); ++i) sinks.emplace_back(plan);
  TRY(walk(
      question, plan, [&](int thread) -> FunnelSink& { return sinks[static_cast<size_t>(thread)]; },
      scanned));
  for (size_t i = 1; i < sinks.size(); ++i) sinks[0].merge(sinks[i]);
  TRY(check_size(plan, sinks[0]));
  FunnelAnswer answer;
  answer.overlap = std::ranges::any_of(funnel.breakdowns, [&](const query::Breakdown& breakdown) {
    return question.list_of(breakdown.reference).has_value();
  });
  answer.series.push_back(series_of(plan, {}, sinks[0].all.row(0)));
  for (uint32_t s = 0; s < sinks[0].segments.size(); ++s) {
    Segment segment;
    auto tuple = sinks[0].segments.tuple(s);
    for (size_t b = 0; b < tuple.size(); ++b)
      segment.push_back(plan.attribution->coordinates()[b]->at(tuple[b]));
    answer.series.push_back(series_of(plan, std::move(segment), sinks[0].split.row(s)));
  }
  return answer;
}

Result<std::vector<uint8_t>> users_in_funnel(Question& question, const Funnel& funnel,
                                             const query::Who& who, uint64_t& scanned) {
  FunnelPlan plan(question, funnel);
  std::vector<uint8_t> users(question.user_count());
  std::vector<std::unique_ptr<UserSink>> sinks;
  for (int i = 0; i < question.threads(); ++i)
    sinks.push_back(std::make_unique<UserSink>(plan, who, users));
  TRY(walk(
      question, plan,
      [&](int thread) -> FunnelSink& { return *sinks[static_cast<size_t>(thread)]; }, scanned));
  return users;
}

}  // namespace starling::engine::native
