// A question being answered from a snapshot: what its references lead to, and what is worked out
// once for all threads. Planning (everything but the const functions) happens on one thread, before
// the threads start.
#pragma once

#include <atomic>
#include <compare>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/answer.h"
#include "engine/native/block.h"
#include "engine/native/engine.h"
#include "engine/native/formulas.h"
#include "engine/native/history.h"
#include "engine/native/threads.h"
#include "engine/native/time_index.h"
#include "query/query.h"
#include "store/snapshot.h"

namespace starling::engine::native {

// Which list a reference looks into.
struct ListId {
  bool of_user = false;
  std::string name;
  friend auto operator<=>(const ListId&, const ListId&) = default;
};

// Whether each user passes a filter that only looks at users; `nobody` answers for events without a
// user.
struct UserMask {
  std::vector<uint8_t> passes;
  uint8_t nobody = 0;
};

class Question {
 public:
  // REQUIRES: options.threads > 0.
  Question(const store::Snapshot& snapshot, const query::Query& query, NativeOptions options,
           const std::atomic<bool>* cancelled);

  const store::Snapshot& snapshot() const { return snapshot_; }
  const query::Query& query() const { return query_; }
  int threads() const { return options_.threads; }
  uint64_t kept_bytes_max() const { return options_.kept_bytes_max; }
  const std::atomic<bool>* cancelled() const { return cancelled_; }
  uint32_t user_count() const { return snapshot_.user_count(); }

  // The list a reference looks into, or nothing when it gives one value an event (or user).
  std::optional<ListId> list_of(const query::Reference& reference) const;
  std::optional<ListId> list_of(
      const query::Filter& filter) const;  // of the first test that has one
  // The list's column among the table's rows, or the users without a table; nullptr when there are
  // no values.
  const store::ColumnReader* list_reader(const ListId& list, const store::EventTable* table) const;

  // What users and lookup tables with history say.
  History& history() { return history_; }
  // What custom properties give.
  Formulas& formulas() { return formulas_; }

  // 1 for members. Cohorts are worked out in order; set_members says that one is.
  const std::vector<uint8_t>& members(int cohort) const {
    return members_[static_cast<size_t>(cohort)];
  }
  void add_members(std::vector<uint8_t> members) { members_.push_back(std::move(members)); }

  // The name of the cohort a reference is about, else "".
  std::string cohort_name(const query::Reference& reference) const {
    return reference.cohort < 0 ? std::string()
                                : query_.cohorts[static_cast<size_t>(reference.cohort)].name;
  }

  // What is read, for people who ask (answer.h, Work).
  void note_table(const store::EventTable* table) { read_tables_.insert(table); }
  void note_column(std::string name) { read_columns_.insert(std::move(name)); }
  Work work() const {
    return {read_tables_.size(), {read_columns_.begin(), read_columns_.end()}, {}};
  }

  size_t new_cache() { return cache_count_++; }
  Scratch& plan_scratch() { return plan_scratch_; }
  // A selector made while planning, kept as long as the question.
  const query::Selector& keep(query::Selector selector) {
    return kept_.emplace_back(std::move(selector));
  }
  // The local days of a table's rows before as_of (of 1970-01-01 for an empty table).
  std::shared_ptr<const LocalDays> local_days(const store::EventTable& table);
  // The filter over all users; the filter must outlive the question.
  std::shared_ptr<const UserMask> user_mask(const query::Filter& filter);

 private:
  const store::Snapshot& snapshot_;
  const query::Query& query_;
  History history_;
  Formulas formulas_;
  NativeOptions options_;
  const std::atomic<bool>* cancelled_;
  std::deque<std::vector<uint8_t>> members_;  // addresses stay
  std::set<const store::EventTable*> read_tables_;
  std::set<std::string> read_columns_;
  size_t cache_count_ = 0;
  std::deque<query::Selector> kept_;
  Scratch plan_scratch_;
  std::map<const store::EventTable*, std::shared_ptr<const LocalDays>> local_days_;
  std::map<const query::Filter*, std::shared_ptr<const UserMask>> user_masks_;
};

}  // namespace starling::engine::native
