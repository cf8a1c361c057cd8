#pragma GCC optimize("O3")
#include "engine/native/retention.h"

#include <algorithm>
#include <tuple>

#include "engine/kernel/retention.h"
#include "engine/native/emitter.h"
#include "engine/native/insights.h"
#include "engine/native/retention_plan.h"

namespace starling::engine::native {

using kernel::Entries;
using kernel::Member;
using kernel::RetentionKernel;
using kernel::Return;
using query::Breakdown;
using query::Retention;

namespace {

// The members of a birth half, an interval at a time.
struct Base {
  uint64_t size = 0;
  int64_t earliest = INT64_MAX;

  void add(int64_t born_at) {
    ++size;
    earliest = std::min(earliest, born_at);
  }
  void add(const Base& other) {
    size += other.size;
    earliest = std::min(earliest, other.earliest);
  }
};
using Bases = kernel::Cells<Base>;

struct State {
  State(const RetentionPlan& plan)
      : all(plan.kernel_options),
        split(plan.kernel_options),
        all_base(plan.intervals()),
        bases(plan.intervals()),
        born(std::max<size_t>(1, plan.at_born.size())),
        returned(std::max<size_t>(1, plan.at_returned.size())),
        pairs(2) {}

  Scratch scratch;
  Selection selection;
  Emitted births, returns;
  UserBounds bounds;                                   // of the returns
  std::vector<std::pair<Member, uint32_t>> born_rows;  // of one user; with the born segment
  std::vector<Return> rows, parts, part;               // of one user
  RetentionKernel::Outcome outcome;
  RetentionKernel all, split;  // `split` by pair
  Bases all_base, bases;       // `bases` by born segment
  Segmenter born, returned;    // halves
  Segmenter pairs;             // (born segment, returned segment)
  uint32_t user = 0;           // whose births and returns these are
  bool found = false;          // the wanted pair was seen
  uint64_t scanned = 0;
};

auto order(const Member& row) { return std::tie(row.time, row.order_key, row.rank); }
auto order(const Return& row) { return std::tie(row.time, row.order_key, row.rank); }

class RetentionRun {
 public:
  RetentionRun(Question& question, const Retention& retention)
      : plan_(question, retention), question_(question) {}

  // Instead of counting, marks the users behind a cell.
  Result<std::vector<uint8_t>> find(const query::Who& who, uint64_t& scanned) {
    std::vector<uint8_t> users(question_.user_count());
    who_ = &who;
    users_ = &users;
    std::vector<State> states;
    states.reserve(static_cast<size_t>(question_.threads()));
    for (int i = 0; i < question_.threads(); ++i) states.emplace_back(plan_);
    TRY(count(states));
    bool found = who.segment.empty();
    for (const State& state : states) {
      scanned += state.scanned;
      found = found || state.found;
    }
    if (!found) users.assign(users.size(), 0);
    return users;
  }

  Result<RetentionAnswer> run(uint64_t& scanned) {
    std::vector<State> states;
    states.reserve(static_cast<size_t>(question_.threads()));
    for (int i = 0; i < question_.threads(); ++i) states.emplace_back(plan_);
    TRY(count(states));
    TRY(merge(states));
    for (const State& state : states) scanned += state.scanned;
    return finish(states[0]);
  }

 private:
  bool splits() const { return !plan_.retention.breakdowns.empty(); }
  bool splits_returned() const { return !plan_.at_returned.empty(); }

  Result<void> count(std::vector<State>& states) {
    if (plan_.births_window.from >= plan_.births_window.to || plan_.interval_count == 0) return {};
    std::vector<const store::EventTable*> tables;
    plan_.births->add_tables(tables);
    plan_.returns->add_tables(tables);
    std::vector<Chunk> chunks = make_chunks(tables, question_.user_count());
    return run_parallel(question_.threads(), chunks.size(), question_.cancelled(),
                        [&](int thread, size_t item) {
                          return count_chunk(chunks[item], states[static_cast<size_t>(thread)]);
                        });
  }

