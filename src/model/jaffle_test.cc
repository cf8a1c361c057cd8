// The raw files of a Jaffle Shop as events, lists, users and lookups, against their known totals.
#include "model/warehouse_for_tests.h"

namespace starling::model {
namespace {

std::string shared_folder() {
  if (const char* folder = std::getenv("STARLING_SHARED")) return folder;
  return "../shared";
}

constexpr const char* kModel = R"yaml(
version: 1
project: jaffle
warehouse:
  type: files
  path: RAW
events:
  - event: order submitted
    table: raw_orders
    time: ordered_at
    user: customer
    id: id
    joins:
      store: {table: raw_stores, on: {id: store_id}}
    properties:
      order_total: {sql: "cast(order_total / 100 as decimal(16,2))"}
      location_id: store_id
      store_name: store.name
      items:
        list: raw_items
        on: {order_id: id}
        order_by: id
        joins: {product: {table: raw_products, on: sku}}
        properties:
          product_id: sku
          product_name: product.name
          price: {sql: "cast(product.price / 100 as decimal(16,2))"}
    sync: {mode: standard, cursor: ordered_at, overlap: 2 days}
users:
  table: raw_customers
  user: id
  properties: {name: name}
lookups:
  - lookup: locations
    table: raw_stores
    key: id
    on: {property: location_id}
    properties: "*"
  - lookup: products
    table: raw_products
    key: sku
    on: {property: items.product_id}
    properties: "*"
)yaml";

class JaffleTest : public WarehouseTest {};

TEST_F(JaffleTest, RawFilesReadAsEvents) {
  std::string raw = shared_folder() + "/data/jaffle/small_45d/raw";
  if (!std::filesystem::exists(raw)) GTEST_SKIP() << "no " << raw << "; set STARLING_SHARED";
  std::string yaml = kModel;
  yaml.replace(yaml.find("RAW"), 3, std::filesystem::absolute(raw).string());
  Compiled model = compiled(yaml);
  ASSERT_EQ(model.selects.size(), 4u);
  const Select& orders = model.selects[0];
  EXPECT_EQ(rows("SELECT count(*), count(DISTINCT \"user\"), sum(len(\"p_4\")), count(p_1) FROM (" +
                 orders.sql + ")"),
            "2542 164 3461 2542\n");
  EXPECT_EQ(rows("SELECT p_4[1] IS NOT NULL FROM (" + orders.sql +
                 ") WHERE id_1 = '858462ea-43ac-4ccf-8b32-1eeda7f3deed'"),
            "true\n");
  EXPECT_EQ(rows("SELECT count(*) FROM (" + orders.sql_since("2024-10-01") + ")"),
            rows("SELECT count(*) FROM raw_orders WHERE ordered_at >= '2024-10-01'"));
  EXPECT_EQ(fanout(orders), "fine");
  EXPECT_EQ(model.schema.find_property("order_total")->type.scale, 2);
  EXPECT_EQ(model.selects[3].on.member, "product_id");
  if (std::getenv("SHOW_SQL")) std::puts(to_sql(model).c_str());
  if (std::getenv("SHOW_SQL"))
    std::puts(orders.totals_sql.c_str()), std::puts(orders.sql_since("2024-10-01").c_str());
  if (std::getenv("SHOW_SQL")) std::puts(orders.fanout_checks[0].sql.c_str());
}

}  // namespace
}  // namespace starling::model
