#pragma GCC optimize("O3")
#include "engine/native/funnel.h"

#include <algorithm>

#include "engine/kernel/aggregate.h"
#include "engine/kernel/cells.h"
#include "engine/native/attribution.h"
#include "engine/native/held.h"
#include "engine/native/insights.h"
#include "engine/native/sessions.h"
#include "engine/native/slots.h"
#include "engine/native/target.h"
#include "query/print.h"

namespace starling::engine::native {

using kernel::Attempts;
using kernel::FunnelKernel;
using kernel::FunnelRow;
using kernel::Openings;
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

struct Plan {
  Plan(Question& asked, const Funnel& report) : question(asked), funnel(report) {
    const query::Query& query = asked.query();
    int64_t from = query.range.from.value, to = std::min(query.range.to, query.as_of).value;
    openings.push_back({from, to});
    for (size_t i = 0; i < query.intervals.labels.size(); ++i) {
      openings.push_back({std::max(from, query.intervals.boundaries[i].value),
                          std::min(to, query.intervals.boundaries[i + 1].value)});
    }
    Window any{from - report.grace_ms, to + report.window_ms + 1};
    for (size_t k = 0; k < report.steps.size(); ++k) {
      bool only_opens = k == 0 && !report.any_order;
      add_scan(report.steps[k].selector, only_opens ? Window{from, to} : any);
    }
    for (const Funnel::Exclusion& exclusion : report.exclusions) add_scan(exclusion.selector, any);
    for (const auto& scan : owned) scans.push_back(scan.get());
    held.emplace(asked, report.hold, scans, selectors);
    std::vector<const Scan*> steps(scans.begin(),
                                   scans.begin() + static_cast<ptrdiff_t>(report.steps.size()));
    attribution.emplace(asked, report, steps);
    if (report.count == Funnel::Count::kSessions) sessions.emplace(asked);
  }
  Plan(const Plan&) = delete;

  void add_scan(const query::Selector& selector, Window window) {
    owned.push_back(std::make_unique<Scan>(question, selector, window));
    selectors.push_back(&selector);
  }

  size_t steps() const { return funnel.steps.size(); }
  size_t width() const { return openings.size() * steps(); }
  bool splits() const { return !funnel.breakdowns.empty(); }
  bool reads_columns() const { return splits() || funnel.where.has_value(); }
  // All partitions of held values take part in segments, not only that of the first opening
  // (§8.27).
  bool all_partitions() const {
    if (funnel.count != Funnel::Count::kUsers || funnel.optimized) return true;
    return std::ranges::any_of(funnel.breakdowns, [&](const query::Breakdown& breakdown) {
      return std::ranges::any_of(funnel.hold, [&](const query::Reference& reference) {
        return query::print(reference) == query::print(breakdown.reference);
      });
    });
  }
  FunnelKernel::Rules rules() const {
    FunnelKernel::Rules out{
        static_cast<uint32_t>(steps()), funnel.window_ms, funnel.grace_ms, funnel.any_order, {}};
    out.excluding.resize(steps() - 1);
    for (size_t e = 0; e < funnel.exclusions.size(); ++e) {
      for (int gap = funnel.exclusions[e].first_gap; gap <= funnel.exclusions[e].last_gap; ++gap)
        out.excluding[static_cast<size_t>(gap)] |= kernel::SelectorMask{1} << e;
    }
    return out;
  }

  Question& question;
  const Funnel& funnel;
  std::vector<Openings> openings;  // of the whole range, then of each interval
  std::vector<std::unique_ptr<Scan>> owned;
  std::vector<const Scan*> scans;  // of the steps, then of the exclusions
  std::vector<const query::Selector*> selectors;
  std::optional<Held> held;
  std::optional<Attribution> attribution;
  std::optional<Sessions> sessions;
};

// Called for every attempt that counts; `segment` is nothing for the row over all segments.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void add(size_t slot, const uint32_t* tuple, uint32_t user,
                   std::span<const Taken> attempt) = 0;
};

// One thread's walk over users.
class Walk {
 public:
  Walk(const Plan& plan, Sink& sink)
      : plan_(plan),
        sink_(sink),
        kernel_(plan.rules()),
        held_tuples_(plan.held->make_segmenter()),
        chosen_(std::max<size_t>(1, plan.funnel.breakdowns.size())) {}

  uint64_t scanned() const { return scanned_; }

  Result<void> chunk(const Chunk& chunk) {
    if (chunk.nobody) return {};
    select(chunk);
    merge_rows(chunk, plan_.scans, selections_, rows_);
    if (rows_.rows.empty()) return {};
    TRY(plan_.held->read(rows_, selections_, scratch_, held_tuples_, partition_));
    number_sessions(chunk);
    if (plan_.reads_columns()) TRY(plan_.attribution->read(rows_, selections_, scratch_, columns_));
    for (size_t first = 0, end = 0; first < rows_.rows.size(); first = end) {
      end = rows_.end_of_user(first);
      user(first, end);
    }
    return {};
  }

