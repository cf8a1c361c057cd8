// The one door through which events, profiles and lookups enter, whoever brings them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/batch.h"
#include "event/schema.h"

namespace starling::event {

using base::Result;

// What became of a source's rows in one run.
struct WriteCounts {
  uint64_t stored = 0;      // new rows, now in the store
  uint64_t known = 0;       // rows whose key and content were there before
  uint64_t changed = 0;     // rows whose key was there with other content: ignored by standard sync
  uint64_t duplicates = 0;  // rows beaten by another row of the same key in this run (§8.38)
  uint64_t replaced = 0;    // rows whose key was there with other content, and were replaced
  uint64_t removed = 0;     // rows taken away by their key
  uint64_t filled = 0;      // stored rows that were given properties
};

// What the store holds of a source, for comparison with the warehouse.
struct SourceTotals {
  uint64_t rows = 0;
  uint64_t key_sum = 0;  // sum of order keys modulo 2^64
  int64_t time_sum = 0;  // sum of times in ms, modulo 2^64
};

// One atomic change of the store. Nothing is visible before commit(), everything after; destroyed
// without commit, or killed at any instant, it leaves no trace. One writer at a time. Errors:
// kUnavailable (disk), kInvalid (a property whose type does not fit the one it has).
class Write {
 public:
  virtual ~Write() = default;

  virtual Result<void> append(EventBatch batch) = 0;
  // Takes stored rows away; keys that are not there add nothing to the counts.
  virtual Result<void> remove_rows(RemovedRows rows) = 0;
  // Takes away every stored row of the source whose time lies in one of the spans and which this
  // write is not given: what is left equals the rows that the warehouse has there now. REQUIRES:
  // all rows are given to this write that are in those spans; not with fill().
  virtual Result<void> remove_others(const std::string& source, std::vector<TimeSpan> spans) = 0;
  // Gives properties to rows that were stored before this write, without writing their others
  // again: every row of the source that is not among all given ones has no value. Rows that are not
  // there are left out; when none of them is, nothing changes. REQUIRES: the rows of all calls are
  // different, and rows of the source are neither replaced nor removed in the same write.
  virtual Result<void> fill(FilledRows rows) = 0;
  // Every profile is replaced by the given ones: a user or a property that is not there is gone.
  virtual Result<void> replace_users(UserBatch users) = 0;
  // Given properties overwrite, others stay (model.md, standard sync of users).
  // REQUIRES: they have no history; where the profiles before had one, these replace them.
  virtual Result<void> merge_users(UserBatch users) = 0;
  virtual Result<void> replace_lookup(Lookup lookup, LookupTable table) = 0;
  virtual Result<void> remove_lookup(const std::string& name) = 0;
  // Removes all rows of a source and what is known of them.
  virtual Result<void> remove_source(const std::string& source) = 0;
  // Small named texts that change together with the data: checkpoints, settings, rows kept aside.
  // Empty removes.
  virtual Result<void> set_document(const std::string& name, std::string text) = 0;

  // What commit() would return, without making anything visible: for `starling plan`. Nothing may
  // be appended after it.
  virtual Result<WriteCounts> count() = 0;

  // Makes everything durable and visible. REQUIRES: not called before.
  virtual Result<WriteCounts> commit() = 0;
};

// Where events are kept, as the sync sees it.
class EventSink {
 public:
  virtual ~EventSink() = default;

  // Fails with kConflict while another process writes.
  virtual Result<std::unique_ptr<Write>> begin() = 0;
  virtual std::optional<std::string> document(const std::string& name) const = 0;
  virtual Result<SourceTotals> source_totals(const std::string& source) const = 0;
  // The same for the rows before the first of the ascending times, from each to the next, and from
  // the last on: one more than there are times.
  virtual Result<std::vector<SourceTotals>> totals_between(
      const std::string& source, const std::vector<int64_t>& times) const = 0;
  // Profiles and keys; with history, their versions.
  virtual uint64_t user_rows() const = 0;
  virtual std::optional<uint64_t> lookup_rows(const std::string& name) const = 0;
  virtual Schema schema() const = 0;
};

}  // namespace starling::event
