#include "engine/reference/attempts.h"

#include <algorithm>
#include <map>

#include "query/print.h"

namespace starling::engine::reference {

using query::Funnel;

std::vector<uint64_t> sessions_of(const Question& question, const Person& person) {
  std::vector<uint64_t> out;
  uint64_t session = 0;
  const base::TimeZone& zone = question.query().timezone;
  std::span<const Event> events = question.events(person);
  for (size_t i = 0; i < events.size(); ++i) {
    if (i > 0) {
      bool paused = events[i].time - events[i - 1].time > question.query().session_timeout_ms;
      bool midnight =
          zone.to_local({events[i].time}).date != zone.to_local({events[i - 1].time}).date;
      if (paused || midnight) ++session;
    }
    out.push_back(session);
  }
  return out;
}

std::optional<std::string> held_values(const Question& question,
                                       const std::vector<query::Reference>& hold, Subject subject) {
  std::string out;
  for (const query::Reference& reference : hold) {
    event::Value value = question.value_of(reference, subject);
    if (value.is_null()) return std::nullopt;
    std::string key = distinct_key(value);
    out += std::to_string(key.size()) + ":" + key;
  }
  return out;
}

FunnelPerson::FunnelPerson(const Question& question, const Funnel& funnel, const Person& person)
    : funnel_(funnel) {
  std::span<const Event> events = question.events(person);
  std::vector<std::vector<bool>> steps(events.size(), std::vector<bool>(funnel.steps.size()));
  std::vector<std::vector<bool>> exclusions(events.size(),
                                            std::vector<bool>(funnel.exclusions.size()));
  for (size_t k = 0; k < funnel.steps.size(); ++k) {
    for (size_t row : question.matches(funnel.steps[k].selector, person)) steps[row][k] = true;
  }
  for (size_t e = 0; e < funnel.exclusions.size(); ++e) {
    for (size_t row : question.matches(funnel.exclusions[e].selector, person))
      exclusions[row][e] = true;
  }
  std::vector<uint64_t> sessions = sessions_of(question, person);
  for (size_t i = 0; i < events.size(); ++i) {
    auto held = held_values(question, funnel.hold, {&person, &events[i]});
    if (held) rows_.push_back({i, events[i].time, steps[i], exclusions[i], *held, sessions[i]});
  }
}

bool FunnelPerson::opens(const Row& row, Openings openings) const {
  if (row.time < openings.from || row.time >= openings.to) return false;
  if (!funnel_.any_order) return row.steps[0];
  return std::ranges::find(row.steps, true) != row.steps.end();
}

FunnelPerson::Tried FunnelPerson::attempt(const Rows& rows, size_t opening,
                                          const std::vector<bool>& used) const {
  return funnel_.any_order ? in_any_order(rows, opening, used) : in_sequence(rows, opening, used);
}

// F5: the first row in order that is not used and not earlier than the step before it, but for the
// grace; none when it lies past the window.
std::optional<size_t> FunnelPerson::next_step(const Rows& rows, const Attempt& attempt,
                                              const std::vector<bool>& used) const {
  size_t step = attempt.reached();
  int64_t before = attempt.end(), last = attempt.taken[0].time + funnel_.window_ms;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = *rows[i];
    if (!row.steps[step] || used[i]) continue;
    bool taken =
        std::ranges::any_of(attempt.taken, [&](const auto& one) { return one.row == row.index; });
    bool late_enough =
        funnel_.grace_ms == 0 ? row.time > before : row.time >= before - funnel_.grace_ms;
    if (taken || !late_enough) continue;
    return row.time <= last ? std::optional(i) : std::nullopt;
  }
  return std::nullopt;
}

bool FunnelPerson::excludes(const Row& row, size_t gap) const {
  for (size_t e = 0; e < funnel_.exclusions.size(); ++e) {
    const Funnel::Exclusion& exclusion = funnel_.exclusions[e];
    bool covers = static_cast<size_t>(exclusion.first_gap) <= gap &&
                  gap <= static_cast<size_t>(exclusion.last_gap);
    if (row.exclusions[e] && covers) return true;
  }
  return false;
}

// F7: the first row that excludes strictly between two steps, or up to the window's end, and
// further than the grace from both.
std::optional<size_t> FunnelPerson::excluding(const Rows& rows, const Attempt& attempt,
                                              std::optional<size_t> next) const {
  int64_t before = attempt.end(), last = attempt.taken[0].time + funnel_.window_ms;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = *rows[i];
    bool after = row.time - before > funnel_.grace_ms;
    bool ahead = next ? rows[*next]->time - row.time > funnel_.grace_ms : row.time <= last;
    if (after && ahead && excludes(row, attempt.reached() - 1)) return i;
  }
  return std::nullopt;
}

FunnelPerson::Tried FunnelPerson::in_sequence(const Rows& rows, size_t opening,
                                              const std::vector<bool>& used) const {
  Tried tried{{{{0, rows[opening]->index, rows[opening]->time}}}, std::nullopt};
  Attempt& attempt = tried.attempt;
  size_t latest = opening;
  while (attempt.reached() < funnel_.steps.size()) {
    std::optional<size_t> next = next_step(rows, attempt, used);
    tried.end = excluding(rows, attempt, next);
    if (tried.end || !next) return tried;
    latest = std::max(latest, *next);
    attempt.taken.push_back(
        {attempt.reached(), rows[*next]->index, std::max(attempt.end(), rows[*next]->time)});
  }
  tried.end = latest;
  return tried;
}

