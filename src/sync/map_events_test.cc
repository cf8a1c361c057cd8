#include "sync/map_events.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace starling::sync {
namespace {

using base::Date;
using event::Column;
using event::PropertyType;
using event::Type;

constexpr int64_t kNow = 1'735'689'600'000;  // 2025-01-01T00:00:00Z

source::ColumnInfo column_info(const std::string& name, Type type, bool zoned = false) {
  return {name, "", PropertyType{type, 0, {}}, zoned};
}

// SELECT time, user, id, cursor, amount
model::Select select_orders() {
  model::Select select;
  select.source = select.event = "order submitted";
  select.has_user = true;
  select.id_columns = 1;
  select.has_cursor = true;
  select.time = column_info("ordered_at", Type::kTime);
  select.cursor = column_info("ordered_at", Type::kTime);
  select.ids = {column_info("id", Type::kInteger)};
  select.properties = {{"amount", PropertyType{Type::kInteger, 0, {}}}};
  return select;
}

struct Order {
  std::optional<int64_t> time;
  std::string user;
  std::optional<int64_t> id;
  std::optional<int64_t> amount;
};

void push(Column& column, std::optional<int64_t> value) {
  if (value) {
    column.push_integer(*value);
  } else {
    column.push_null();
  }
}

source::Rows rows_of(const std::vector<Order>& orders) {
  source::Rows rows;
  Column time(PropertyType{Type::kTime, 0, {}}), user(PropertyType{Type::kText, 0, {}}),
      id(PropertyType{Type::kInteger, 0, {}}), amount(PropertyType{Type::kInteger, 0, {}});
  for (const Order& order : orders) {
    push(time, order.time);
    user.push_text(order.user);
    push(id, order.id);
    push(amount, order.amount);
  }
  rows.columns = {time, user, id, time, amount};
  return rows;
}

EventMapper mapper(const model::Select& select, const std::string& zone = "UTC") {
  return EventMapper(select, base::TimeZone::load(zone).value(), base::TimeZone::load(zone).value(),
                     base::TimeMs{kNow});
}

TEST(MapEvents, KeepsWhatFitsAndSaysWhyTheRestDoesNot) {
  model::Select select = select_orders();
  MapState state;
  auto batches = mapper(select).map(rows_of({{kNow - 1000, "ann", 1, 20},
                                             {std::nullopt, "bob", 2, 30},
                                             {1000, "cem", 3, 40},
                                             {kNow + base::kDayMs + 1, "dan", 4, 50},
                                             {kNow + base::kDayMs, "eve", 5, 60},
                                             {kNow - 5000, "fay", std::nullopt, 70}}),
                                    state);
  ASSERT_EQ(batches.size(), 1u);
  EXPECT_EQ(batches[0].size(), 2u);
  EXPECT_EQ(batches[0].users[1], "eve");
  EXPECT_EQ(batches[0].properties[0].column.integers[1], 60);
  ASSERT_EQ(state.kept_aside.size(), 4u);
  EXPECT_EQ(state.kept_aside_count, 4u);
  EXPECT_EQ(state.kept_aside[0].reason, "it has no time");
  EXPECT_EQ(state.kept_aside[0].id, "2");
  EXPECT_EQ(state.kept_aside[0].row, R"({"amount":30,"user":"bob"})");
  EXPECT_EQ(state.kept_aside[1].reason, "its time is before 1971");
  EXPECT_EQ(state.kept_aside[2].reason, "its time is more than a day ahead of the clock");
  EXPECT_EQ(state.kept_aside[3].reason, "it has no id");
}

TEST(MapEvents, RowsKeptAsideDoNotMoveTheCursor) {
  model::Select select = select_orders();
  MapState state;
  mapper(select).map(
      rows_of({{kNow - 1000, "ann", 1, 20}, {kNow + 2 * base::kDayMs, "bob", 2, 20}}), state);
  EXPECT_EQ(state.cursor_max, kNow - 1000);
}

TEST(MapEvents, OrderKeyIsTheStartOfTheMd5OfTheId) {
  model::Select select = select_orders();
  MapState state;
  auto batches = mapper(select).map(rows_of({{kNow, "ann", 17850, 1}}), state);
  EXPECT_EQ(event::order_key_of(batches[0].row_keys[0]), base::md5_prefix("17850"));
}

TEST(MapEvents, LocalTimesAreReadInTheWarehouseZone) {
  model::Select select = select_orders();
  MapState state;
  // 2024-11-03 01:30 happens twice in New York: the earlier instant is meant (reports.md §8.2).
  int64_t local = Date::of(2024, 11, 3).days * base::kDayMs + 90 * base::kMinuteMs;
  auto batches = mapper(select, "America/New_York").map(rows_of({{local, "ann", 1, 1}}), state);
  EXPECT_EQ(batches[0].times[0], base::parse_rfc3339("2024-11-03T01:30:00-04:00")->value);
}

TEST(MapEvents, TheSameRowHasTheSameContentHashWhenAColumnOfNullsIsAdded) {
  model::Select narrow = select_orders();
  model::Select wide = select_orders();
  wide.properties.push_back({"coupon", PropertyType{Type::kText, 0, {}}});
  source::Rows wide_rows = rows_of({{kNow, "ann", 1, 20}});
  Column coupon(PropertyType{Type::kText, 0, {}});
  coupon.push_null();
  wide_rows.columns.push_back(coupon);
  MapState state;
  auto before = mapper(narrow).map(rows_of({{kNow, "ann", 1, 20}}), state);
  auto after = mapper(wide).map(std::move(wide_rows), state);
  EXPECT_EQ(before[0].content_hashes[0], after[0].content_hashes[0]);
  auto changed = mapper(narrow).map(rows_of({{kNow, "ann", 1, 21}}), state);
  EXPECT_NE(before[0].content_hashes[0], changed[0].content_hashes[0]);
  EXPECT_EQ(before[0].row_keys[0], changed[0].row_keys[0]);
}

TEST(MapEvents, IdenticalRowsWithoutIdAreToldApartByCount) {
  model::Select select = select_orders();
  select.id_columns = 0;
  source::Rows rows = rows_of({{kNow, "ann", 1, 20}, {kNow, "ann", 1, 20}, {kNow, "ann", 1, 21}});
  rows.columns.erase(rows.columns.begin() + 2);
  MapState state, again;
  auto batches = mapper(select).map(rows, state);
  EXPECT_EQ(batches[0].row_keys[0].high, batches[0].row_keys[1].high);
  EXPECT_NE(batches[0].row_keys[0], batches[0].row_keys[1]);
  EXPECT_NE(batches[0].row_keys[0].high, batches[0].row_keys[2].high);
  auto second_run = mapper(select).map(rows, again);
  EXPECT_EQ(batches[0].row_keys, second_run[0].row_keys);
}

TEST(MapEvents, AnEventColumnSplitsRowsByName) {
  model::Select select = select_orders();
  select.event.clear();
  source::Rows rows = rows_of(
      {{kNow, "ann", 1, 20}, {kNow, "bob", 2, 30}, {kNow, "cem", 3, 40}, {kNow, "dan", 4, 50}});
  Column names(PropertyType{Type::kText, 0, {}});
  names.push_text("order");
  names.push_text("refund");
  names.push_null();
  names.push_text("order");
  rows.columns.insert(rows.columns.begin(), names);
  MapState state;
  auto batches = mapper(select).map(std::move(rows), state);
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0].event, "order");
  EXPECT_EQ(batches[0].properties[0].column.integers, (std::vector<int64_t>{20, 50}));
  EXPECT_EQ(batches[1].event, "refund");
  ASSERT_EQ(state.kept_aside.size(), 1u);
  EXPECT_EQ(state.kept_aside[0].reason, "it has no event name");
}

TEST(CursorLiteral, IsTheTextTheWarehouseReads) {
  EXPECT_EQ(cursor_literal(column_info("d", Type::kDate), Date::of(2024, 9, 1).days), "2024-09-01");
  int64_t ms = Date::of(2024, 9, 1).days * base::kDayMs + 3'600'250;
  EXPECT_EQ(cursor_literal(column_info("t", Type::kTime), ms), "2024-09-01 01:00:00.25");
  EXPECT_EQ(cursor_literal(column_info("t", Type::kTime, true), ms), "2024-09-01 01:00:00.25");
  EXPECT_EQ(cursor_literal(column_info("n", Type::kInteger), 42), "42");
}

}  // namespace
}  // namespace starling::sync
