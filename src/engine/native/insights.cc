#include "engine/native/insights.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <utility>

#include "engine/kernel/kernel.h"
#include "engine/native/cohort_size.h"
#include "engine/native/emitter.h"
#include "engine/native/sessions.h"
#include "engine/native/slots.h"
#include "engine/native/target.h"
#include "engine/native/user_days.h"
#include "query/print.h"

namespace starling::engine::native {

using kernel::Entries;
using kernel::Kernel;
using query::Measure;

namespace {

// What one thread counts into.
struct State {
  Scratch scratch;
  Segmenter segmenter{1};
  std::unique_ptr<Kernel> all, split;
  Selection selection;
  Emitted emitted;
  std::vector<uint32_t> zeros;  // segment 0 for every entry
  uint32_t next_session = 0;
  uint64_t scanned = 0;
  uint64_t kept_bytes = 0;  // of both kernels, as far as told to the run
};

class OperandRun {
 public:
  OperandRun(Question& question, const query::Operand& operand,
             const std::vector<const query::Breakdown*>& breakdowns,
             const std::vector<Coordinates*>& coordinates)
      : question_(question),
        operand_(operand),
        coordinates_(coordinates),
        slots_(make_slots(question.query(), operand.measure)),
        scan_(question, operand.selector, slots_.window),
        emitter_(question, scan_, operand.selector, breakdowns, coordinates,
                 operand.measure.property ? &*operand.measure.property : nullptr,
                 is_distinct(operand.measure),
                 {slots_.slots(), false, operand.measure.kind == Measure::Kind::kSessions}) {
    slots_.shape.floats = emitter_.wanted().floats;
    slots_.shape.scale = emitter_.wanted().scale;
    if (operand.measure.kind == Measure::Kind::kSessions) sessions_.emplace(question);
  }

  // Marks the users of the matches in a cell.
  Result<void> mark(const query::Who& who, std::vector<uint8_t>& users, uint64_t& scanned) {
    if (slots_.window.from >= slots_.window.to) return {};
    std::vector<State> states(static_cast<size_t>(question_.threads()));
    std::vector<Target> targets;
    for (State& state : states) {
      if (emitter_.splits()) state.segmenter = Segmenter(coordinates_.size());
      targets.emplace_back(who.segment, coordinates_);
    }
    auto [first, last] = slots_of(who);
    std::vector<const store::EventTable*> tables;
    scan_.add_tables(tables);
    std::vector<Chunk> chunks = make_chunks(tables, question_.user_count());
    TRY(run_parallel(question_.threads(), chunks.size(), question_.cancelled(),
                     [&, first = first, last = last](int thread, size_t item) -> Result<void> {
                       if (chunks[item].nobody) return {};
                       State& state = states[static_cast<size_t>(thread)];
                       TRY(emit(chunks[item], state));
                       bool all = who.segment.empty();
                       const Entries& entries = all ? state.emitted.whole : state.emitted.split();
                       Target& target = targets[static_cast<size_t>(thread)];
                       for (size_t i = 0; i < entries.size(); ++i) {
                         if (entries.slot[i] < first || entries.slot[i] > last) continue;
                         if (all || target.is(state.segmenter, entries.segment[i]))
                           users[entries.user[i]] = 1;
                       }
                       return {};
                     }));
    for (const State& state : states) scanned += state.scanned;
    return {};
  }

  Result<OperandAnswer> run(uint64_t& scanned) {
    std::vector<State> states(static_cast<size_t>(question_.threads()));
    for (State& state : states) init(state);
    TRY(count(states));
    State& first = states[0];
    TRY(merge(states));
    for (const State& state : states) scanned += state.scanned;
    return finish(first);
  }

 private:
  static bool is_distinct(const Measure& measure) {
    return measure.kind == Measure::Kind::kAggregate &&
           measure.aggregate == query::Aggregate::kDistinct;
  }

  void init(State& state) const {
    state.all = kernel::make_kernel(operand_.measure, slots_.shape);
    if (!emitter_.splits()) return;
    state.segmenter = Segmenter(coordinates_.size());
    state.split = kernel::make_kernel(operand_.measure, slots_.shape);
  }

  Result<void> count(std::vector<State>& states) {
    if (slots_.window.from >= slots_.window.to) return {};
    std::vector<const store::EventTable*> tables;
    scan_.add_tables(tables);
    if (sessions_) sessions_->add_tables(tables);
    std::vector<Chunk> chunks = make_chunks(tables, question_.user_count());
    return run_parallel(question_.threads(), chunks.size(), question_.cancelled(),
                        [&](int thread, size_t item) {
                          return count_chunk(chunks[item], states[static_cast<size_t>(thread)]);
                        });
  }

