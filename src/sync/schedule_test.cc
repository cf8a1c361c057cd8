#include "sync/schedule.h"

#include <gtest/gtest.h>

namespace starling::sync {
namespace {

model::Select source(const char* every, model::SyncMode mode = model::SyncMode::kMirror) {
  model::Select select;
  select.sync.mode = mode;
  if (every != nullptr) select.sync.every = base::Span::parse(every);
  return select;
}

SourceRecord ran(const char* at, uint64_t failures = 0) {
  SourceRecord record;
  record.last_run = at;
  if (failures == 0) record.last_success = at;
  record.failures = failures;
  return record;
}

std::string due(const model::Select& select, const std::optional<SourceRecord>& record) {
  auto at = due_at(select, record);
  return at ? base::utc_text(*at) : "never";
}

TEST(Schedule, ASourceIsDueAfterItsInterval) {
  EXPECT_EQ(due(source("1 hour"), ran("2024-09-01T10:00:00Z")), "2024-09-01T11:00:00Z");
  EXPECT_EQ(due(source("1 hour"), std::nullopt), "1970-01-01T00:00:00Z");
  EXPECT_EQ(due(source(nullptr), std::nullopt), "never");
  EXPECT_EQ(due(source("1 hour", model::SyncMode::kOnce), ran("2024-09-01T10:00:00Z")), "never");
}

TEST(Schedule, AFailedRunIsTriedAgainSoonerAndThenLessOften) {
  EXPECT_EQ(due(source("1 hour"), ran("2024-09-01T10:00:00Z", 1)), "2024-09-01T10:00:30Z");
  EXPECT_EQ(due(source("1 hour"), ran("2024-09-01T10:00:00Z", 2)), "2024-09-01T10:01:00Z");
  EXPECT_EQ(due(source("1 hour"), ran("2024-09-01T10:00:00Z", 6)), "2024-09-01T10:16:00Z");
  EXPECT_EQ(due(source("1 hour"), ran("2024-09-01T10:00:00Z", 500)), "2024-09-01T11:00:00Z");
  EXPECT_EQ(due(source("10 seconds"), ran("2024-09-01T10:00:00Z", 1)), "2024-09-01T10:00:10Z");
}

TEST(Schedule, APausedSourceIsNeverDue) {
  SourceRecord record = ran("2024-09-01T10:00:00Z");
  record.held = true;
  EXPECT_EQ(due(source("1 hour"), record), "never");
}

}  // namespace
}  // namespace starling::sync
