// The walk of a funnel question over users: what it comes down to before anything is counted, and
// the attempts that count, handed to a sink one by one (docs/semantics/funnel.md).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/kernel/funnel.h"
#include "engine/native/attribution.h"
#include "engine/native/held.h"
#include "engine/native/sessions.h"

namespace starling::engine::native {

// Its scans, its intervals and its rules.
struct FunnelPlan {
  FunnelPlan(Question& question, const query::Funnel& funnel);
  FunnelPlan(const FunnelPlan&) = delete;

  size_t steps() const { return funnel.steps.size(); }
  size_t width() const { return openings.size() * steps(); }
  bool splits() const { return !funnel.breakdowns.empty(); }
  bool reads_columns() const { return splits() || funnel.where.has_value(); }
  // All tuples of held values take part in segments, not only that of the first opening (§8.27).
  bool all_partitions() const;
  kernel::FunnelKernel::Rules rules() const;

  Question& question;
  const query::Funnel& funnel;
  std::vector<kernel::Openings> openings;  // of the whole range, then of each interval
  std::vector<std::unique_ptr<Scan>> owned;
  std::vector<const Scan*> scans;  // of the steps, then of the exclusions
  std::vector<const query::Selector*> selectors;
  std::optional<Held> held;
  std::optional<Attribution> attribution;
  std::optional<Sessions> sessions;

 private:
  void add_scan(const query::Selector& selector, Window window);
};

// Called for every attempt that counts, in slot 0 for the whole range and in 1.. for the intervals;
// `tuple` is nullptr for the row over all segments, else the segment's coordinate numbers.
class FunnelSink {
 public:
  virtual ~FunnelSink() = default;
  virtual void add(size_t slot, const uint32_t* tuple, uint32_t user,
                   std::span<const kernel::Taken> attempt) = 0;
};

// One thread's walk.
class FunnelWalk {
 public:
  // Both must outlive the walk.
  FunnelWalk(const FunnelPlan& plan, FunnelSink& sink);

  uint64_t scanned() const { return scanned_; }
  // REQUIRES: the chunk was made for the tables of the plan's scans, and of its sessions.
  Result<void> chunk(const Chunk& chunk);

 private:
  void select(const Chunk& chunk);
  void bound(const Chunk& chunk);
  void number_sessions(const Chunk& chunk);
  void user(size_t first, size_t end);
  void take_rows(size_t first, size_t end);
  void divide();
  void count(size_t slot, kernel::Openings openings, uint32_t user, uint32_t opening);
  void find(std::span<const kernel::FunnelRow> part, kernel::Openings openings);
  bool passes(std::span<const kernel::Taken> attempt) const;
  void count_first(size_t slot, kernel::Openings openings, uint32_t user, uint32_t opening);
  void count_best(size_t slot, uint32_t user);
  void count_attempt(size_t slot, uint32_t user, std::span<const kernel::Taken> attempt);
  void count_chosen(size_t slot, uint32_t user);

  const FunnelPlan& plan_;
  FunnelSink& sink_;
  kernel::FunnelKernel kernel_;
  Scratch scratch_;
  UserBounds bounds_;
  std::vector<Selection> selections_;
  RowSet rows_;
  Segmenter held_tuples_;
  std::vector<uint32_t> partition_;  // by row: held values, or session
  Attribution::Columns columns_;
  std::vector<kernel::FunnelRow> all_, divided_;           // of one user
  std::vector<std::span<const kernel::FunnelRow>> parts_;  // of one user
  kernel::Attempts attempts_;
  std::vector<uint32_t> order_;   // attempts by opening
  Segmenter chosen_;              // segments of one user
  std::vector<uint32_t> choice_;  // by segment: the attempt
  uint64_t scanned_ = 0;
};

}  // namespace starling::engine::native
