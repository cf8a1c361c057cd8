// What a retention question comes down to before anything is counted: its scans, its calendar and
// its buckets.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/kernel/retention.h"
#include "engine/native/emitter.h"

namespace starling::engine::native {

struct RetentionPlan {
  RetentionPlan(Question& question, const query::Retention& retention);
  RetentionPlan(const RetentionPlan&) = delete;
  RetentionPlan& operator=(const RetentionPlan&) = delete;

  size_t intervals() const { return kernel_options.intervals; }  // at least 1
  // Which calendar unit, counted from the first birth interval, holds an instant; the one after the
  // last for later ones.
  uint32_t calendar_unit(int64_t time) const;
  // Whether bucket k of a birth interval has begun for members of whom the first was born at
  // `earliest` (§8.5), and whether nobody can come back in it any more.
  bool has_begun(size_t interval, int k, int64_t earliest) const;
  bool is_complete(size_t interval, int k) const;
  // Returns from here on mean nothing to a member born at `born_at` in the interval.
  int64_t returns_end(size_t interval, int64_t born_at) const;

  const query::Retention& retention;
  int64_t as_of;
  size_t interval_count;
  Window births_window;
  std::vector<const query::Breakdown*> at_born, at_returned;
  std::vector<std::unique_ptr<Coordinates>> coordinates;  // by breakdown
  bool overlap = false;
  std::optional<TimeIndex> birth_intervals;  // absent when there are none
  std::vector<int64_t> calendar;  // starts of the calendar units from the first birth interval on
  std::optional<TimeIndex> calendar_index;
  kernel::RetentionKernel::Options kernel_options;
  bool last_only = false;  // only a user's last return matters
  std::unique_ptr<Scan> births, returns;
  std::unique_ptr<Emitter> birth_emitter, return_emitter;
};

}  // namespace starling::engine::native
