// Compares every day of a source's events, in the warehouse and in the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/read.h"

namespace starling::sync {

// A day on which the two differ. Days are the warehouse's, as model::Select::days_sql has them.
struct DayDifference {
  std::string day;
  uint64_t warehouse_rows = 0, store_rows = 0;  // equal where only the keys differ
};

struct Verification {
  std::string source, kind;
  uint64_t days = 0;    // that were compared
  uint64_t rows = 0;    // of the warehouse
  bool by_key = false;  // keys were summed, too; else rows were only counted
  std::vector<DayDifference> differing;
  std::string fault;  // why it could not be compared, ""
};

// Every source of the model that `options.only` names. Rows without a time are in neither; of rows
// kept aside the warehouse has more than the store, and so of rows that share an id. Users and
// lookups are compared by their number of rows. With `repair`, Mirror forgets what it knows of
// differing days, so that its next run reads them.
Result<std::vector<Verification>> verify(const model::Compiled& compiled, source::Source& warehouse,
                                         event::EventSink& sink, const base::Clock& clock,
                                         const Options& options, bool repair);

}  // namespace starling::sync