  Result<void> count_chunk(const Chunk& chunk, State& state) const {
    if (chunk.nobody) return {};
    TRY(read(chunk, *plan_.births, *plan_.birth_emitter, nullptr, &state.born, state.births,
             state));
    const Entries& births = plan_.at_born.empty() ? state.births.whole : state.births.split();
    if (births.size() == 0) return {};
    bound_returns(chunk, births, state.bounds);
    TRY(read(chunk, *plan_.returns, *plan_.return_emitter, &state.bounds, &state.returned,
             state.returns, state));
    size_t row = 0, part = 0;
    const Entries& returns = state.returns.whole;
    const Entries& parts = state.returns.split();
    for (size_t birth = 0; birth < births.size();) {
      uint32_t user = births.user[birth];
      size_t last_birth = birth;
      while (last_birth < births.size() && births.user[last_birth] == user) ++last_birth;
      take_births(births, birth, last_birth, state.born_rows);
      take_returns(returns, user, row, state.rows);
      if (splits_returned()) take_returns(parts, user, part, state.parts);
      state.user = user;
      count_user(state);
      birth = last_birth;
    }
    return check_size(state);
  }

  // A return is at or after its user's first birth, and where later ones do not count, before the
  // last birth's last bucket ends.
  void bound_returns(const Chunk& chunk, const Entries& births, UserBounds& bounds) const {
    size_t users = chunk.last_user - chunk.first_user;
    bounds.first_user = chunk.first_user;
    bounds.low.assign(users, INT64_MAX);
    bounds.high.assign(users, INT64_MIN);
    for (size_t i = 0; i < births.size(); ++i) {
      size_t user = births.user[i] - chunk.first_user;
      bounds.low[user] = std::min(bounds.low[user], births.time[i]);
      bounds.high[user] =
          std::max(bounds.high[user], plan_.returns_end(births.slot[i], births.time[i]));
    }
  }

  Result<void> read(const Chunk& chunk, const Scan& scan, const Emitter& emitter,
                    const UserBounds* bounds, Segmenter* segmenter, Emitted& out,
                    State& state) const {
    state.scanned += scan.select(chunk, state.scratch, state.selection, bounds);
    out.whole.clear();
    out.parts.clear();
    TRY(emitter.emit(state.selection, state.scratch, emitter.splits() ? segmenter : nullptr, out));
    out.whole.group_by_user(chunk.first_user, chunk.last_user);
    out.parts.group_by_user(chunk.first_user, chunk.last_user);
    return {};
  }

  // A user's births in order, each once for every born segment.
  void take_births(const Entries& from, size_t first, size_t last,
                   std::vector<std::pair<Member, uint32_t>>& out) const {
    out.clear();
    for (size_t i = first; i < last; ++i) {
      Member member{from.slot[i], from.time[i], from.order_key[i], from.rank[i]};
      out.emplace_back(member, plan_.at_born.empty() ? 0 : from.segment[i]);
    }
    auto before = [](const auto& a, const auto& b) { return order(a.first) < order(b.first); };
    if (!std::is_sorted(out.begin(), out.end(), before))
      std::stable_sort(out.begin(), out.end(), before);
  }

  // The user's returns in order; `at` moves past them. Where only the last one matters, only that.
  void take_returns(const Entries& from, uint32_t user, size_t& at,
                    std::vector<Return>& out) const {
    out.clear();
    while (at < from.size() && from.user[at] < user) ++at;
    bool last_only = plan_.last_only;
    for (; at < from.size() && from.user[at] == user; ++at) {
      Return row;
      row.time = from.time[at];
      row.order_key = from.order_key[at];
      row.rank = from.rank[at];
      if (last_only && !out.empty()) {
        if (order(out[0]) < order(row)) out[0] = row;
        continue;
      }
      if (splits_returned() && !from.segment.empty()) row.segment = from.segment[at];
      if (!from.has.empty()) {
        row.has = from.has[at] != 0;
        if (!from.digits.empty()) row.digits = from.digits[at];
        if (!from.floats.empty()) row.floats = from.floats[at];
      }
      out.push_back(row);
    }
    if (plan_.kernel_options.calendar) {
      for (Return& row : out) row.calendar_unit = plan_.calendar_unit(row.time);
    }
    auto before = [](const Return& a, const Return& b) { return order(a) < order(b); };
    if (!std::is_sorted(out.begin(), out.end(), before))
      std::stable_sort(out.begin(), out.end(), before);
  }

  // A user's first birth of each interval makes a member of it.
  void count_user(State& state) const {
    const auto& births = state.born_rows;
    if (splits_returned()) {
      std::stable_sort(state.parts.begin(), state.parts.end(),
                       [](const Return& a, const Return& b) { return a.segment < b.segment; });
    }
    for (size_t i = 0; i < births.size();) {
      const Member& member = births[i].first;
      size_t same_row = i;
      while (same_row < births.size() && order(births[same_row].first) == order(member)) ++same_row;
      count_member(member, {births.data() + i, same_row - i}, state);
      while (i < births.size() && births[i].first.interval == member.interval) ++i;
    }
  }

