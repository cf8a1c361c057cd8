// What a model is refused for, against a warehouse that is only described.
#include "model/compile.h"

#include <gtest/gtest.h>

#include <map>

#include "base/document.h"
#include "model/expression.h"

namespace starling::model {
namespace {

using event::PropertyType;
using event::Type;
using source::ColumnInfo;

class FakeWarehouse : public Describer {
 public:
  FakeWarehouse() {
    PropertyType text{Type::kText}, integer{Type::kInteger}, time{Type::kTime}, date{Type::kDate};
    PropertyType number{Type::kDecimal, 2, {}}, list{Type::kList, 0, {{"", text}}};
    tables_["orders"] = {"orders",
                         {{"order_id", "VARCHAR", text},
                          {"customer_id", "BIGINT", integer},
                          {"ordered_at", "TIMESTAMP", time},
                          {"order_total", "DECIMAL(16,2)", number},
                          {"location_id", "VARCHAR", text},
                          {"tags", "VARCHAR[]", list},
                          {"photo", "BLOB", std::nullopt}}};
    tables_["locations"] = {"locations",
                            {{"location_id", "VARCHAR", text},
                             {"name", "VARCHAR", text},
                             {"number", "INTEGER", integer},
                             {"opened", "DATE", date}}};
    tables_["items"] = {
        "items",
        {{"order_id", "VARCHAR", text}, {"sku", "VARCHAR", text}, {"tags", "VARCHAR[]", list}}};
  }

  Result<std::vector<std::string>> table_names() override {
    return std::vector<std::string>{"orders"};
  }
  Result<source::TableInfo> describe_table(const std::string& table) override {
    ++described_;
    auto found = tables_.find(table);
    if (found != tables_.end()) return found->second;
    return base::Error{base::Error::Code::kNotFound, "there is no table \"" + table + "\""};
  }
  Result<source::TableInfo> describe_query(const std::string& sql) override {
    if (sql.find("broken") != std::string::npos)
      return base::Error{base::Error::Code::kInvalid, "syntax error at broken"};
    if (sql.find("interval") != std::string::npos)
      return source::TableInfo{"", {{"value", "INTERVAL", std::nullopt}}};
    return source::TableInfo{"", {{"value", "BIGINT", PropertyType{Type::kInteger}}}};
  }
  std::string table_sql(const std::string& table) const override { return table; }
  source::Product product() const override { return source::Product::kDuckdb; }
  std::string quote(const std::string& identifier) const override { return identifier; }

  int described_ = 0;

