// From rows of a SELECT to profiles and lookup tables: keys that are missing or repeated are kept
// aside.
#pragma once

#include "event/batch.h"
#include "model/compile.h"
#include "source/source.h"
#include "sync/map_events.h"

namespace starling::sync {

// Gathers the rows of a whole table, in any order, and gives each key once, with history each key
// and start: of rows that share it the one with the greatest cursor, then the greatest content
// hash, is kept (reports.md §8.38).
class TableMapper {
 public:
  // Zones as in Instants.
  TableMapper(const model::Select& select, base::TimeZone zone, base::TimeZone day_zone);

  void add(const source::Rows& rows, MapState& state);

  // What was gathered; `duplicates` is how many rows were beaten by another of their key. Ends the
  // gathering.
  event::UserBatch take_users(MapState& state, uint64_t& duplicates);
  event::LookupTable take_lookup(MapState& state, uint64_t& duplicates);

 private:
  void keep_aside(const source::Rows& rows, size_t row, const char* reason, MapState& state) const;
  std::vector<size_t> winners(MapState& state, uint64_t& duplicates) const;
  std::vector<event::NamedColumn> picked(const std::vector<size_t>& rows) const;

  const model::Select& select_;
  Instants instants_;
  int start_at_ = -1, cursor_at_ = -1, properties_at_ = 1;
  event::TextColumn keys_;
  std::vector<int64_t> starts_;  // ms, with history only
  std::vector<int64_t> cursors_;
  std::vector<event::Column> columns_;
};

}  // namespace starling::sync