  // The slots, first and last, that the cell counts.
  std::pair<int64_t, int64_t> slots_of(const query::Who& who) const {
    const std::vector<kernel::DayWindow>& windows = slots_.shape.windows;
    if (!windows.empty()) {
      const kernel::DayWindow& days = who.interval ? windows[*who.interval] : windows.back();
      return {days.first, days.last};
    }
    if (!who.interval) return {0, INT64_MAX};
    return {static_cast<int64_t>(*who.interval), static_cast<int64_t>(*who.interval)};
  }

  Result<void> emit(const Chunk& chunk, State& state) const {
    state.scanned += scan_.select(chunk, state.scratch, state.selection);
    state.emitted.whole.clear();
    state.emitted.parts.clear();
    return emitter_.emit(state.selection, state.scratch,
                         emitter_.splits() ? &state.segmenter : nullptr, state.emitted);
  }

  Result<void> count_chunk(const Chunk& chunk, State& state) {
    TRY(emit(chunk, state));
    TRY(check_size(state.segmenter));
    group(chunk, state, state.emitted.whole);
    if (!state.emitted.same) group(chunk, state, state.emitted.parts);
    add(state.emitted.whole, false, *state.all, 1, state);
    if (emitter_.splits())
      add(state.emitted.split(), true, *state.split, state.segmenter.size(), state);
    return check_kept(state);
  }

  // Merging and sorting take as much again, so values may fill half of what is allowed.
  Result<void> check_kept(State& state) {
    uint64_t kept = state.all->kept_bytes() + (state.split ? state.split->kept_bytes() : 0);
    uint64_t before = std::exchange(state.kept_bytes, kept);
    uint64_t together = kept_bytes_.fetch_add(kept - before) + kept - before;
    if (together <= question_.kept_bytes_max() / 2) return {};
    return base::Error{
        base::Error::Code::kUnsupported,
        "the question's exact percentiles or distinct counts keep more values than fit into the " +
            std::to_string(question_.kept_bytes_max() >> 20) +
            " MB that a question may use (serve --query-memory); ask about a shorter "
            "range or fewer events"};
  }

  void group(const Chunk& chunk, State& state, Entries& entries) const {
    if (chunk.nobody || !kernel::needs_users(operand_.measure)) return;
    if (sessions_) {
      sessions_->number(chunk, state.next_session, entries);
    } else {
      entries.group_by_user(chunk.first_user, chunk.last_user);
    }
  }

  static void add(const Entries& entries, bool split, Kernel& kernel, size_t segment_count,
                  State& state) {
    if (entries.size() == 0) return;
    if (!split && state.zeros.size() < entries.size()) state.zeros.resize(entries.size());
    kernel::View view;
    view.size = entries.size();
    view.user = entries.user.data();
    view.slot = entries.slot.data();
    view.segment = split ? entries.segment.data() : state.zeros.data();
    view.digits = entries.digits.data();
    view.floats = entries.floats.data();
    view.has = entries.has.data();
    kernel.add(view, segment_count);
  }

  Result<void> check_size(const Segmenter& segmenter) const {
    uint64_t cells =
        uint64_t{segmenter.size()} * (slots_.shape.intervals + 1 + slots_.shape.days / 64);
    if (!emitter_.splits() || cells <= kCellsMax) return {};
    return base::Error{base::Error::Code::kUnsupported,
                       "the breakdown has more than " + std::to_string(kCellsMax) +
                           " cells (segments times intervals); use a longer unit, fewer "
                           "breakdowns, or buckets or groups"};
  }

  Result<void> merge(std::vector<State>& states) const {
    State& into = states[0];
    const uint32_t zero = 0;
    for (size_t i = 1; i < states.size(); ++i) {
      State& from = states[i];
      into.all->merge(*from.all, {&zero, 1}, 1);
      if (!emitter_.splits()) continue;
      std::vector<uint32_t> segments;
      for (uint32_t s = 0; s < from.segmenter.size(); ++s) {
        segments.push_back(into.segmenter.segment(from.segmenter.tuple(s).data()));
      }
      TRY(check_size(into.segmenter));
      into.split->merge(*from.split, segments, into.segmenter.size());
      from.split.reset();
    }
    into.all->prepare();
    if (emitter_.splits()) into.split->prepare();
    return {};
  }

