#include "model/dbt.h"

#include "model/warehouse_for_tests.h"

namespace starling::model {
namespace {

class DbtTest : public WarehouseTest {
 protected:
  // File name -> text.
  std::map<std::string, std::string> files(const std::string& yaml, DbtNames names) {
    const Compiled model = compiled(yaml);
    SourceAnswers warehouse(*source_);
    DbtDescriber describer(warehouse);
    auto again = compile(model.model, describer);
    EXPECT_TRUE(again) << again.error().message;
    std::map<std::string, std::string> out;
    for (DbtFile& file : dbt_files(again.value(), names)) out[file.name] = std::move(file.text);
    return out;
  }
};

TEST_F(DbtTest, TablesAreRefsWhereTheProjectBuildsThemAndSourcesElsewhere) {
  tables(R"(
    CREATE TABLE orders AS SELECT 1 AS id, DATE '2024-01-01' AS day, 7 AS shop;
    CREATE SCHEMA raw; CREATE TABLE raw.shops AS SELECT 7 AS shop, 'Rome' AS city;
  )");
  auto out = files(R"(version: 1
project: p
warehouse: {type: duckdb, path: w.duckdb}
events:
  - event: Order placed
    table: orders
    time: day
    id: id
    joins: {shop: {table: raw.shops, on: shop}}
    properties: {time: shop.city, braces: {sql: "'{{ x }}' || '{%'"}}
)",
                   {{{"orders", "fct_orders"}}, {{"raw.shops", {"raw", "shops"}}}});
  EXPECT_EQ(out["starling_order_placed.sql"], std::string(kDbtHeader) +
                                                  R"(SELECT
  orders.day AS "time",
  orders.id AS id_1,
  shop.city AS time_2,
  ('{{ '{{' }} x }}' || '{{ '{%' }}') AS braces
FROM {{ ref('fct_orders') }} AS orders
LEFT JOIN {{ source("raw", "shops") }} AS shop ON shop.shop = orders.shop
)");
  EXPECT_EQ(out["starling_sources.yml"],
            "version: 2\n\nsources:\n  - name: \"raw\"\n    schema: \"raw\"\n    tables:\n"
            "      - name: \"shops\"\n");
  EXPECT_NE(out["starling_models.yml"].find("data_tests: [not_null, unique]"), std::string::npos);
}

TEST_F(DbtTest, ModelsThatWouldBeCalledTheSameAreNumbered) {
  tables("CREATE TABLE t AS SELECT DATE '2024-01-01' AS day");
  auto out = files(R"(version: 1
project: p
warehouse: {type: duckdb, path: w.duckdb}
events:
  - {event: a b, table: t, time: day}
  - {event: a-b, table: t, time: day}
)",
                   {{}, {{"t", {"main", "t"}}}});
  EXPECT_EQ(out.count("starling_a_b.sql") + out.count("starling_a_b_2.sql"), 2u);
}

}  // namespace
}  // namespace starling::model
