// A person's attempts at a funnel (docs/semantics/funnel.md, "Attempts").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/reference/question.h"

namespace starling::engine::reference {

struct Attempt {
  struct Taken {
    size_t step = 0;   // which of the funnel's steps, from 0
    size_t row = 0;    // index into Question::events(person)
    int64_t time = 0;  // as it counts: never before that of the step taken before it
  };
  std::vector<Taken> taken;  // in the order they were taken; the first opens the attempt

  size_t reached() const { return taken.size(); }
  int64_t end() const { return taken.back().time; }
};

// Instants in which an attempt may open: [from, to).
struct Openings {
  int64_t from = 0, to = 0;
};

// What one person did, as a funnel sees it.
class FunnelPerson {
 public:
  FunnelPerson(const Question& question, const query::Funnel& funnel, const Person& person);

  // The attempts that the row over all segments counts, and those that segments choose from, before
  // the report's where.
  std::vector<Attempt> counted(Openings openings) const;
  std::vector<Attempt> split(Openings openings) const;

 private:
  struct Row {
    size_t index = 0;
    int64_t time = 0;
    std::vector<bool> steps, exclusions;
    std::string held;  // what the held properties are; rows where one is not set take no part
    uint64_t session = 0;
  };
  using Rows = std::vector<const Row*>;
  // How an attempt ended: with a row, or with its window.
  struct Tried {
    Attempt attempt;
    std::optional<size_t> end;  // position among the rows
  };

  bool opens(const Row& row, Openings openings) const;
  Tried attempt(const Rows& rows, size_t opening, const std::vector<bool>& used) const;
  Tried in_sequence(const Rows& rows, size_t opening, const std::vector<bool>& used) const;
  Tried in_any_order(const Rows& rows, size_t opening, const std::vector<bool>& used) const;
  std::optional<size_t> next_step(const Rows& rows, const Attempt& attempt,
                                  const std::vector<bool>& used) const;
  std::optional<size_t> excluding(const Rows& rows, const Attempt& attempt,
                                  std::optional<size_t> next) const;
  bool excludes(const Row& row, size_t gap) const;

  std::vector<Attempt> one_after_another(const Rows& rows, Openings openings) const;
  std::vector<Attempt> from_every_opening(const Rows& rows, Openings openings) const;
  std::vector<Attempt> by_session(Openings openings) const;
  std::vector<Rows> partitions() const;  // by held values
  const Row* first_opening(Openings openings) const;

  const query::Funnel& funnel_;
  std::vector<Row> rows_;
};

// Most steps, then the earliest end, then the latest opening (§8.22).
bool is_better(const Attempt& a, const Attempt& b);

// Sessions of a person's events: the number of each event's session, counted from 0 (§8.26).
std::vector<uint64_t> sessions_of(const Question& question, const Person& person);

// The held properties of an event as one text; nothing where one of them is not set (§8.27).
std::optional<std::string> held_values(const Question& question,
                                       const std::vector<query::Reference>& hold, Subject subject);

}  // namespace starling::engine::reference
