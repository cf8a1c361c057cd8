// What the SELECTs of a model give on a real warehouse.
#include "base/hash.h"
#include "model/warehouse_for_tests.h"

namespace starling::model {
namespace {

constexpr const char* kHead = "warehouse: {type: duckdb, path: w.duckdb}\n";

std::string with_events(const std::string& entry) { return kHead + ("events:\n" + entry); }

TEST_F(WarehouseTest, AsOfJoinsTakeTheRowValidAtTheEventsTime) {
  tables(R"(
    CREATE TABLE orders (id INT, ts TIMESTAMP, place INT);
    INSERT INTO orders VALUES (1, '2024-01-01 00:00:00', 7), (2, '2024-01-31 23:59:59.999', 7),
      (3, '2024-02-01 00:00:00', 7), (4, '2023-12-31 23:59:59', 7), (5, '2030-01-01', 7), (6, '2024-01-05', 8), (7, NULL, 7);
    CREATE TABLE tax (place INT, rate DECIMAL(4,2), valid_from DATE, valid_to DATE);
    INSERT INTO tax VALUES (7, 0.05, '2024-01-01', '2024-02-01'), (7, 0.06, '2024-02-01', NULL);
  )");
  Compiled model = compiled(with_events(
      "  - {event: o, table: orders, time: ts, id: id, properties: {rate: t.rate},\n"
      "     joins: {t: {table: tax, on: place, as_of: {from: valid_from, to: valid_to}}}}\n"));
  EXPECT_EQ(sorted_rows("SELECT id_1, p_1 FROM (" + model.selects[0].sql + ")"),
            "1 0.05\n2 0.05\n3 0.06\n4 null\n5 0.06\n6 null\n7 null\n");
  EXPECT_EQ(fanout(model.selects[0]), "fine");
}

TEST_F(WarehouseTest, AsOfJoinsCompareLocalTimesWithZonedOnesInTheWarehousesZone) {
  tables(R"(
    CREATE TABLE orders (id INT, ts TIMESTAMP, place INT);
    INSERT INTO orders VALUES (1, '2024-06-01 08:59:00', 7), (2, '2024-06-01 09:00:00', 7);
    CREATE TABLE price (place INT, name VARCHAR, f TIMESTAMPTZ, t TIMESTAMPTZ);
    INSERT INTO price VALUES (7, 'old', '2024-01-01 00:00:00+00', '2024-06-01 00:00:00+00'), (7, 'new', '2024-06-01 00:00:00+00', NULL);
  )");
  Compiled model = compiled(
      "timezone: Asia/Tokyo\n" +
      with_events("  - {event: o, table: orders, time: ts, id: id, properties: {price: p.name},\n"
                  "     joins: {p: {table: price, on: place, as_of: {from: f, to: t}}}}\n"));
  EXPECT_EQ(sorted_rows("SELECT id_1, p_1 FROM (" + model.selects[0].sql + ")"),
            "1 \"old\"\n2 \"new\"\n");
}

TEST_F(WarehouseTest, AJoinThatWouldMultiplyFactsIsFoundWithItsKeys) {
  tables(R"(
    CREATE TABLE orders AS SELECT i AS id, TIMESTAMP '2024-01-01' AS ts, i % 4 AS place, 'x' AS kind FROM range(20) t(i);
    CREATE TABLE stores (place INT, kind VARCHAR, name VARCHAR);
    INSERT INTO stores VALUES (0, 'x', 'a'), (1, 'x', 'b'), (1, 'x', 'c'), (2, 'x', 'd'), (2, 'x', 'e'), (2, 'x', 'f'),
      (99, 'x', 'unused'), (99, 'x', 'unused'), (NULL, 'x', 'n'), (NULL, 'x', 'n');
    CREATE TABLE ranges (place INT, f DATE, t DATE);
    INSERT INTO ranges VALUES (1, '2024-01-01', '2024-02-01'), (1, '2024-01-15', NULL), (2, '2024-01-01', '2024-01-01'),
      (2, '2024-01-01', NULL), (3, '2024-01-01', '2024-03-01'), (3, '2024-03-01', '2024-04-01');
  )");
  Compiled model =
      compiled(with_events("  - {event: o, table: orders, time: ts, id: id, joins: {store: {table: "
                           "stores, on: [place, kind]}}}\n"
                           "  - {event: p, table: orders, time: ts, id: id, joins: {r: {table: "
                           "ranges, on: place, as_of: {from: f, to: t}}}}\n"));
  EXPECT_EQ(fanout(model.selects[0]),
            "\"o\": join \"store\" on place, kind would multiply the facts: these keys match more "
            "than one row: 2, x (3 rows), "
            "1, x (2 rows); join on a unique key, or say which row is valid with as_of");
  EXPECT_EQ(fanout(model.selects[1]),
            "\"p\": join \"r\" on place (its validity ranges overlap) would multiply the facts: "
            "these keys match more than one "
            "row: 1 (2 rows); join on a unique key, or say which row is valid with as_of");
}

TEST_F(WarehouseTest, GapsBetweenValidityRangesAreNamedButAllowed) {
  tables(R"(
    CREATE TABLE orders AS SELECT i AS id, TIMESTAMP '2024-01-01' AS ts, i % 4 AS place FROM range(20) t(i);
    CREATE TABLE ranges (place INT, f DATE, t DATE);
    INSERT INTO ranges VALUES (1, '2024-01-01', '2024-02-01'), (1, '2024-02-02', '2024-03-01'), (1, '2024-05-01', NULL),
      (2, '2024-01-01', '2024-03-01'), (2, '2024-03-01', '2024-04-01'), (77, '2024-01-01', '2024-01-02'), (77, '2024-02-01', NULL);
  )");
  Compiled model =
      compiled(with_events("  - {event: p, table: orders, time: ts, id: id, joins: {r: {table: "
                           "ranges, on: place, as_of: {from: f, to: t}}}}\n"));
  EXPECT_EQ(fanout(model.selects[0]), "fine");
  auto gaps =
      describe_gaps(model.selects[0], [&](const std::string& sql) { return key_counts(sql); });
  ASSERT_TRUE(gaps);
  EXPECT_EQ(gaps.value(),
            (std::vector<std::string>{"\"p\": join \"r\" on place leaves gaps between its validity "
                                      "ranges, where it finds no row: 1 (2)"}));
}

TEST_F(WarehouseTest, ListsOfObjectsHaveTheirOwnJoinsOrderAndKeepEqualLines) {
  tables(R"(
    CREATE TABLE orders (id INT, ts TIMESTAMP);
    INSERT INTO orders VALUES (1, '2024-01-01'), (2, '2024-03-01'), (3, '2024-01-01');
    CREATE TABLE items (order_id INT, line INT, sku VARCHAR);
    INSERT INTO items VALUES (1, 2, 'b'), (1, 1, 'a'), (1, 3, 'b'), (1, 3, 'b'), (2, 1, 'a'), (NULL, 1, 'a'), (9, 1, 'a');
    CREATE TABLE products (sku VARCHAR, name VARCHAR);
    INSERT INTO products VALUES ('a', 'Apple');
    CREATE TABLE prices (sku VARCHAR, price DECIMAL(6,2), f DATE, t DATE);
    INSERT INTO prices VALUES ('a', 1.00, '2024-01-01', '2024-02-01'), ('a', 2.00, '2024-02-01', NULL), ('b', 5.50, '2020-01-01', NULL);
  )");
  Compiled model = compiled(with_events(R"yaml(
  - event: o
    table: orders
    time: ts
    id: id
    properties:
      items:
        list: items
        on: {order_id: id}
        order_by: [line, sku]
        joins: {p: {table: products, on: sku}}
        properties: {sku: sku, name: p.name, line: line}
      priced:
        list: {query: "select * from items where sku = 'a'"}
        on: {order_id: id}
        joins: {price: {table: prices, on: sku, as_of: {from: f, to: t}}}
        properties: {price: price.price, twice: {sql: "price.price * 2"}}
)yaml"));
  EXPECT_EQ(
      sorted_rows("SELECT id_1, p_1, p_2 FROM (" + model.selects[0].sql + ")"),
      R"(1 [{"line":1,"name":"Apple","sku":"a"},{"line":2,"sku":"b"},{"line":3,"sku":"b"},{"line":3,"sku":"b"}] [{"price":1,"twice":2}])"
      "\n"
      R"(2 [{"line":1,"name":"Apple","sku":"a"}] [{"price":2,"twice":4}])"
      "\n3 null null\n");
  EXPECT_EQ(fanout(model.selects[0]), "fine");
  const event::PropertyType& type = model.schema.find_property("items")->type;
  EXPECT_EQ(type.type, event::Type::kObjects);
  EXPECT_EQ(type.members[0].name, "line");
}

TEST_F(WarehouseTest, TextsOfSeveralLinesInQueriesStayAsTheyAre) {
  tables("CREATE TABLE orders AS SELECT 1 AS id, DATE '2024-01-01' AS day");
  Compiled model = compiled(with_events(
      "  - event: o\n    table: orders\n    time: day\n    id: id\n    properties:\n      notes:\n"
      "        list: {query: \"select 1 as id, 'a\\nb' as note\"}\n        on: id\n"
      "        properties: {note: note}\n"));
  EXPECT_EQ(rows("SELECT p_1 FROM (" + model.selects[0].sql + ")"), "[{\"note\":\"a\\nb\"}]\n");
}

TEST_F(WarehouseTest, AListsJoinIsCheckedForFanOutToo) {
  tables(R"(
    CREATE TABLE orders AS SELECT 1 AS id, TIMESTAMP '2024-01-01' AS ts;
    CREATE TABLE items AS SELECT 1 AS order_id, 'a' AS sku;
    CREATE TABLE products AS SELECT 'a' AS sku, 'x' AS name UNION ALL SELECT 'a', 'y';
  )");
  Compiled model = compiled(
      with_events("  - {event: o, table: orders, time: ts, id: id, properties: {items: {list: "
                  "items, on: {order_id: id},\n"
                  "     joins: {p: {table: products, on: sku}}, properties: {name: p.name}}}}\n"));
  EXPECT_NE(
      fanout(model.selects[0])
          .find("join \"p\" on sku would multiply the facts: these keys match more than one row: a "
                "(2 rows)"),
      std::string::npos);
}

TEST_F(WarehouseTest, ListColumnsAndStructListsAreTakenAsTheyAre) {
  tables(R"(CREATE TABLE orders AS SELECT 1 AS id, TIMESTAMP '2024-01-01' AS ts, ['a', 'b'] AS tags,
      [{'sku': 'x', 'price': 1.5::DECIMAL(4,2)}] AS lines, {'city': 'Rome'} AS address, 'blob'::BLOB AS raw)");
  Compiled model =
      compiled(with_events("  - {event: o, table: orders, time: ts, id: id, properties: \"*\"}\n"));
  EXPECT_EQ(rows("SELECT p_1, p_2 FROM (" + model.selects[0].sql + ")"),
            R"(["a","b"] [{"price":1.5,"sku":"x"}])"
            "\n");
  ASSERT_EQ(model.notes.size(), 2u);
  EXPECT_EQ(model.notes[1],
            "o: column \"raw\" (BLOB) cannot be read and is left out of properties: \"*\"");

  auto structs = compile_text(
      with_events("  - {event: o, table: orders, time: ts, properties: {a: address}}\n"));
  EXPECT_EQ(structs.error().message,
            "line 3: events[0].properties.a: column \"address\" of table \"orders\" is STRUCT(city "
            "VARCHAR), which cannot be "
            "read; take its parts, like {sql: \"address.PART\"}");
  Compiled parts = compiled(with_events(
      "  - {event: o, table: orders, time: ts, properties: {a: {sql: address.city}}}\n"));
  EXPECT_EQ(rows("SELECT p_1 FROM (" + parts.selects[0].sql + ")"), "\"Rome\"\n");
}

TEST_F(WarehouseTest, ExpressionsMeanTheOwnTablesColumnsWhereAJoinHasTheSameNames) {
  tables(R"(
    CREATE TABLE orders AS SELECT 1 AS id, DATE '2024-01-01' AS ts, 5 AS total, 9 AS store_id, 'own' AS name;
    CREATE TABLE stores AS SELECT 9 AS id, 'joined' AS name, 7 AS total;
  )");
  Compiled model = compiled(with_events(R"yaml(
  - event: o
    table: orders
    time: ts
    id: id
    joins: {store: {table: stores, on: {id: store_id}}}
    properties:
      sum: {sql: "total + store.total"}
      text: {sql: "name || ' name ' || store.name || cast(id as varchar) -- name"}
      day: {sql: "cast(ts as date)"}
)yaml"));
  EXPECT_EQ(rows("SELECT p_1, p_2, p_3 FROM (" + model.selects[0].sql + ")"),
            "12 \"own name joined1\" \"2024-01-01\"\n");
}

TEST_F(WarehouseTest, EntriesOfOneEventAreItsUnionAndTheirTypesBecomeOne) {
  tables(R"(
    CREATE TABLE web AS SELECT 1 AS id, TIMESTAMP '2024-01-01' AS ts, 5 AS amount, [{'a': 1, 'b': 'x'}] AS lines;
    CREATE TABLE shop AS SELECT 2 AS id, TIMESTAMP '2024-01-02' AS ts, 2.50::DECIMAL(8,2) AS amount, 'till' AS till,
      [{'a': 1.5::DECIMAL(3,1), 'c': true}] AS lines;
  )");
  Compiled model =
      compiled(with_events("  - {event: paid, table: web, time: ts, id: id, properties: {amount: "
                           "amount, lines: lines}}\n"
                           "  - {event: paid, table: shop, time: ts, id: id, properties: {amount: "
                           "amount, till: till, lines: lines}}\n"));
  EXPECT_EQ(model.schema.find_event("paid")->properties,
            (std::vector<std::string>{"amount", "lines", "till"}));
  EXPECT_EQ(model.schema.find_property("amount")->type,
            (event::PropertyType{event::Type::kDecimal, 2, {}}));
  EXPECT_EQ(model.selects[0].properties[0].type,
            (event::PropertyType{event::Type::kDecimal, 2, {}}));
  EXPECT_EQ(rows("SELECT p_1, p_2 FROM (" + model.selects[0].sql + ")"), R"(5 [{"a":1,"b":"x"}])"
                                                                         "\n");
  EXPECT_EQ(rows("SELECT p_1, p_2, p_3 FROM (" + model.selects[1].sql + ")"),
            R"(2.5 "till" [{"a":1.5,"c":true}])"
            "\n");
  auto info = source_->describe_query(model.selects[0].sql);
  EXPECT_EQ(*info.value().columns[3].type, model.selects[0].properties[1].type);
}

TEST_F(WarehouseTest, PropertiesOfTypesThatDoNotMeetAreRefusedNamingBoth) {
  tables(
      "CREATE TABLE web AS SELECT DATE '2024-01-01' AS ts, 5 AS code; CREATE TABLE shop AS SELECT "
      "DATE '2024-01-01' AS ts, "
      "'A' AS code");
  auto refused = compile_text(
      with_events("  - {event: a, table: web, time: ts, properties: {code: code}}\n"
                  "  - {event: b, table: shop, time: ts, properties: {code: code}}\n"));
  EXPECT_EQ(refused.error().message,
            "line 4: events[1].properties.code: property \"code\" is text here and integer in "
            "\"a\" (line 3); give one of them "
            "another name, or cast it, like {sql: \"cast(code as varchar)\"}");
}

TEST_F(WarehouseTest, EventNamesMayStandInAColumn) {
  tables(
      "CREATE TABLE e AS SELECT DATE '2024-01-01' AS ts, 'u' AS who, k AS name, k AS kept FROM "
      "(VALUES ('in'), ('out')) t(k)");
  Compiled model = compiled(with_events(
      "  - {event: {column: name}, table: e, time: ts, user: who, properties: \"*\"}\n"));
  EXPECT_EQ(sorted_rows(model.selects[0].sql),
            "\"in\" \"2024-01-01\" \"u\" \"in\"\n\"out\" \"2024-01-01\" \"u\" \"out\"\n");
  EXPECT_EQ(model.selects[0].event, "");
  EXPECT_EQ(model.selects[0].source, "e");
  EXPECT_TRUE(model.schema.events.empty());
}

TEST_F(WarehouseTest, StandardReadsFromTheCursorOnAndRowsWithoutOne) {
  tables(R"(
    CREATE TABLE e AS SELECT i AS id, TIMESTAMP '2024-01-01' + i * INTERVAL 1 DAY AS ts,
      (TIMESTAMP '2024-01-01' + i * INTERVAL 1 DAY) AT TIME ZONE 'UTC' AS zoned,
      DATE '2024-01-01' + i::INT AS day, i AS number FROM range(5) t(i);
    INSERT INTO e VALUES (9, NULL, NULL, NULL, NULL);
    CREATE TABLE lines AS SELECT id, 'x' AS x FROM e;
  )");
  for (auto [cursor, from] : {std::pair{"ts", "2024-01-04 00:00:00"},
                              {"zoned", "2024-01-04 00:00:00+00"},
                              {"day", "2024-01-04"},
                              {"number", "3"}}) {
    Compiled model = compiled(with_events(
        std::string("  - {event: o, table: e, time: ts, id: id, sync: {mode: standard, cursor: ") +
        cursor + "}, properties: {l: {list: lines, on: id, properties: {x: x}}}}\n"));
    EXPECT_EQ(sorted_rows("SELECT id_1, len(p_1) FROM (" + model.selects[0].sql_since(from) + ")"),
              "3 1\n4 1\n9 1\n")
        << cursor;
    EXPECT_EQ(rows("SELECT count(*) FROM (" + model.selects[0].sql + ")"), "6\n");
    EXPECT_EQ(rows(model.selects[0].count_sql), "6\n");
  }
}

// The warehouse's sums against the same rule in C++ (reports.md §8.1).
TEST_F(WarehouseTest, TotalsAreTheSumsOfOrderKeysAndTimes) {
  tables(R"(
    CREATE TABLE e (n BIGINT, s VARCHAR, d DATE, t TIMESTAMP, z TIMESTAMPTZ, ts TIMESTAMP);
    INSERT INTO e VALUES (-5, 'ü', '2024-09-01', '2024-09-01 10:00:00', '2024-09-01 12:00:00.5+02', '2024-09-01 10:00:00.250'),
      (7, NULL, NULL, '2024-09-01 10:00:00.123456', NULL, '1969-12-31 23:59:59'), (NULL, '', '1999-01-01', NULL, NULL, NULL);
  )");
  Compiled model =
      compiled(with_events("  - {event: o, table: e, time: ts, id: [n, s, d, t, z]}\n"
                           "  - {event: p, table: e, time: ts, id: n}\n"
                           "  - {event: q, table: e, time: ts}\n"));
  std::string sep = "\x1f";
  uint64_t keys = base::md5_prefix("-5" + sep + "ü" + sep + "2024-09-01" + sep +
                                   "2024-09-01 10:00:00" + sep + "2024-09-01 10:00:00.5") +
                  base::md5_prefix("7" + sep + sep + sep + "2024-09-01 10:00:00.123456" + sep) +
                  base::md5_prefix(sep + sep + "1999-01-01" + sep + sep);
  uint64_t times = 1725184800250 - 1000;
  EXPECT_EQ(rows(model.selects[0].totals_sql),
            "3 \"" + std::to_string(keys) + "\" \"" + std::to_string(times) + "\"\n");
  uint64_t plain = base::md5_prefix("-5") + base::md5_prefix("7") + base::md5_prefix("");
  EXPECT_EQ(rows("SELECT key_sum FROM (" + model.selects[1].totals_sql + ")"),
            "\"" + std::to_string(plain) + "\"\n");
  EXPECT_EQ(model.selects[2].totals_sql, "");
  EXPECT_EQ(rows("SELECT id_4, id_5 FROM (" + model.selects[0].sql + ") WHERE id_1 = 7"),
            "\"2024-09-01 10:00:00.123456\" null\n");
}

TEST_F(WarehouseTest, TimesAreSummedOnlyWhereTheyAreInstants) {
  tables(
      "CREATE TABLE e AS SELECT 1 AS id, TIMESTAMP '2024-09-01' AS ts, TIMESTAMPTZ '2024-09-01 "
      "00:00:00+00' AS z, "
      "DATE '2024-09-01' AS d");
  std::string head = "timezone: Europe/Berlin\n";
  Compiled model = compiled(head + with_events("  - {event: a, table: e, time: ts, id: id}\n"
                                               "  - {event: b, table: e, time: z, id: id}\n"
                                               "  - {event: c, table: e, time: d, id: id}\n"));
  EXPECT_EQ(rows("SELECT time_sum FROM (" + model.selects[0].totals_sql + ")"), "null\n");
  EXPECT_EQ(rows("SELECT time_sum FROM (" + model.selects[1].totals_sql + ")"),
            "\"1725148800000\"\n");
  EXPECT_EQ(rows("SELECT time_sum FROM (" + model.selects[2].totals_sql + ")"), "null\n");
  Compiled utc = compiled(with_events("  - {event: c, table: e, time: d, id: id}\n"));
  EXPECT_EQ(rows("SELECT time_sum FROM (" + utc.selects[0].totals_sql + ")"),
            "\"1725148800000\"\n");
}

TEST_F(WarehouseTest, UsersAndLookupsHaveJoinsAndLists) {
  tables(R"(
    CREATE TABLE customers AS SELECT 1 AS id, 'anna' AS name, 7 AS city_id;
    CREATE TABLE cities AS SELECT 7 AS id, 'Rome' AS name;
    CREATE TABLE pets AS SELECT 1 AS owner, 'cat' AS kind;
    CREATE TABLE e AS SELECT DATE '2024-01-01' AS ts, 12345678901234567890::HUGEINT AS big;
  )");
  Compiled model = compiled(
      with_events(
          "  - {event: o, table: e, time: ts, properties: {big: {sql: cast(big as varchar)}}}\n") +
      R"(
users:
  table: customers
  user: id
  joins: {city: {table: cities, on: {id: city_id}}}
  properties:
    name: name
    city: city.name
    pets: {list: pets, on: {owner: id}, properties: {kind: kind}}
lookups:
  - {lookup: bigs, table: e, key: big, on: {property: big}, properties: {at: ts}}
  - {lookup: cities, table: cities, key: name, on: {user: city}, properties: {number: id}}
)");
  EXPECT_EQ(rows(model.selects[1].sql), R"(1 "anna" "Rome" [{"kind":"cat"}])"
                                        "\n");
  EXPECT_EQ(rows(model.selects[2].sql), "\"12345678901234567890\" \"2024-01-01\"\n");
  EXPECT_EQ(model.selects[3].on.kind, event::LookupTarget::Kind::kUserProperty);
  EXPECT_EQ(model.schema.user_properties.size(), 3u);
  EXPECT_EQ(model.schema.lookups.size(), 2u);
  EXPECT_EQ(model.schema.lookups[0].name, "bigs");
}

TEST_F(WarehouseTest, ToSqlPrintsStatementsThatRun) {
  tables(
      "CREATE TABLE \"Order Facts\" AS SELECT 1 AS \"Order Id\", DATE '2024-01-01' AS \"time\", 3 "
      "AS \"select\"");
  Compiled model =
      compiled(with_events("  - {event: o, table: Order Facts, time: time, id: Order Id, "
                           "properties: {\"select\": \"select\"}}\n"));
  EXPECT_EQ(to_sql(model),
            "-- event \"o\" from Order Facts\n"
            "SELECT\n"
            "  \"Order Facts\".\"time\" AS \"time\",\n"
            "  \"Order Facts\".\"Order Id\" AS id_1,\n"
            "  \"Order Facts\".\"select\" AS \"select\"\n"
            "FROM \"Order Facts\";\n");
  EXPECT_EQ(rows(model.selects[0].sql), "\"2024-01-01\" 1 3\n");
}

TEST_F(WarehouseTest, TimesInsideObjectsTellWhetherTheyAreLocal) {
  tables(R"(
    CREATE TABLE e AS SELECT 1 AS id, DATE '2024-01-01' AS ts, TIMESTAMP '2024-01-01' AS local, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS zoned;
  )");
  Compiled model =
      compiled(with_events("  - {event: o, table: e, time: ts, properties: {z: zoned, l: local, o: "
                           "{list: e, on: id, properties: {z: zoned, l: local}}}}\n"));
  const auto& columns = model.selects[0].property_columns;
  EXPECT_TRUE(columns[0].zoned);
  EXPECT_FALSE(columns[1].zoned);
  EXPECT_EQ(columns[2].zoned_members, (std::vector<uint8_t>{0, 1}));
}

}  // namespace
}  // namespace starling::model