  void count_member(const Member& member, std::span<const std::pair<Member, uint32_t>> born,
                    State& state) const {
    if (who_ != nullptr) return mark_member(member, born, state);
    state.all.judge(member, state.rows, state.outcome);
    state.all.add(0, member, state.rows, state.outcome);
    state.all_base.grow(1);
    state.all_base.at(0, member.interval).add(member.time);
    if (!splits()) return;
    for (const auto& [row, segment] : born) {
      state.bases.grow(segment + 1);
      state.bases.at(segment, member.interval).add(member.time);
    }
    if (!splits_returned()) {
      for (const auto& [row, segment] : born) count_pair(segment, 0, member, state.rows, state);
      return;
    }
    const std::vector<Return>& parts = state.parts;
    for (size_t first = 0, last = 0; first < parts.size(); first = last) {
      while (last < parts.size() && parts[last].segment == parts[first].segment) ++last;
      std::span<const Return> own(parts.data() + first, last - first);
      state.split.judge(member, own, state.outcome);
      if (!state.outcome.any) continue;
      for (const auto& [row, segment] : born)
        count_pair(segment, parts[first].segment, member, own, state);
    }
  }

  void mark(const Member& member, std::span<const Return> returns, State& state) const {
    if (who_->bucket) {
      state.all.judge(member, returns, state.outcome);
      bool retained = state.all.is_retained(state.outcome, static_cast<int>(*who_->bucket));
      if (retained == who_->dropped) return;
    }
    (*users_)[state.user] = 1;
  }

  // A member of the wanted segment is asked about with the returns that are in it, which may be
  // none; the segment is there only if somebody has both halves.
  void mark_member(const Member& member, std::span<const std::pair<Member, uint32_t>> born,
                   State& state) const {
    if (!who_->segment.empty()) note_pairs(member, born, state);
    if (member.interval != *who_->interval) return;
    if (who_->segment.empty()) return mark(member, state.rows, state);
    for (const auto& [row, segment] : born) {
      if (!is_wanted_half(state.born, segment, Breakdown::At::kBorn)) continue;
      if (!splits_returned()) return mark(member, state.rows, state);
      state.part.clear();
      for (const Return& part : state.parts) {
        if (is_wanted_half(state.returned, part.segment, Breakdown::At::kReturned))
          state.part.push_back(part);
      }
      return mark(member, state.part, state);
    }
  }

  void note_pairs(const Member& member, std::span<const std::pair<Member, uint32_t>> born,
                  State& state) const {
    for (const auto& [row, segment] : born) {
      if (state.found || !is_wanted_half(state.born, segment, Breakdown::At::kBorn)) continue;
      if (!splits_returned()) state.found = true;
      for (const Return& part : state.parts) {
        Return one[] = {part};
        state.all.judge(member, one, state.outcome);
        bool counts = state.outcome.any;
        state.found = state.found || (counts && is_wanted_half(state.returned, part.segment,
                                                               Breakdown::At::kReturned));
      }
    }
  }

  // Whether a half of a segment agrees with the wanted one.
  bool is_wanted_half(const Segmenter& half, uint32_t segment, Breakdown::At at) const {
    size_t place = 0;
    for (size_t i = 0; i < plan_.coordinates.size(); ++i) {
      if (plan_.retention.breakdowns[i].at != at) continue;
      uint32_t number = half.tuple(segment)[place++];
      if (!plan_.coordinates[i]->equals(number, who_->segment[i])) return false;
    }
    return true;
  }

  static void count_pair(uint32_t born, uint32_t returned, const Member& member,
                         std::span<const Return> returns, State& state) {
    const uint32_t pair[] = {born, returned};
    state.split.add(state.pairs.segment(pair), member, returns, state.outcome);
  }

  Result<void> check_size(const State& state) const {
    uint64_t width =
        plan_.intervals() * (static_cast<uint64_t>(plan_.kernel_options.buckets.count()) + 1);
    if (uint64_t{state.pairs.size()} * width <= kCellsMax && width <= kCellsMax) return {};
    return base::Error{base::Error::Code::kUnsupported,
                       "the report has more than " + std::to_string(kCellsMax) +
                           " cells (segments times birth intervals times buckets); use a longer "
                           "unit, fewer buckets, or "
                           "a breakdown with fewer segments"};
  }

