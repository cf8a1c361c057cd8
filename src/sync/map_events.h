// From rows of a source's SELECT to events: pure, no input or output.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "event/batch.h"
#include "model/compile.h"
#include "source/source.h"
#include "sync/record.h"

namespace starling::sync {

// What a run found in the rows it has mapped so far.
struct MapState {
  int64_t cursor_max = INT64_MIN;     // of rows that fit, in the cursor column's own unit
  std::vector<KeptAside> kept_aside;  // the first kKeptAsideMax
  uint64_t kept_aside_count = 0;
  std::set<std::string> kept_aside_days;  // of events' times, as Select::days_sql writes them
  // Rows without `id`: how often a content was seen in this run, so that identical rows are kept
  // apart by count.
  std::unordered_map<uint64_t, uint32_t> copies;
};

constexpr size_t kKeptAsideMax = 10'000;

// Dates and timestamps as instants: `zone` is that of timestamps without one, `day_zone` (the
// project's) places a date at its midnight.
class Instants {
 public:
  Instants(const source::ColumnInfo& column, base::TimeZone zone, base::TimeZone day_zone)
      : column_(column), zone_(std::move(zone)), day_zone_(std::move(day_zone)) {}

  base::TimeMs of(int64_t raw) const;

 private:
  const source::ColumnInfo& column_;
  base::TimeZone zone_, day_zone_;
};

class EventMapper {
 public:
  // Zones as in Instants. `now` bounds times: a row more than a day ahead does not fit (model.md,
  // sync modes).
  EventMapper(const model::Select& select, base::TimeZone zone, base::TimeZone day_zone,
              base::TimeMs now);

  // Batches by event name; rows that do not fit go to `state`.
  std::vector<event::EventBatch> map(source::Rows rows, MapState& state) const;

 private:
  // What decides about a row before its values are looked at.
  struct Row {
    std::string id;
    std::string_view event;
    base::TimeMs time;
    const char* misfit = nullptr;  // why it does not fit
  };

  Row read_row(const source::Rows& rows, size_t row) const;
  void append(const source::Rows& rows, size_t row, const Row& read, uint64_t content,
              event::EventBatch& batch, MapState& state) const;
  void keep_aside(const source::Rows& rows, size_t row, const Row& read, MapState& state) const;
  std::vector<const event::Column*> named_columns(const source::Rows& rows) const;
  std::vector<uint64_t> content_hashes(const source::Rows& rows) const;

  const model::Select& select_;
  Instants instants_;
  base::TimeMs now_;
  // Positions of the SELECT's columns (model/compile.h).
  int event_at_ = -1, time_at_ = 0, user_at_ = -1, ids_at_ = 0, cursor_at_ = -1, properties_at_ = 0;
  // Name-sorted order of what stands for a row without id: time, user and properties.
  std::vector<std::string> names_;
  std::vector<int> named_columns_;
};

// The cursor's value as the text that `Select::sql_since` takes.
std::string cursor_literal(const source::ColumnInfo& cursor, int64_t value);

}  // namespace starling::sync