  OperandAnswer finish(const State& state) const {
    OperandAnswer answer;
    answer.series.emplace_back();
    state.all->finish(0, answer.series[0].values, answer.series[0].overall);
    if (!emitter_.splits()) return answer;
    for (uint32_t s = 0; s < state.segmenter.size(); ++s) {
      Series series;
      auto tuple = state.segmenter.tuple(s);
      for (size_t b = 0; b < tuple.size(); ++b)
        series.segment.push_back(coordinates_[b]->at(tuple[b]));
      state.split->finish(s, series.values, series.overall);
      answer.series.push_back(std::move(series));
    }
    return answer;
  }

  Question& question_;
  const query::Operand& operand_;
  const std::vector<Coordinates*>& coordinates_;
  Slots slots_;
  Scan scan_;
  Emitter emitter_;
  std::optional<Sessions> sessions_;
  std::atomic<uint64_t> kept_bytes_ = 0;  // of all threads
};

// The breakdowns of a report with their coordinates.
struct Split {
  Split(const Question& question, const std::vector<query::Breakdown>& from) {
    for (const query::Breakdown& breakdown : from) {
      breakdowns.push_back(&breakdown);
      owned.push_back(
          std::make_unique<Coordinates>(breakdown, question.cohort_name(breakdown.reference)));
      coordinates.push_back(owned.back().get());
    }
  }

  std::vector<const query::Breakdown*> breakdowns;
  std::vector<std::unique_ptr<Coordinates>> owned;
  std::vector<Coordinates*> coordinates;
};

Result<OperandAnswer> answer_operand(Question& question, const query::Operand& operand,
                                     const Split& split, uint64_t& scanned) {
  if (operand.measure.kind == Measure::Kind::kCohortSize) {
    return answer_cohort_size(question, operand.measure, split.breakdowns, split.coordinates);
  }
  return OperandRun(question, operand, split.breakdowns, split.coordinates).run(scanned);
}

// Answers what can be counted from users' days, those of one selector together; a flag an operand.
Result<std::vector<uint8_t>> answer_by_days(Question& question, const query::Insights& insights,
                                            InsightsAnswer& answer, uint64_t& scanned) {
  std::vector<uint8_t> answered(insights.operands.size());
  if (!insights.breakdowns.empty()) return answered;
  std::map<std::string, std::vector<size_t>> by_selector;
  for (size_t i = 0; i < insights.operands.size(); ++i) {
    const query::Operand& operand = insights.operands[i];
    if (counts_days(question.query(), operand)) by_selector[print(operand.selector)].push_back(i);
  }
  for (const auto& [selector, places] : by_selector) {
    std::vector<const query::Operand*> operands;
    for (size_t i : places) operands.push_back(&insights.operands[i]);
    std::vector<OperandAnswer> answers = TRY(answer_user_days(question, operands, scanned));
    for (size_t i = 0; i < places.size(); ++i) {
      answer.operands[places[i]] = std::move(answers[i]);
      answered[places[i]] = 1;
    }
  }
  return answered;
}

}  // namespace

Result<InsightsAnswer> answer_insights(Question& question, const query::Insights& insights,
                                       uint64_t& scanned) {
  Split split(question, insights.breakdowns);
  InsightsAnswer answer;
  answer.operands.resize(insights.operands.size());
  std::vector<uint8_t> answered = TRY(answer_by_days(question, insights, answer, scanned));
  for (size_t i = 0; i < insights.operands.size(); ++i) {
    const query::Operand& operand = insights.operands[i];
    if (!answered[i]) answer.operands[i] = TRY(answer_operand(question, operand, split, scanned));
    auto measured =
        operand.measure.property ? question.list_of(*operand.measure.property) : std::nullopt;
    answer.operands[i].overlap =
        std::ranges::any_of(insights.breakdowns, [&](const query::Breakdown& breakdown) {
          auto list = question.list_of(breakdown.reference);
          return list && list != measured;
        });
  }
  return answer;
}

Result<std::vector<uint8_t>> users_in_insights(Question& question, const query::Insights& insights,
                                               const query::Who& who, uint64_t& scanned) {
  Split split(question, insights.breakdowns);
  std::vector<uint8_t> users(question.user_count());
  for (int index : who.operands) {
    const query::Operand& operand = insights.operands[static_cast<size_t>(index)];
    if (operand.measure.kind == Measure::Kind::kCohortSize) {
      mark_cohort_members(question, operand.measure, split.breakdowns, split.coordinates, who,
                          users);
    } else {
      OperandRun run(question, operand, split.breakdowns, split.coordinates);
      TRY(run.mark(who, users, scanned));
    }
  }
  return users;
}

}  // namespace starling::engine::native
