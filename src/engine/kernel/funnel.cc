#pragma GCC optimize("O3")
#include "engine/kernel/funnel.h"

#include <algorithm>

namespace starling::engine::kernel {
namespace {

bool has(SelectorMask mask, uint32_t bit) { return ((mask >> bit) & 1) != 0; }

uint32_t lowest_bit(SelectorMask mask) {
  auto low = static_cast<uint64_t>(mask);
  if (low != 0) return static_cast<uint32_t>(__builtin_ctzll(low));
  return 64 + static_cast<uint32_t>(__builtin_ctzll(static_cast<uint64_t>(mask >> 64)));
}

}  // namespace

bool is_better(std::span<const Taken> a, std::span<const Taken> b) {
  if (a.size() != b.size()) return a.size() > b.size();
  if (a.back().time != b.back().time) return a.back().time < b.back().time;
  return a[0].row > b[0].row;
}

FunnelKernel::FunnelKernel(Rules rules) : rules_(std::move(rules)) {
  excludes_ = std::ranges::any_of(rules_.excluding, [](SelectorMask mask) { return mask != 0; });
}

std::optional<size_t> FunnelKernel::first_opening(std::span<const FunnelRow> rows,
                                                  Openings openings, size_t from) const {
  for (size_t i = from; i < rows.size() && rows[i].time < openings.to; ++i) {
    bool fits = rules_.any_order ? rows[i].steps != 0 : has(rows[i].steps, 0);
    if (fits && rows[i].time >= openings.from) return i;
  }
  return std::nullopt;
}

// The first row in order that is not used and not earlier than the step before it, but for the
// grace.
std::optional<size_t> FunnelKernel::next_step(std::span<const FunnelRow> rows, size_t latest,
                                              uint32_t step, int64_t before, int64_t last) const {
  size_t i = latest;
  if (rules_.grace_ms == 0) {
    while (i < rows.size() && rows[i].time <= before) ++i;
  } else {
    while (i > 0 && rows[i - 1].time >= before - rules_.grace_ms) --i;
  }
  for (; i < rows.size() && rows[i].time <= last; ++i) {
    if (!has(rows[i].steps, step) || used_[i]) continue;
    if (std::ranges::find(positions_, i) == positions_.end()) return i;
  }
  return std::nullopt;
}

// The first row that excludes strictly between the step before and the next one, or up to the
// window's end, and further than the grace from both.
std::optional<size_t> FunnelKernel::excluding(std::span<const FunnelRow> rows, size_t latest,
                                              uint32_t gap, int64_t before,
                                              std::optional<int64_t> next, int64_t last) const {
  SelectorMask wanted = rules_.excluding[gap];
  for (size_t i = latest; i < rows.size() && rows[i].time <= last; ++i) {
    if (next && *next - rows[i].time <= rules_.grace_ms) return std::nullopt;
    if (rows[i].time - before > rules_.grace_ms && (rows[i].exclusions & wanted) != 0) return i;
  }
  return std::nullopt;
}

std::optional<size_t> FunnelKernel::in_sequence(std::span<const FunnelRow> rows, size_t opening,
                                                Attempts& out) {
  int64_t time = rows[opening].time, last = time + rules_.window_ms;
  out.take({rows[opening].row, 0, time});
  positions_.assign(1, opening);
  size_t latest = opening;  // no row behind it has been taken, and its time is `time`
  for (uint32_t step = 1; step < rules_.steps; ++step) {
    std::optional<size_t> next = next_step(rows, latest, step, time, last);
    if (excludes_) {
      auto next_time = next ? std::optional(rows[*next].time) : std::nullopt;
      auto end = excluding(rows, latest, step - 1, time, next_time, last);
      if (end) return end;
    }
    if (!next) return std::nullopt;
    positions_.push_back(*next);
    latest = std::max(latest, *next);
    time = std::max(time, rows[*next].time);
    out.take({rows[*next].row, step, time});
  }
  return latest;
}

std::optional<size_t> FunnelKernel::in_any_order(std::span<const FunnelRow> rows, size_t opening,
                                                 Attempts& out) {
  SelectorMask open = (SelectorMask{1} << rules_.steps) - 1;
  int64_t last = rows[opening].time + rules_.window_ms;
  positions_.clear();
  for (size_t i = opening; i < rows.size() && rows[i].time <= last; ++i) {
    SelectorMask fits = rows[i].steps & open;
    if (fits == 0 || used_[i]) continue;
    uint32_t step = lowest_bit(fits);
    open &= ~(SelectorMask{1} << step);
    positions_.push_back(i);
    out.take({rows[i].row, step, rows[i].time});
    if (open == 0) return i;
  }
  return std::nullopt;
}

std::optional<size_t> FunnelKernel::attempt(std::span<const FunnelRow> rows, size_t opening,
                                            Attempts& out) {
  auto end = rules_.any_order ? in_any_order(rows, opening, out) : in_sequence(rows, opening, out);
  out.end_attempt();
  return end;
}

void FunnelKernel::from_first_opening(std::span<const FunnelRow> rows, Openings openings,
                                      Attempts& out) {
  if (used_.size() < rows.size()) used_.resize(rows.size());
  if (auto opening = first_opening(rows, openings)) attempt(rows, *opening, out);
}

void FunnelKernel::from_every_opening(std::span<const FunnelRow> rows, Openings openings,
                                      Attempts& out) {
  if (used_.size() < rows.size()) used_.resize(rows.size());
  for (auto opening = first_opening(rows, openings); opening;
       opening = first_opening(rows, openings, *opening + 1))
    attempt(rows, *opening, out);
}

void FunnelKernel::one_after_another(std::span<const FunnelRow> rows, Openings openings,
                                     Attempts& out) {
  if (used_.size() < rows.size()) used_.resize(rows.size());
  size_t from = 0;
  while (auto opening = first_opening(rows, openings, from)) {
    if (used_[*opening]) {
      from = *opening + 1;
      continue;
    }
    int64_t last = rows[*opening].time + rules_.window_ms;
    std::optional<size_t> end = attempt(rows, *opening, out);
    for (size_t position : positions_) used_[position] = 1;
    from = end ? *end + 1 : *opening + 1;
    while (!end && from < rows.size() && rows[from].time <= last) ++from;
  }
  std::fill_n(used_.begin(), rows.size(), uint8_t{0});
}

}  // namespace starling::engine::kernel
