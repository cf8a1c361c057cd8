#include "sync/decide.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "sync/map_events.h"
#include "sync/schedule.h"

namespace starling::sync {
namespace {

using base::kDayMs;
using base::Span;
using event::Type;
using model::SyncMode;

// Months and years as their longest: an overlap may be wider than asked, never narrower.
int64_t overlap_ms(const Span& overlap) {
  if (auto exact = overlap.milliseconds()) return *exact;
  switch (overlap.unit) {
    case Span::Unit::kMonth:
      return overlap.count * 31 * kDayMs;
    case Span::Unit::kQuarter:
      return overlap.count * 92 * kDayMs;
    default:
      return overlap.count * 366 * kDayMs;
  }
}

int64_t less_overlap(const model::Select& select, int64_t cursor) {
  switch (select.cursor.type->type) {
    case Type::kTime:
      return cursor - overlap_ms(select.sync.overlap);
    case Type::kDate:
      return cursor - (overlap_ms(select.sync.overlap) + kDayMs - 1) / kDayMs;
    default:
      return cursor;  // a number has no time to overlap by
  }
}

}  // namespace

Decision decide(const model::Select& select, const std::string& definition,
                const std::optional<SourceRecord>& record, base::TimeMs now, bool due_only) {
  using Action = Decision::Action;
  if (due_only) {
    std::optional<base::TimeMs> due = due_at(select, record);
    if (record && record->held) return {Action::kSkip, "it is paused", std::nullopt};
    if (due && now < *due) return {Action::kSkip, "its next run is not due yet", std::nullopt};
  }
  if (!record || record->last_success.empty()) return {Action::kAll, "", std::nullopt};
  if (record->definition != definition) {
    return {Action::kReload,
            "its table, event, time, user or id column, or their time zone, changed in the model",
            std::nullopt};
  }
  if (select.sync.mode == SyncMode::kOnce) {
    return {Action::kSkip, "it is loaded once, and has been", std::nullopt};
  }
  bool from_cursor =
      select.sync.mode == SyncMode::kStandard && select.has_cursor && record->cursor_value;
  if (!from_cursor || record->rows_kept_aside > kKeptAsideMax)
    return {Action::kAll, "", std::nullopt};
  return {Action::kSince, "", less_overlap(select, *record->cursor_value)};
}

std::string definition_of(const model::Compiled& compiled, const model::Select& select) {
  std::string text = select.source;
  if (!select.time.zoned)
    text += "\x1f" + compiled.model.warehouse_timezone + "\x1f" + compiled.model.timezone;
  for (const model::EventSource& source : compiled.model.events) {
    if (select.kind != model::Select::Kind::kEvents || source.source != select.source) continue;
    for (const std::string* part : {&source.event, &source.event_column, &source.relation.table,
                                    &source.relation.query, &source.time, &source.user}) {
      text += "\x1f" + *part;
    }
    for (const std::string& id : source.id) text += "\x1f" + id;
  }
  base::Hash128 hash = base::hash128(text);
  return fmt::format("{:016x}{:016x}", hash.high, hash.low);
}

int64_t bounded_cursor(const model::Select& select, int64_t seen, base::TimeMs warehouse_now,
                       const base::TimeZone& warehouse_zone) {
  base::TimeZone::Local local = warehouse_zone.to_local(warehouse_now);
  switch (select.cursor.type->type) {
    case Type::kTime:
      if (select.cursor.zoned) return std::min(seen, warehouse_now.value);
      return std::min(seen, local.date.days * kDayMs + local.ms_of_day);
    case Type::kDate:
      return std::min<int64_t>(seen, local.date.days);
    default:
      return seen;
  }
}

}  // namespace starling::sync
