#pragma GCC optimize("O3")
#include "engine/native/funnel_walk.h"

#include <algorithm>

#include "query/print.h"

namespace starling::engine::native {

using kernel::FunnelKernel;
using kernel::FunnelRow;
using kernel::Openings;
using kernel::Taken;
using query::Funnel;

FunnelPlan::FunnelPlan(Question& asked, const Funnel& report) : question(asked), funnel(report) {
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

void FunnelPlan::add_scan(const query::Selector& selector, Window window) {
  owned.push_back(std::make_unique<Scan>(question, selector, window));
  selectors.push_back(&selector);
}

bool FunnelPlan::all_partitions() const {
  if (funnel.count != Funnel::Count::kUsers || funnel.optimized) return true;
  return std::ranges::any_of(funnel.breakdowns, [&](const query::Breakdown& breakdown) {
    return std::ranges::any_of(funnel.hold, [&](const query::Reference& reference) {
      return query::print(reference) == query::print(breakdown.reference);
    });
  });
}

FunnelKernel::Rules FunnelPlan::rules() const {
  FunnelKernel::Rules out{
      static_cast<uint32_t>(steps()), funnel.window_ms, funnel.grace_ms, funnel.any_order, {}};
  out.excluding.resize(steps() - 1);
  for (size_t e = 0; e < funnel.exclusions.size(); ++e) {
    for (int gap = funnel.exclusions[e].first_gap; gap <= funnel.exclusions[e].last_gap; ++gap)
      out.excluding[static_cast<size_t>(gap)] |= kernel::SelectorMask{1} << e;
  }
  return out;
}

FunnelWalk::FunnelWalk(const FunnelPlan& plan, FunnelSink& sink)
    : plan_(plan),
      sink_(sink),
      kernel_(plan.rules()),
      held_tuples_(plan.held->make_segmenter()),
      chosen_(std::max<size_t>(1, plan.funnel.breakdowns.size())) {}

Result<void> FunnelWalk::chunk(const Chunk& chunk) {
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

// Rows of other steps matter only around the openings of their users.
void FunnelWalk::select(const Chunk& chunk) {
  selections_.resize(plan_.scans.size());
  bool bounded = !plan_.funnel.any_order;
  for (size_t s = 0; s < plan_.scans.size(); ++s) {
    const UserBounds* bounds = bounded && s > 0 ? &bounds_ : nullptr;
    scanned_ += plan_.scans[s]->select(chunk, scratch_, selections_[s], bounds);
    if (bounded && s == 0) bound(chunk);
  }
}
void FunnelWalk::bound(const Chunk& chunk) {
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
void FunnelWalk::number_sessions(const Chunk& chunk) {
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

void FunnelWalk::take_rows(size_t first, size_t end) {
  all_.clear();
  for (size_t i = first; i < end; ++i) {
    if (partition_[i] == Held::kNone) continue;
    kernel::SelectorMask selected = rows_.rows[i].selected;
    kernel::SelectorMask step_bits = (kernel::SelectorMask{1} << plan_.steps()) - 1;
    kernel::SelectorMask exclusions = selected >> plan_.steps();
    all_.push_back(
        {rows_.rows[i].time, selected & step_bits, exclusions, static_cast<uint32_t>(i)});
  }
}

void FunnelWalk::user(size_t first, size_t end) {
  take_rows(first, end);
  divide();
  for (size_t slot = 0; slot < plan_.openings.size(); ++slot) {
    Openings openings = plan_.openings[slot];
    if (openings.from >= openings.to) continue;
    auto opening = kernel_.first_opening(all_, openings);
    if (opening) count(slot, openings, rows_.rows[first].user, all_[*opening].row);
  }
}

// The user's rows by partition, each in order.
void FunnelWalk::divide() {
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

void FunnelWalk::count(size_t slot, Openings openings, uint32_t user, uint32_t opening) {
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

void FunnelWalk::find(std::span<const FunnelRow> part, Openings openings) {
  if (plan_.sessions) {
    kernel_.from_first_opening(part, openings, attempts_);
  } else if (plan_.funnel.optimized) {
    kernel_.from_every_opening(part, openings, attempts_);
  } else {
    kernel_.one_after_another(part, openings, attempts_);
  }
}

bool FunnelWalk::passes(std::span<const Taken> attempt) const {
  return !plan_.funnel.where || plan_.attribution->passes(attempt, columns_);
}

void FunnelWalk::count_first(size_t slot, Openings openings, uint32_t user, uint32_t opening) {
  for (std::span<const FunnelRow> part : parts_) {
    if (partition_[part[0].row] != partition_[opening]) continue;
    attempts_.clear();
    kernel_.from_first_opening(part, openings, attempts_);
    if (passes(attempts_[0])) sink_.add(slot, nullptr, user, attempts_[0]);
    return;
  }
}

void FunnelWalk::count_best(size_t slot, uint32_t user) {
  std::span<const Taken> best;
  for (uint32_t i : order_) {
    if (best.empty() || kernel::is_better(attempts_[i], best)) best = attempts_[i];
  }
  if (!best.empty() && passes(best)) sink_.add(slot, nullptr, user, best);
}

// Totals and sessions: the attempt in all, and in each of its segments.
void FunnelWalk::count_attempt(size_t slot, uint32_t user, std::span<const Taken> attempt) {
  if (!passes(attempt)) return;
  sink_.add(slot, nullptr, user, attempt);
  if (!plan_.splits()) return;
  plan_.attribution->for_segments(
      attempt, columns_, [&](const uint32_t* tuple) { sink_.add(slot, tuple, user, attempt); });
}

// Users: in each segment the first attempt, or the best.
void FunnelWalk::count_chosen(size_t slot, uint32_t user) {
  chosen_.clear();
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

}  // namespace starling::engine::native
