// Which session of its user a match is in (reports.md §8.26): a pause without any event, or local
// midnight, ends one.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/kernel/entries.h"
#include "engine/native/chunks.h"
#include "engine/native/question.h"

namespace starling::engine::native {

class Sessions {
 public:
  // Looks at every event before as_of, whatever the measure counts.
  explicit Sessions(Question& question);

  // The tables chunks must have been made for, from where they are added on.
  void add_tables(std::vector<const store::EventTable*>& all);

  // Replaces the users of entries, which must have times, by numbers of their sessions, counted up
  // from `next`; then puts the entries of each session together. Entries without a user keep
  // store::kNoUser. REQUIRES: entries of this chunk.
  void number(const Chunk& chunk, uint32_t& next, kernel::Entries& entries) const;

 private:
  struct Starts;
  Starts starts_of(const Chunk& chunk) const;

  int64_t as_of_;
  int64_t timeout_ms_;  // a longer pause ends a session
  std::vector<const store::EventTable*> tables_;
  std::shared_ptr<const LocalDays> days_;  // of all tables
  size_t first_table_ = 0;
};

}  // namespace starling::engine::native