// F10: every row takes the lowest step that it fits and that is not taken yet.
FunnelPerson::Tried FunnelPerson::in_any_order(const Rows& rows, size_t opening,
                                               const std::vector<bool>& used) const {
  Tried tried;
  std::vector<bool> open(funnel_.steps.size(), true);
  for (size_t i = opening; i < rows.size(); ++i) {
    const Row& row = *rows[i];
    if (row.time > rows[opening]->time + funnel_.window_ms) break;
    if (used[i]) continue;
    for (size_t step = 0; step < open.size(); ++step) {
      if (!open[step] || !row.steps[step]) continue;
      open[step] = false;
      tried.attempt.taken.push_back({step, row.index, row.time});
      break;
    }
    if (tried.attempt.reached() == open.size()) {
      tried.end = i;
      break;
    }
  }
  return tried;
}

// F6: an attempt opens behind the end of the one before it and uses none of the rows used before.
std::vector<Attempt> FunnelPerson::one_after_another(const Rows& rows, Openings openings) const {
  std::vector<Attempt> out;
  std::vector<bool> used(rows.size());
  for (size_t i = 0; i < rows.size();) {
    if (used[i] || !opens(*rows[i], openings)) {
      ++i;
      continue;
    }
    Tried tried = attempt(rows, i, used);
    for (size_t j = 0; j < rows.size(); ++j) {
      for (const Attempt::Taken& taken : tried.attempt.taken)
        used[j] = used[j] || rows[j]->index == taken.row;
    }
    int64_t window_end = rows[i]->time + funnel_.window_ms;
    if (tried.end) {
      i = *tried.end + 1;
    } else {
      while (i < rows.size() && rows[i]->time <= window_end) ++i;
    }
    out.push_back(std::move(tried.attempt));
  }
  return out;
}

std::vector<Attempt> FunnelPerson::from_every_opening(const Rows& rows, Openings openings) const {
  std::vector<Attempt> out;
  std::vector<bool> unused(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (opens(*rows[i], openings)) out.push_back(attempt(rows, i, unused).attempt);
  }
  return out;
}

std::vector<Attempt> FunnelPerson::by_session(Openings openings) const {
  std::map<uint64_t, Rows> sessions;
  for (const Row& row : rows_) sessions[row.session].push_back(&row);
  std::vector<Attempt> out;
  for (const auto& [session, rows] : sessions) {
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!opens(*rows[i], openings)) continue;
      out.push_back(attempt(rows, i, std::vector<bool>(rows.size())).attempt);
      break;
    }
  }
  return out;
}

std::vector<FunnelPerson::Rows> FunnelPerson::partitions() const {
  std::map<std::string, Rows> by_held;
  for (const Row& row : rows_) by_held[row.held].push_back(&row);
  std::vector<Rows> out;
  for (auto& [held, rows] : by_held) out.push_back(std::move(rows));
  return out;
}

const FunnelPerson::Row* FunnelPerson::first_opening(Openings openings) const {
  auto found = std::ranges::find_if(rows_, [&](const Row& row) { return opens(row, openings); });
  return found == rows_.end() ? nullptr : &*found;
}

bool is_better(const Attempt& a, const Attempt& b) {
  if (a.reached() != b.reached()) return a.reached() > b.reached();
  if (a.end() != b.end()) return a.end() < b.end();
  return a.taken[0].row > b.taken[0].row;
}

std::vector<Attempt> FunnelPerson::counted(Openings openings) const {
  if (funnel_.count != Funnel::Count::kUsers) return split(openings);
  if (funnel_.optimized) {
    std::vector<Attempt> every = split(openings);
    auto best = std::ranges::min_element(every, is_better);
    return best == every.end() ? std::vector<Attempt>() : std::vector<Attempt>{*best};
  }
  const Row* opening = first_opening(openings);
  if (opening == nullptr) return {};
  for (const Rows& rows : partitions()) {
    auto at = std::ranges::find(rows, opening);
    if (at == rows.end()) continue;
    auto place = static_cast<size_t>(at - rows.begin());
    return {attempt(rows, place, std::vector<bool>(rows.size())).attempt};
  }
  return {};
}

std::vector<Attempt> FunnelPerson::split(Openings openings) const {
  if (funnel_.count == Funnel::Count::kSessions) return by_session(openings);
  bool by_held_value = std::ranges::any_of(funnel_.breakdowns, [&](const auto& breakdown) {
    return std::ranges::any_of(funnel_.hold, [&](const query::Reference& held) {
      return query::print(held) == query::print(breakdown.reference);
    });
  });
  bool first_partition_only =
      funnel_.count == Funnel::Count::kUsers && !funnel_.optimized && !by_held_value;
  const Row* opening = first_opening(openings);
  std::vector<Attempt> out;
  for (const Rows& rows : partitions()) {
    if (first_partition_only && opening != nullptr && rows[0]->held != opening->held) continue;
    std::vector<Attempt> own =
        funnel_.optimized ? from_every_opening(rows, openings) : one_after_another(rows, openings);
    out.insert(out.end(), own.begin(), own.end());
  }
  std::ranges::sort(out, {}, [](const Attempt& attempt) { return attempt.taken[0].row; });
  return out;
}

}  // namespace starling::engine::reference
