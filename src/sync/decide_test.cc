#include "sync/decide.h"

#include <gtest/gtest.h>

namespace starling::sync {
namespace {

using event::PropertyType;
using event::Type;
using Action = Decision::Action;

constexpr base::TimeMs kNow{1'735'689'600'000};  // 2025-01-01T00:00:00Z

model::Select standard_select() {
  model::Select select;
  select.source = "orders";
  select.has_cursor = true;
  select.cursor = {"ordered_at", "TIMESTAMP", PropertyType{Type::kTime, 0, {}}, false};
  select.sync.mode = model::SyncMode::kStandard;
  select.sync.overlap = {2, base::Span::Unit::kDay};
  select.sync.every = base::Span{1, base::Span::Unit::kHour};
  return select;
}

SourceRecord successful_record() {
  SourceRecord record;
  record.definition = "d";
  record.last_run = record.last_success = "2024-12-31T23:30:00Z";
  record.cursor_value = kNow.value - 1000;
  return record;
}

TEST(Decide, TheFirstRunReadsEverything) {
  EXPECT_EQ(decide(standard_select(), "d", std::nullopt, kNow, false).action, Action::kAll);
}

TEST(Decide, LaterRunsReadFromTheCursorLessTheOverlap) {
  Decision decision = decide(standard_select(), "d", successful_record(), kNow, false);
  EXPECT_EQ(decision.action, Action::kSince);
  EXPECT_EQ(decision.since, kNow.value - 1000 - 2 * base::kDayMs);
}

TEST(Decide, AChangedDefinitionReloads) {
  EXPECT_EQ(decide(standard_select(), "other", successful_record(), kNow, false).action,
            Action::kReload);
}

TEST(Decide, OnceIsOnce) {
  model::Select select = standard_select();
  select.sync.mode = model::SyncMode::kOnce;
  EXPECT_EQ(decide(select, "d", std::nullopt, kNow, false).action, Action::kAll);
  EXPECT_EQ(decide(select, "d", successful_record(), kNow, false).action, Action::kSkip);
}

TEST(Decide, EveryCountsFromTheLastSuccessAndOnlyWhenAsked) {
  EXPECT_EQ(decide(standard_select(), "d", successful_record(), kNow, true).action, Action::kSkip);
  EXPECT_EQ(decide(standard_select(), "d", successful_record(), kNow, false).action,
            Action::kSince);
  base::TimeMs later{kNow.value + base::kHourMs};
  EXPECT_EQ(decide(standard_select(), "d", successful_record(), later, true).action,
            Action::kSince);
}

TEST(Decide, TooManyRowsKeptAsideToAskForByIdReadsEverything) {
  SourceRecord record = successful_record();
  record.rows_kept_aside = 10'001;
  EXPECT_EQ(decide(standard_select(), "d", record, kNow, false).action, Action::kAll);
}

TEST(BoundedCursor, NeverPassesTheWarehouseClock) {
  model::Select select = standard_select();
  auto zone = base::TimeZone::load("America/New_York").value();
  int64_t local_now = kNow.value - 5 * base::kHourMs;
  EXPECT_EQ(bounded_cursor(select, kNow.value, kNow, zone), local_now);
  EXPECT_EQ(bounded_cursor(select, local_now - 1, kNow, zone), local_now - 1);
  select.cursor.zoned = true;
  EXPECT_EQ(bounded_cursor(select, kNow.value + 1, kNow, zone), kNow.value);
}

TEST(Record, SurvivesTheStore) {
  SourceRecord record = successful_record();
  record.source = "order \"submitted\"";
  record.kind = "events";
  record.message = "x";
  record.rows_read = 7;
  record.cursor = "2024-12-31 23:59:59";
  record.reconciliation = Reconciliation{10, 8, 1, 1, true, true};
  auto back = parse_record(to_json(record));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(to_json(back.value()), to_json(record));
  EXPECT_EQ(back.value().cursor_value, record.cursor_value);
  EXPECT_FALSE(parse_record("{").ok());
}

TEST(KeptAside, SurvivesTheStore) {
  std::vector<KeptAside> rows = {
      {"1", "it has no time", "2024-12-31T23:30:00Z", R"({"amount":3.10,"name":"a\nb"})"},
      {"", "unreadable", "", ""}};
  auto back = parse_kept_aside(to_json_lines(rows));
  ASSERT_TRUE(back.ok());
  ASSERT_EQ(back.value().size(), 2u);
  EXPECT_EQ(back.value()[0].row, rows[0].row);
  EXPECT_EQ(back.value()[0].first_seen, rows[0].first_seen);
  EXPECT_EQ(back.value()[1].reason, "unreadable");
}

}  // namespace
}  // namespace starling::sync
