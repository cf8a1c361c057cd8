#include "sync/schedule.h"

#include <algorithm>

namespace starling::sync {
namespace {

constexpr int64_t kFirstRetryMs = 30 * base::kSecondMs;
constexpr uint64_t kDoublingsMax = 20;  // beyond any `every`

}  // namespace

std::optional<base::TimeMs> due_at(const model::Select& select,
                                   const std::optional<SourceRecord>& record) {
  if (!select.sync.every) return std::nullopt;
  if (!record || record->last_run.empty()) return base::TimeMs{0};
  if (record->held) return std::nullopt;
  bool loaded_once = select.sync.mode == model::SyncMode::kOnce && !record->last_success.empty();
  auto last = base::parse_rfc3339(record->last_run);
  if (loaded_once) return std::nullopt;
  if (!last) return base::TimeMs{0};
  // The parser takes only spans of an exact length.
  int64_t every = select.sync.every->milliseconds().value_or(base::kDayMs);
  if (record->failures > 0) {
    uint64_t doublings = std::min(record->failures - 1, kDoublingsMax);
    every = std::min(every, kFirstRetryMs << doublings);
  }
  return base::TimeMs{last->value + every};
}

}  // namespace starling::sync
