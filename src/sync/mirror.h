// Mirror by difference of snapshots: which days of a source have changed since the last run.
//
// The warehouse sums hashes of all mapped values by day (model/compile.h, days_sql). Days whose
// sums are those of the last run have the same rows and are not read; what the store holds in the
// days that are read, and the warehouse does not, is removed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "event/batch.h"
#include "sync/read.h"

namespace starling::sync {

// By day as text ("" for rows without a time): the text of days_sql.
using DayChecksums = std::map<std::string, std::string>;

struct MirrorStep {
  DayChecksums days;                   // of the warehouse, now
  std::string sql;                     // gives the rows to read
  std::vector<event::TimeSpan> spans;  // the times they are of; empty when nothing has changed
  bool everything = false;
  uint64_t days_changed = 0;
  // Instead of days, the rows that the log names (follow.h).
  std::optional<std::set<std::vector<std::string>>> keys;
};

// Takes the rows that the log names, where it is followed and names them, else compares with what
// the last run has remembered; everything is read when there is nothing, when
// it is not to count (`anew`), when most days have changed, or when a day cannot be told as a span
// of times.
Result<MirrorStep> plan_mirror(const Context& context, const model::Select& select, bool anew);

// What is remembered for the next run: the days without rows that were kept aside, which are to be
// read again; none at all where rows share an id, for then which of them counts depends on other
// days.
std::string days_to_remember(const model::Select& select, const MirrorStep& step,
                             const std::set<std::string>& unsettled, bool has_duplicates);

// The document without the given days, so that the next run reads them; "" stays "".
std::string days_without(const std::string& document, const std::set<std::string>& days);

// Where a day of days_sql begins, as an instant; nothing for a text that is no day of our calendar.
std::optional<base::TimeMs> day_start(const Context& context, const model::Select& select,
                                      const std::string& day);

// Whether a run may remove so many of the rows there were: a table that was emptied, or replaced
// by another, is not to take everything along.
bool removes_too_much(uint64_t removed, uint64_t rows_before);

}  // namespace starling::sync
