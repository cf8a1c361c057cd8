#include <gtest/gtest.h>

#include "model/model.h"

namespace starling::model {
namespace {

constexpr const char* kHead = "version: 1\nproject: p\nwarehouse: {type: duckdb, path: w.duckdb}\n";

Model parsed(const std::string& yaml, const std::string& folder = "/models") {
  auto model = parse(yaml, folder);
  if (model) return std::move(model).value();
  ADD_FAILURE() << model.error().message;
  return {};
}

std::string refused(const std::string& yaml) {
  auto model = parse(yaml, "/models");
  return model.ok() ? "nothing" : model.error().message;
}

TEST(Parse, ReadsEverythingAModelMaySay) {
  Model model = parsed(R"yaml(version: 1
project: jaffle
timezone: America/New_York
week_start: sunday
warehouse: {type: duckdb, path: jaffle.duckdb}
events:
  - event: order submitted
    table: orders
    time: ordered_at
    user: customer_id
    id: order_id
    joins:
      store: {table: locations, on: location_id}
      tax: {table: tax_history, on: {place: location_id}, as_of: {from: valid_from, to: valid_to}}
    properties:
      order_total: order_total
      tax_rate: tax.rate
      size: {sql: "case when order_total >= 20 then 'large' else 'small' end"}
      items:
        list: {query: "select * from order_items;"}
        on: order_id
        order_by: [order_item_id, product_id]
        joins: {product: {table: products, on: product_id}}
        properties: {product_name: product.product_name}
    sync: {mode: standard, cursor: ordered_at, overlap: 2 days, every: 1 hour}
  - event: {column: event_name}
    query: select * from app_events
    time: at
    id: [source, number]
    properties: "*"
users:
  table: customers
  user: customer_id
  properties: {name: customer_name}
  sync: {mode: full, every: 1 day}
lookups:
  - lookup: locations
    table: locations
    key: location_id
    on: {user: home_store}
    properties: "*"
cohorts:
  - {cohort: Big, all: [{did: order submitted, times: 3}]}
metrics:
  - {metric: revenue, event: order submitted, measure: {sum: order_total}}
)yaml");
  EXPECT_EQ(model.project, "jaffle");
  EXPECT_EQ(model.week_start, 6);
  EXPECT_EQ(model.warehouse.path, "/models/jaffle.duckdb");
  EXPECT_EQ(model.warehouse_timezone, "America/New_York");
  ASSERT_EQ(model.events.size(), 2u);
  const EventSource& order = model.events[0];
  EXPECT_EQ(order.source, "order submitted");
  EXPECT_EQ(order.line, 7);
  EXPECT_EQ(order.joins[1].on, (On{{"place", "location_id"}}));
  EXPECT_EQ(order.joins[1].valid_to, "valid_to");
  EXPECT_EQ(order.properties[1].column, "tax.rate");
  EXPECT_NE(order.properties[2].sql.find("'large'"), std::string::npos);
  ASSERT_TRUE(order.properties[3].list);
  EXPECT_EQ(order.properties[3].list->relation.query, "select * from order_items");
  EXPECT_EQ(order.properties[3].list->order_by.size(), 2u);
  EXPECT_EQ(order.sync.mode, SyncMode::kStandard);
  EXPECT_EQ(order.sync.overlap.text(), "2 days");
  EXPECT_EQ(model.events[1].event_column, "event_name");
  EXPECT_EQ(model.events[1].source, "query");
  EXPECT_EQ(model.events[1].id, (std::vector<std::string>{"source", "number"}));
  EXPECT_TRUE(model.events[1].all_properties);
  EXPECT_EQ(model.events[1].sync.mode, SyncMode::kOnce);
  EXPECT_EQ(model.lookups[0].on.kind, event::LookupTarget::Kind::kUserProperty);
  EXPECT_EQ(model.lookups[0].sync.mode, SyncMode::kFull);
  EXPECT_EQ(model.cohorts[0].first, "Big");
  EXPECT_EQ(model.cohorts[0].second.find("cohort"), nullptr);
  EXPECT_EQ(model.metrics[0].first, "revenue");
}

TEST(Parse, FilesHaveNamedTables) {
  Model model = parsed(
      "warehouse: {type: files, path: raw, timezone: Asia/Tokyo, tables: {orders: {file: "
      "\"orders-*.csv\", "
      "columns: {total: \"decimal(16,2)\"}}}}\nevents: []\n");
  EXPECT_EQ(model.warehouse.kind, source::Location::Kind::kFiles);
  EXPECT_EQ(model.warehouse.path, "/models/raw");
  EXPECT_EQ(model.warehouse.tables["orders"].columns["total"], "decimal(16,2)");
  EXPECT_EQ(model.warehouse_timezone, "Asia/Tokyo");
  EXPECT_EQ(model.timezone, "UTC");
}

TEST(Parse, SeveralEntriesOfOneEventAreToldApart) {
  Model model = parsed(std::string(kHead) +
                       "events:\n"
                       "  - {event: paid, table: web, time: t}\n"
                       "  - {event: paid, table: shop, time: t}\n"
                       "  - {event: paid, table: shop, time: u}\n"
                       "  - {event: left, table: web, time: t}\n");
  EXPECT_EQ(model.events[0].source, "web: paid");
  EXPECT_EQ(model.events[1].source, "shop: paid");
  EXPECT_EQ(model.events[2].source, "shop: paid (2)");
  EXPECT_EQ(model.events[3].source, "left");
}

TEST(Parse, NamesEveryProblemAtOnceWithItsLine) {
  EXPECT_EQ(refused("version: 2\nwarehouse: {type: duckdb, path: w}\nevents: []\n"),
            "line 1: version: version 1 is expected, found the number 2");
  std::string all = refused(
      "projct: p\n"
      "timezone: Europe/Belin\n"
      "week_start: mnday\n"
      "warehouse: {type: duckdb, path: w.duckdb, tables: {}}\n"
      "events:\n"
      "  - event: order\n"
      "    tabel: orders\n"
      "    time: at\n");
  for (const char* part :
       {"line 1: projct: unknown key \"projct\"; did you mean \"project\"?", "line 2: timezone: ",
        "Europe/Berlin", "line 3: week_start: unknown day \"mnday\"; did you mean \"monday\"?",
        "line 4: warehouse.tables: unknown key \"tables\"; known are \"type\", \"path\" or "
        "\"timezone\"",
        "line 7: events[0].tabel: unknown key \"tabel\"; did you mean \"table\"?",
        "line 6: events[0]: \"table\" (or \"query\") is missing"}) {
    EXPECT_NE(all.find(part), std::string::npos) << part << "\nnot in\n" << all;
  }
}

struct Refusal {
  const char* yaml;  // below kHead
  const char* message;
};

class Refused : public ::testing::TestWithParam<Refusal> {};

TEST_P(Refused, SaysWhatAndWhere) {
  std::string message = refused(std::string(kHead) + GetParam().yaml);
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}

#define EVENT "events:\n  - {event: e, table: t, time: at, "

INSTANTIATE_TEST_SUITE_P(
    Model, Refused,
    ::testing::Values(
        Refusal{"", "\"events\" is missing"},
        Refusal{"events: {a: 1}\n", "line 4: events: a list is expected, found an object"},
        Refusal{"events: []\nsessions: {}\n", "line 5: sessions: \"timeout\" is missing"},
        Refusal{"events: []\nsessions: {timeout: 2 days}\n",
                "line 5: sessions.timeout: a pause from \"1 minute\" to \"24 hours\" is expected, "
                "found \"2 days\""},
        Refusal{"events: []\ncustom_events: [{any: []}]\n", "custom_events[0]"},
        Refusal{"events: []\ncustom_properties: {}\n", "custom_properties"},
        Refusal{
            EVENT "history: {from: a}}\n",
            "line 5: events[0].history: unknown key \"history\"; known are \"event\", \"table\", "
            "\"query\", \"time\", \"user\", \"id\", \"joins\", \"properties\" or \"sync\""},
        Refusal{EVENT "}\nusers: {table: t, user: u, history: {from: a, as_of: then}}\n",
                "line 6: users.history.as_of: \"event\" or \"now\" is expected, found \"then\""},
        Refusal{EVENT "}\nusers: {table: t, user: u, history: {form: a}}\n",
                "line 6: users.history.form: unknown key \"form\"; did you mean \"from\"?"},
        Refusal{EVENT "}\nusers: {table: t, user: u, history: {from: a}, sync: {mode: standard, "
                      "cursor: a}}\n",
                "line 6: users.sync.mode: "},
        Refusal{EVENT "query: select}\n", "either \"table\" or \"query\" is expected, not both"},
        Refusal{EVENT "sync: {mode: mirror, cursor: t}}\n",
                "\"cursor\" belongs to mode \"standard\""},
        Refusal{EVENT "sync: {mode: full}}\n",
                "mode \"full\"; \"standard\", \"mirror\" or \"once\" here"},
        Refusal{EVENT "sync: {mode: standrd}}\n",
                "unknown mode \"standrd\"; \"standard\", \"mirror\" or \"once\" here; did you mean "
                "\"standard\"?"},
        Refusal{EVENT "sync: {mode: standard}}\n", "events[0].sync: \"cursor\" is missing"},
        Refusal{EVENT "sync: {mode: once, cursor: at}}\n",
                "\"cursor\" belongs to mode \"standard\""},
        Refusal{EVENT "sync: {mode: standard, cursor: at, overlap: long}}\n",
                "sync.overlap: \"long\" is no span"},
        Refusal{EVENT "sync: {mode: once, every: 1 month}}\n",
                "\"1 month\" is no interval between runs"},
        Refusal{EVENT "joins: [a]}\n", "a map of aliases is expected"},
        Refusal{EVENT "joins: {a: {table: x}}}\n", "events[0].joins.a: \"on\" is missing"},
        Refusal{EVENT "joins: {a: {table: x, on: k, as_of: {from: f}}}}\n",
                "events[0].joins.a.as_of: \"to\" is missing"},
        Refusal{EVENT "properties: [a]}\n",
                "a map NAME: COLUMN is expected, or \"*\" for every column, found a list"},
        Refusal{EVENT "properties: {p: 3}}\n",
                "a column, {sql: …} or {list: …} is expected, found the number 3"},
        Refusal{EVENT "properties: {a.b: c}}\n", "the property name \"a.b\" has a dot"},
        Refusal{EVENT "properties: {p: {list: x, on: k}}}\n",
                "\"properties\" is missing: what each object"},
        Refusal{EVENT "properties: {p: {list: x, on: k, properties: {q: {list: y, on: k, "
                      "properties: {}}}}}}\n",
                "a list inside a list of objects cannot be"},
        Refusal{"events: []\nusers: {table: t}\n", "line 5: users: \"user\" is missing"},
        Refusal{"events: []\nlookups:\n  - {lookup: l, table: t, key: k}\n",
                "lookups[0]: \"on\" is missing"},
        Refusal{
            "events: []\nlookups:\n  - {lookup: l, table: t, key: k, on: {property: a, user: b}}\n",
            "one of \"property\" and \"user\" is expected"},
        Refusal{"events: []\nlookups:\n  - {lookup: l, table: t, key: k, on: {user: b}}\n"
                "  - {lookup: l, table: t, key: k, on: {user: b}}\n",
                "line 7: lookups[1]: lookup \"l\" is defined twice"},
        Refusal{"events: []\ncohorts:\n  - {cohort: c, all: []}\n  - {cohort: c, all: []}\n",
                "line 7: cohorts[1]: cohort \"c\" is defined twice"},
        Refusal{"events: []\nmetrics:\n  - {event: e}\n", "metrics[0]: \"metric\" is missing"}));

TEST(Parse, WarehousesAreNamedByTheirType) {
  EXPECT_NE(refused("warehouse: {type: clickhouse, url: localhost}\nevents: []\n").find("http://"),
            std::string::npos);
  EXPECT_NE(
      refused("warehouse: {type: duckb, path: x}\nevents: []\n").find("did you mean \"duckdb\"?"),
      std::string::npos);
}

TEST(Parse, ADocumentThatIsNoModelIsRefused) {
  EXPECT_NE(refused("just text"), "nothing");
  EXPECT_NE(refused("a: [1"), "nothing");
  EXPECT_NE(refused(""), "nothing");
}

}  // namespace
}  // namespace starling::model