 private:
  std::map<std::string, source::TableInfo> tables_;
};

constexpr const char* kHead = "warehouse: {type: duckdb, path: w.duckdb}\nevents:\n";
constexpr const char* kOrder =
    "  - {event: order, table: orders, time: ordered_at, user: customer_id, id: order_id, ";

std::string problems(const std::string& yaml) {
  auto model = parse(yaml, "");
  if (!model) return "parse: " + model.error().message;
  FakeWarehouse warehouse;
  auto compiled = compile(model.value(), warehouse);
  return compiled.ok() ? "none" : compiled.error().message;
}

struct Case {
  const char* entry;    // behind kOrder, or the whole entry when it starts with "  -"
  const char* message;  // "…" at its end: only the beginning
};

class Problems : public ::testing::TestWithParam<Case> {};

TEST_P(Problems, AreNamedWithWhatWasFoundAndWhatExists) {
  std::string entry = GetParam().entry;
  std::string found = problems(kHead + (entry.starts_with("  -") ? entry : kOrder + entry));
  EXPECT_EQ(found, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Model, Problems,
    ::testing::Values(
        Case{"properties: {t: order_total}}\n", "none"},
        Case{"  - {event: e, table: oders, time: t}\n",
             "line 3: events[0].table: there is no table \"oders\""},
        Case{"  - {event: e, query: broken, time: t}\n",
             "line 3: events[0].query: syntax error at broken"},
        Case{"  - {event: e, table: orders, time: orderd_at}\n",
             "line 3: events[0].time: table \"orders\" has no column \"orderd_at\"; did you mean "
             "\"ordered_at\"?"},
        Case{"  - {event: e, table: orders, time: order_total}\n",
             "line 3: events[0].time: column \"order_total\" is DECIMAL(16,2); a timestamp or date "
             "is expected"},
        Case{"  - {event: e, table: orders, time: ordered_at, user: order_total}\n",
             "line 3: events[0].user: column \"order_total\" is DECIMAL(16,2); a user is a text or "
             "an integer"},
        Case{"  - {event: e, table: orders, time: ordered_at, id: tags}\n",
             "line 3: events[0].id: column \"tags\" is a list; an id is a plain value"},
        Case{
            "  - {event: {column: tags}, table: orders, time: ordered_at}\n",
            "line 3: events[0].event: column \"tags\" is a list; an event's name is a plain value"},
        Case{"properties: {t: order_totl}}\n",
             "line 3: events[0].properties.t: table \"orders\" has no column \"order_totl\"; did "
             "you mean \"order_total\"?"},
        Case{"properties: {p: photo}}\n",
             "line 3: events[0].properties.p: column \"photo\" of table \"orders\" is BLOB, which "
             "cannot be read; make it a text "
             "or a number, like {sql: \"cast(photo as varchar)\"}, or leave it out"},
        Case{"properties: {p: {sql: broken}}}\n",
             "line 3: events[0].properties.p: the warehouse refuses the expression: syntax error "
             "at broken"},
        Case{"properties: {p: {sql: interval}}}\n",
             "line 3: events[0].properties.p: the expression gives INTERVAL, which cannot be read; "
             "cast it to a text, number, "
             "date, time or list"},
        Case{"joins: {store: {table: locatons, on: location_id}}}\n",
             "line 3: events[0].joins.store: there is no table \"locatons\""},
        Case{"joins: {store: {table: locatons, on: location_id}}, properties: {n: store.name, s: "
             "{sql: broken}}}\n",
             "line 3: events[0].joins.store: there is no table \"locatons\""},
        Case{"joins: {store: {table: locations, on: location}}}\n",
             "line 3: events[0].joins.store.on: table \"orders\" has no column \"location\"; did "
             "you mean \"location_id\"?\n"
             "line 3: events[0].joins.store.on: table \"locations\" has no column \"location\"; "
             "did you mean \"location_id\"?"},
        Case{"joins: {store: {table: locations, on: {number: location_id}}}}\n",
             "line 3: events[0].joins.store.on: locations \"number\" is INTEGER and orders "
             "\"location_id\" is VARCHAR: they "
             "cannot be compared"},
        Case{"joins: {store: {table: locations, on: location_id}}, properties: {n: store.nam}}\n",
             "line 3: events[0].properties.n: table \"locations\" (join \"store\") has no column "
             "\"nam\"; did you mean \"name\"?"},
        Case{"joins: {store: {table: locations, on: location_id}}, properties: {n: stor.name}}\n",
             "line 3: events[0].properties.n: table \"orders\" has no column \"stor.name\"; did "
             "you mean \"store.name\"?"},
        Case{"joins: {s: {table: locations, on: location_id, as_of: {from: name, to: opened}}}}\n",
             "line 3: events[0].joins.s.as_of: column \"name\" of table \"locations\" is VARCHAR; "
             "a date or timestamp is expected"},
        Case{
            "joins: {s: {table: locations, on: location_id, as_of: {from: opened, to: closed}}}}\n",
            "line 3: events[0].joins.s.as_of: table \"locations\" has no column \"closed\""},
        Case{"properties: {t: order_total}}\nusers: {table: orders, user: customer_id, history: "
             "{from: "
             "order_total}, properties: {tags: tags}}\n",
             "line 4: users.history.from: column \"order_total\" is DECIMAL(16,2); a timestamp or "
             "date is expected\nline 4: users.properties.tags: \"tags\" is a list; lists have no "
             "history"},
        Case{"sync: {mode: standard, cursor: order_id}}\n",
             "line 3: events[0].sync.cursor: column \"order_id\" is VARCHAR; a cursor is a date, a "
             "timestamp or an integer that "
             "only grows"},
        Case{"sync: {mode: standard, cursor: customer_id, overlap: 2 days}}\n",
             "line 3: events[0].sync.cursor: \"overlap\" needs a cursor that is a date or "
             "timestamp; column \"customer_id\" is "
             "BIGINT"},
        Case{"properties: {i: {list: items, on: order_id, properties: {t: tags}}}}\n",
             "line 3: events[0].properties.i.properties.t: a list cannot be a member of an object; "
             "members are plain values"},
        Case{"properties: {i: {list: items, on: {sku: customer_id}, properties: {s: sku}}}}\n",
             "line 3: events[0].properties.i.on: items \"sku\" is VARCHAR and orders "
             "\"customer_id\" is BIGINT: they cannot be "
             "compared"},
        Case{
            "properties: {i: {list: items, on: order_id, order_by: line, properties: {s: sku}}}}\n",
            "line 3: events[0].properties.i.order_by: table \"items\" has no column \"line\""},
        Case{"properties: {i: {list: itms, on: order_id, properties: {s: sku}}}}\n",
             "line 3: events[0].properties.i.list.table: there is no table \"itms\""},
        Case{"properties: {l: location_id}}\nlookups:\n"
             "  - {lookup: places, table: locations, key: location_id, on: {property: place}}\n",
             "line 5: lookups[0].on: there is no event property \"place\""},
        Case{"properties: {l: location_id}}\nlookups:\n"
             "  - {lookup: places, table: locations, key: location_id, on: {property: l}}\n"
             "  - {lookup: spots, table: locations, key: location_id, on: {property: l}}\n",
             "line 6: lookups[1].on: \"l\" is described by the lookup \"places\" already; a "
             "property "
             "maps to one lookup table: give both their columns in one query, or map a copy of the "
             "property"},
        Case{"properties: {items: {list: items, on: order_id, properties: {sku: sku}}}}\nlookups:\n"
             "  - {lookup: places, table: locations, key: location_id, on: {property: items.sk}}\n",
             "line 5: lookups[0].on: there is no event property \"items.sk\"; did you mean "
             "\"items.sku\"?"},
        Case{"properties: {l: location_id}}\nusers: {table: locations, user: location_id, "
             "properties: {name: name}}\nlookups:\n"
             "  - {lookup: places, table: locations, key: location_id, on: {user: nam}}\n",
             "line 6: lookups[0].on: there is no user property \"nam\"; did you mean \"name\"?"},
        Case{"properties: {l: location_id}}\nusers: {table: locations, user: location_id,\n"
             "  joins: {o: {table: locations, on: location_id, as_of: {from: opened, to: "
             "opened}}}}\n",
             "line 5: users.joins.o.as_of: as_of needs the event's time: users and lookups have "
             "none, and a join that gives the "
             "time stands first"}));

TEST(Compile, NamesAllProblemsOfAllSourcesAtOnce) {
  std::string all =
      problems(std::string(kHead) + kOrder + "properties: {a: x1, b: {sql: broken}}}\n" +
               "  - {event: other, table: nothing, time: t}\n" +
               "users: {table: locations, user: nobody}\n");
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 3) << all;
}

TEST(Compile, AskedOnceAboutATable) {
  auto model = parse(std::string(kHead) + kOrder + "}\n" + kOrder + "}\n", "");
  FakeWarehouse warehouse;
  ASSERT_TRUE(compile(model.value(), warehouse));
  EXPECT_EQ(warehouse.described_, 1);
}

TEST(Compile, ChecksCohortsAndMetrics) {
  std::string events = std::string(kHead) + kOrder + "properties: {order_total: order_total}}\n";
  EXPECT_EQ(
      problems(events + "cohorts:\n  - {cohort: c, all: [{did: order}]}\n"
                        "metrics:\n  - {metric: m, event: order, measure: {sum: order_total}}\n"),
      "none");
  std::string found =
      problems(events +
               "cohorts:\n  - {cohort: c, all: [{did: oder}]}\n"
               "metrics:\n  - {metric: m, event: order, measure: {sum: order_totl}}\n");
  EXPECT_NE(found.find("line 5: cohorts[0].all[0].did"), std::string::npos) << found;
  EXPECT_NE(found.find("did you mean \"order\"?"), std::string::npos) << found;
  EXPECT_NE(found.find("line 7: metrics[0].measure"), std::string::npos) << found;
  EXPECT_NE(found.find("did you mean \"order_total\"?"), std::string::npos) << found;
}

TEST(Compile, AnyNameMayBeAnEventWhereNamesStandInAColumn) {
  EXPECT_EQ(
      problems(
          std::string(kHead) +
          "  - {event: {column: location_id}, table: orders, time: ordered_at, user: customer_id}\n"
          "cohorts:\n  - {cohort: c, all: [{did: signed up}]}\n"),
      "none");
}

TEST(WithOwner, TouchesBareNamesOnly) {
  std::set<std::string> columns = {"name", "total"};
  EXPECT_EQ(with_owner("name + total", columns, "o"), "o.name + o.total");
  EXPECT_EQ(with_owner("store.name || NAME", columns, "o"), "store.name || o.NAME");
  EXPECT_EQ(with_owner("name.part", columns, "o"), "name.part");
  EXPECT_EQ(with_owner("'name' || \"name\" || \"store\".\"name\"", columns, "o"),
            "'name' || o.\"name\" || \"store\".\"name\"");
  EXPECT_EQ(with_owner("name(total) -- name\n+ total /* name */", columns, "o"),
            "name(o.total) -- name\n+ o.total /* name */");
  EXPECT_EQ(with_owner("cast(x as name)::total", columns, "o"), "cast(x as name)::total");
  EXPECT_EQ(with_owner("has name", columns, "o"), "has o.name");
  EXPECT_EQ(with_owner("1e5total + names", columns, "o"), "1e5total + names");
  EXPECT_EQ(with_owner("'it''s name", columns, "o"), "'it''s name");
}

}  // namespace
}  // namespace starling::model