 private:
  // Rows of other steps matter only around the openings of their users.
  void select(const Chunk& chunk) {
    selections_.resize(plan_.scans.size());
    bool bounded = !plan_.funnel.any_order;
    for (size_t s = 0; s < plan_.scans.size(); ++s) {
      const UserBounds* bounds = bounded && s > 0 ? &bounds_ : nullptr;
      scanned_ += plan_.scans[s]->select(chunk, scratch_, selections_[s], bounds);
      if (bounded && s == 0) bound(chunk);
    }
  }
  void bound(const Chunk& chunk) {
    size_t users = chunk.last_user - chunk.first_user;
    bounds_.first_user = chunk.first_user;
    bounds_.low.assign(users, INT64_MAX);
    bounds_.high.assign(users, INT64_MIN);
    for (const Selection::Part& part : selections_[0].parts) {
      for (uint32_t row : part.rows) {
        size_t user = part.block.users[row] - chunk.first_user;
        int64_t time = part.block.times[row];
        bounds_.low[user] = std::min(bounds_.low[user], time - plan_.funnel.grace_ms);
        bounds_.high[user] = std::max(bounds_.high[user], time + plan_.funnel.window_ms + 1);
      }
    }
  }

  // A session is a partition of its own.
  void number_sessions(const Chunk& chunk) {
    if (!plan_.sessions) return;
    kernel::Entries entries;
    for (const RowSet::Row& row : rows_.rows) {
      entries.user.push_back(row.user);
      entries.time.push_back(row.time);
    }
    uint32_t next = 0;
    plan_.sessions->number(chunk, next, entries);
    partition_ = std::move(entries.user);
  }

  void user(size_t first, size_t end) {
    all_.clear();
    for (size_t i = first; i < end; ++i) {
      if (partition_[i] == Held::kNone) continue;
      kernel::SelectorMask selected = rows_.rows[i].selected;
      kernel::SelectorMask step_bits = plan_.steps() == 128
                                           ? ~kernel::SelectorMask{0}
                                           : (kernel::SelectorMask{1} << plan_.steps()) - 1;
      kernel::SelectorMask exclusions = plan_.steps() == 128 ? 0 : selected >> plan_.steps();
      all_.push_back(
          {rows_.rows[i].time, selected & step_bits, exclusions, static_cast<uint32_t>(i)});
    }
    divide();
    for (size_t slot = 0; slot < plan_.openings.size(); ++slot) {
      Openings openings = plan_.openings[slot];
      if (openings.from >= openings.to) continue;
      auto opening = kernel_.first_opening(all_, openings);
      if (opening) count(slot, openings, rows_.rows[first].user, all_[*opening].row);
    }
  }

  // The user's rows by partition, each in order.
  void divide() {
    parts_.clear();
    if (plan_.held->empty() && !plan_.sessions) {
      parts_.push_back({all_.data(), all_.size()});
      return;
    }
    divided_ = all_;
    std::stable_sort(divided_.begin(), divided_.end(), [&](const FunnelRow& a, const FunnelRow& b) {
      return partition_[a.row] < partition_[b.row];
    });
    for (size_t first = 0, end = 0; first < divided_.size(); first = end) {
      while (end < divided_.size() &&
             partition_[divided_[end].row] == partition_[divided_[first].row])
        ++end;
      parts_.push_back({divided_.data() + first, end - first});
    }
  }