  Result<void> merge(std::vector<State>& states) const {
    State& into = states[0];
    const uint32_t zero = 0;
    auto add = [](Base& ours, const Base& theirs) { ours.add(theirs); };
    for (size_t i = 1; i < states.size(); ++i) {
      const State& from = states[i];
      into.all.merge(from.all, {&zero, 1}, 1);
      into.all_base.grow(1);
      into.all_base.merge(from.all_base, {&zero, 1}, add);
      if (!splits()) continue;
      std::vector<uint32_t> born = renumber(from.born, into.born, plan_.at_born.empty());
      std::vector<uint32_t> returned =
          renumber(from.returned, into.returned, plan_.at_returned.empty());
      into.bases.grow(into.born.size() + 1);
      into.bases.merge(from.bases, born, add);
      std::vector<uint32_t> pairs;
      for (uint32_t p = 0; p < from.pairs.size(); ++p) {
        auto tuple = from.pairs.tuple(p);
        const uint32_t pair[] = {born[tuple[0]], returned[tuple[1]]};
        pairs.push_back(into.pairs.segment(pair));
      }
      into.split.merge(from.split, pairs, into.pairs.size());
      TRY(check_size(into));
    }
    return {};
  }

  // Where a thread's halves are among ours; a half without breakdowns has the one segment 0.
  static std::vector<uint32_t> renumber(const Segmenter& from, Segmenter& into, bool unused) {
    if (unused) return {0};
    std::vector<uint32_t> out;
    for (uint32_t s = 0; s < from.size(); ++s) out.push_back(into.segment(from.tuple(s).data()));
    return out;
  }

  RetentionAnswer finish(const State& state) const {
    RetentionAnswer answer;
    answer.overlap = plan_.overlap;
    answer.series.push_back(series_of({}, state.all, 0, state.all_base.row(0)));
    for (uint32_t p = 0; p < state.pairs.size(); ++p) {
      auto pair = state.pairs.tuple(p);
      answer.series.push_back(
          series_of(segment_of(state, pair[0], pair[1]), state.split, p, state.bases.row(pair[0])));
    }
    return answer;
  }

  // Coordinates of both halves, where the report's breakdowns stand.
  Segment segment_of(const State& state, uint32_t born, uint32_t returned) const {
    Segment out;
    size_t b = 0, r = 0;
    for (size_t i = 0; i < plan_.coordinates.size(); ++i) {
      bool at_born = plan_.retention.breakdowns[i].at == Breakdown::At::kBorn;
      uint32_t number = at_born ? state.born.tuple(born)[b++] : state.returned.tuple(returned)[r++];
      out.push_back(plan_.coordinates[i]->at(number));
    }
    return out;
  }

  RetentionSeries series_of(Segment segment, const RetentionKernel& kernel, uint32_t row,
                            std::span<const Base> bases) const {
    RetentionSeries series;
    series.segment = std::move(segment);
    for (size_t interval = 0; interval < bases.size(); ++interval) {
      const Base& base = bases[interval];
      if (base.size == 0) continue;
      series.ranked_by += base.size;
      RetentionCohort cohort{interval, base.size, {}};
      std::vector<RetentionCell> cells =
          kernel.cells(row, interval, base.size, plan_.retention.of == Retention::Of::kAverage);
      for (int k = 0; k < static_cast<int>(cells.size()); ++k) {
        RetentionCell& cell = cells[static_cast<size_t>(k)];
        cell.complete = plan_.is_complete(interval, k);
        if (plan_.has_begun(interval, k, base.earliest)) {
          cohort.cells.emplace_back(std::move(cell));
        } else {
          cohort.cells.emplace_back();
        }
      }
      series.cohorts.push_back(std::move(cohort));
    }
    if (splits_returned()) series.ranked_by = kernel.returned(row);
    return series;
  }

  RetentionPlan plan_;
  Question& question_;
  const query::Who* who_ = nullptr;
  std::vector<uint8_t>* users_ = nullptr;  // threads mark different users
};

}  // namespace

Result<RetentionAnswer> answer_retention(Question& question, const Retention& retention,
                                         uint64_t& scanned) {
  return RetentionRun(question, retention).run(scanned);
}

Result<std::vector<uint8_t>> users_in_retention(Question& question, const Retention& retention,
                                                const query::Who& who, uint64_t& scanned) {
  return RetentionRun(question, retention).find(who, scanned);
}

}  // namespace starling::engine::native
