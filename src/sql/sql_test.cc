// What a statement says is compared with the engine in DuckDB (test/sql/sql_equals_engine.py); here
// stands what that could miss.
#include "sql/sql.h"

#include <gtest/gtest.h>

#include "query/bind_fixture.h"

namespace starling::sql {
namespace {

// A warehouse whose orders have everything but an id; one of its tables is called "events".
constexpr const char* kSelects = R"json({"files": false, "timezone": "America/New_York",
  "warehouse_timezone": "UTC", "selects": [
  {"kind": "events", "source": "order submitted", "relation": "orders", "event": "order submitted",
   "has_user": true, "ids": 0, "has_cursor": false, "time": {"name": "time", "type": "time"},
   "properties": [{"name": "order_total", "type": "decimal", "scale": 2}],
   "sql": "SELECT at AS \"time\", who AS \"user\", total AS \"p_1\" FROM events"}]})json";

std::string sql_of(const std::string& yaml) {
  query::Query query = query::bind_yaml(yaml).value();
  auto sql = to_sql(query, query::jaffle().schema, kSelects);
  return sql ? sql.value() : sql.error().message;
}

std::string orders_where(const std::string& filter) {
  std::string sql =
      sql_of("{report: insights, metrics: [{event: order submitted, where: [" + filter + "]}]}");
  size_t start = sql.find("a_matches AS"), end = sql.find("AND e.time", start);
  return sql.substr(start, end - start);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Sql, ANegationHoldsWhereTheValueIsNotSet) {
  EXPECT_TRUE(has(orders_where("{property: order_total, op: '!=', value: 3}"),
                  R"(NOT (coalesce(e."order_total" = 3, false)))"));
  EXPECT_TRUE(has(orders_where("{not: {any: [{property: order_total, op: '>', value: 3}, "
                               "{user: country, op: is, value: DE}]}}"),
                  R"(NOT ((coalesce(e."order_total" > 3, false) OR )"
                  R"(coalesce(e."user.country" = 'DE', false)))"));
}

TEST(Sql, ANegatedElementIsOneThatDoesNotPass) {
  EXPECT_TRUE(has(orders_where("{all: {property: items.price, op: '<', value: 3}}"),
                  R"(AND NOT (coalesce(x."price" < 3, false)))"));
}

TEST(Sql, NoQueryHidesATableOfTheWarehouse) {
  std::string sql = sql_of("{report: insights, metrics: [{event: order submitted}]}");
  EXPECT_TRUE(has(sql, "FROM events\n)"));
  EXPECT_TRUE(has(sql, "events_ AS MATERIALIZED"));
  EXPECT_FALSE(has(sql, "\nevents AS"));
}

TEST(Sql, WhatCannotBeSaidIsRefusedWithWhatCan) {
  std::string funnel = "report: funnel, steps: [{event: order submitted}, {event: refund}]";
  const std::pair<std::string, std::string> kRefused[] = {
      {"{report: flow, anchors: [{event: order submitted}]}", "flows cannot be said"},
      {"{report: users}", "lists of users cannot be said"},
      {"{report: insights, metrics: [{event: order submitted, measure: sessions}]}",
       "sessions cannot be said"},
      {"{report: insights, unit: day, metrics: [{event: order submitted, rolling: 7}]}",
       "a rolling mean"},
      {"{report: insights, metrics: [{cohort_size: Germans}]}", "the size of a cohort over time"},
      {"{" + funnel + ", count: sessions}", "sessions cannot be said"},
      {"{" + funnel + ", order: any}", "order: any cannot be said"},
      {"{" + funnel + ", reentry: optimized}", "reentry: optimized cannot be said"},
      {"{" + funnel + ", who: {step: 1, segment: []}}", "the users behind a number"},
      {"{" + funnel + "}", "the rows of \"order submitted\" have no id"},
  };
  for (const auto& [yaml, reason] : kRefused) {
    std::string said = sql_of(yaml);
    EXPECT_TRUE(has(said, reason)) << yaml << "\n" << said;
  }
}

TEST(Sql, AWarehouseOfAnotherDialectIsRefused) {
  query::Query query =
      query::bind_yaml("{report: insights, metrics: [{event: order submitted}]}").value();
  std::string selects = kSelects;
  selects.insert(1, R"("dialect": "other", )");
  auto refused = to_sql(query, query::jaffle().schema, selects);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Error::Code::kUnsupported);
  EXPECT_TRUE(has(refused.error().message, "DuckDB"));
}

TEST(Sql, AFolderFilledBeforeSelectsWereKeptSaysWhatToDo) {
  query::Query query =
      query::bind_yaml("{report: insights, metrics: [{event: order submitted}]}").value();
  auto sql = to_sql(query, query::jaffle().schema, "");
  ASSERT_FALSE(sql);
  EXPECT_TRUE(has(sql.error().message, "starling sync"));
}

}  // namespace
}  // namespace starling::sql