  void count(size_t slot, Openings openings, uint32_t user, uint32_t opening) {
    bool users = plan_.funnel.count == Funnel::Count::kUsers;
    bool one = users && !plan_.funnel.optimized;
    if (one) count_first(slot, openings, user, opening);
    if (one && !plan_.splits()) return;
    attempts_.clear();
    for (std::span<const FunnelRow> part : parts_) {
      bool skipped = !plan_.all_partitions() && partition_[part[0].row] != partition_[opening];
      if (!skipped) find(part, openings);
    }
    order_.resize(attempts_.size());
    for (size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<uint32_t>(i);
    std::ranges::sort(order_, {}, [&](uint32_t i) { return attempts_[i][0].row; });
    if (!users) {
      for (uint32_t i : order_) count_attempt(slot, user, attempts_[i]);
      return;
    }
    if (plan_.funnel.optimized) count_best(slot, user);
    if (plan_.splits()) count_chosen(slot, user);
  }

  void find(std::span<const FunnelRow> part, Openings openings) {
    if (plan_.sessions) {
      kernel_.from_first_opening(part, openings, attempts_);
    } else if (plan_.funnel.optimized) {
      kernel_.from_every_opening(part, openings, attempts_);
    } else {
      kernel_.one_after_another(part, openings, attempts_);
    }
  }

  bool passes(std::span<const Taken> attempt) const {
    return !plan_.funnel.where || plan_.attribution->passes(attempt, columns_);
  }

  void count_first(size_t slot, Openings openings, uint32_t user, uint32_t opening) {
    for (std::span<const FunnelRow> part : parts_) {
      if (partition_[part[0].row] != partition_[opening]) continue;
      attempts_.clear();
      kernel_.from_first_opening(part, openings, attempts_);
      if (passes(attempts_[0])) sink_.add(slot, nullptr, user, attempts_[0]);
      return;
    }
  }

  void count_best(size_t slot, uint32_t user) {
    std::span<const Taken> best;
    for (uint32_t i : order_) {
      if (best.empty() || kernel::is_better(attempts_[i], best)) best = attempts_[i];
    }
    if (!best.empty() && passes(best)) sink_.add(slot, nullptr, user, best);
  }

  // Totals and sessions: the attempt in all, and in each of its segments.
  void count_attempt(size_t slot, uint32_t user, std::span<const Taken> attempt) {
    if (!passes(attempt)) return;
    sink_.add(slot, nullptr, user, attempt);
    if (!plan_.splits()) return;
    plan_.attribution->for_segments(
        attempt, columns_, [&](const uint32_t* tuple) { sink_.add(slot, tuple, user, attempt); });
  }

  // Users: in each segment the first attempt, or the best.
  void count_chosen(size_t slot, uint32_t user) {
    chosen_ = Segmenter(plan_.funnel.breakdowns.size());
    choice_.clear();
    for (uint32_t i : order_) {
      std::span<const Taken> attempt = attempts_[i];
      if (!passes(attempt)) continue;
      plan_.attribution->for_segments(attempt, columns_, [&](const uint32_t* tuple) {
        uint32_t segment = chosen_.segment(tuple);
        if (segment == choice_.size()) {
          choice_.push_back(i);
        } else if (plan_.funnel.optimized &&
                   kernel::is_better(attempt, attempts_[choice_[segment]])) {
          choice_[segment] = i;
        }
      });
    }
    for (uint32_t segment = 0; segment < choice_.size(); ++segment)
      sink_.add(slot, chosen_.tuple(segment).data(), user, attempts_[choice_[segment]]);
  }

  const Plan& plan_;
  Sink& sink_;
  FunnelKernel kernel_;
  Scratch scratch_;
  UserBounds bounds_;
  std::vector<Selection> selections_;
  RowSet rows_;
  Segmenter held_tuples_;
  std::vector<uint32_t> partition_;  // by row: held values, or session
  Attribution::Columns columns_;
  std::vector<FunnelRow> all_, divided_;           // of one user
  std::vector<std::span<const FunnelRow>> parts_;  // of one user
  Attempts attempts_;
  std::vector<uint32_t> order_;   // attempts by opening
  Segmenter chosen_;              // segments of one user
  std::vector<uint32_t> choice_;  // by segment: the attempt
  uint64_t scanned_ = 0;
};

// Counts attempts by segment, interval and step.
class CountSink : public Sink {
 public:
  explicit CountSink(const Plan& plan)
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
class UserSink : public Sink {
 public:
  UserSink(const Plan& plan, const query::Who& who, std::vector<uint8_t>& users)
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
Result<void> walk(Question& question, Plan& plan, MakeSink make_sink, uint64_t& scanned) {
  if (plan.openings[0].from >= plan.openings[0].to) return {};
  std::vector<const store::EventTable*> tables;
  for (const auto& scan : plan.owned) scan->add_tables(tables);
  if (plan.sessions) plan.sessions->add_tables(tables);
  std::vector<Chunk> chunks = make_chunks(tables, question.user_count());
  std::vector<std::unique_ptr<Walk>> walks;
  for (int i = 0; i < question.threads(); ++i)
    walks.push_back(std::make_unique<Walk>(plan, make_sink(i)));
  TRY(run_parallel(question.threads(), chunks.size(), question.cancelled(),
                   [&](int thread, size_t item) {
                     return walks[static_cast<size_t>(thread)]->chunk(chunks[item]);
                   }));
  for (const auto& one : walks) scanned += one->scanned();
  return {};
}

Result<void> check_size(const Plan& plan, const CountSink& sink) {
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

FunnelSeries series_of(const Plan& plan, Segment segment, std::span<const StepCount> cells) {
  FunnelSeries series{std::move(segment), steps_of(cells.subspan(0, plan.steps())), {}};
  for (size_t slot = 1; slot < plan.openings.size(); ++slot)
    series.trend.push_back(steps_of(cells.subspan(slot * plan.steps(), plan.steps())));
  return series;
}

}  // namespace

Result<FunnelAnswer> answer_funnel(Question& question, const Funnel& funnel, uint64_t& scanned) {
  Plan plan(question, funnel);
  std::vector<CountSink> sinks;
  for (int i = 0; i < question.threads(); ++i) sinks.emplace_back(plan);
  TRY(walk(
      question, plan, [&](int thread) -> Sink& { return sinks[static_cast<size_t>(thread)]; },
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
  Plan plan(question, funnel);
  std::vector<uint8_t> users(question.user_count());
  std::vector<std::unique_ptr<UserSink>> sinks;
  for (int i = 0; i < question.threads(); ++i)
    sinks.push_back(std::make_unique<UserSink>(plan, who, users));
  TRY(walk(
      question, plan, [&](int thread) -> Sink& { return *sinks[static_cast<size_t>(thread)]; },
      scanned));
  return users;
}

}  // namespace starling::engine::native
