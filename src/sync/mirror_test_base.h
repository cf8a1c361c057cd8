// A shop of orders and lines in every kind of warehouse, mirrored; what the store holds after a run
// is compared with a store that is filled from the warehouse as it is.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "source/testing.h"
#include "store/store_test_base.h"
#include "sync/sync.h"

namespace starling::sync {

inline const base::TimeMs kNow = *base::parse_rfc3339("2024-10-01T00:00:00Z");

class MirrorTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/mirror_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    if (is_postgres()) {
      const source::PostgresServer* server = source::PostgresServer::shared();
      if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      url_ = server->fresh_database("mirror");
    }
    execute(
        "CREATE TABLE orders (id bigint, customer text, ordered_at timestamp, amount "
        "numeric(16,2), note "
        "text, paid boolean); CREATE TABLE lines (order_id bigint, line int, sku text, price "
        "numeric(10,2), sold date)");
    if (follows()) {
      execute("ALTER TABLE orders REPLICA IDENTITY FULL; ALTER TABLE lines REPLICA IDENTITY FULL");
    }
    store_ = store::Store::open(folder_ + "/data", {.create = true}).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static bool is_postgres() { return std::string(GetParam()) != "duckdb"; }
  // Whether Mirror follows the log of the server.
  static bool follows() { return std::string(GetParam()) == "postgres_log"; }

  void execute(const std::string& sql) {
    if (is_postgres()) {
      auto done = source::write_postgres(url_, sql);
      ASSERT_TRUE(done) << sql << ": " << done.error().message;
    } else {
      auto done = source::write_duckdb(folder_ + "/shop.duckdb", sql);
      ASSERT_TRUE(done) << sql << ": " << done.error().message;
    }
  }

  std::string warehouse_yaml() const {
    if (!is_postgres()) return "{type: duckdb, path: shop.duckdb}";
    return "{type: postgres, url: \"" + url_ + "\"" + (follows() ? ", slot: mirror_test}" : "}");
  }
  std::string model_yaml(const std::string& id = "id: id", const std::string& mode = "mirror") {
    return "version: 1\nproject: test\ntimezone: America/New_York\nwarehouse: " + warehouse_yaml() +
           "\nevents:\n  - event: order submitted\n    table: orders\n    time: ordered_at\n    "
           "user: "
           "customer\n    " +
           id + "\n    properties:\n      amount: amount\n      note: note\n      paid: paid\n" +
           more_properties_ +
           "      items: {list: lines, on: {order_id: id}, order_by: line, properties: {sku: sku, "
           "price: price, sold: sold}}\n    sync: {mode: " +
           mode + "}\n" + more_sources_;
  }

  Result<std::vector<SourceRecord>> run_into(store::Store& store, const std::string& yaml,
                                             const Options& options = {}) {
    model::Model model = TRY(model::parse(yaml, folder_));
    auto warehouse = TRY(source::Source::open(model.warehouse));
    SourceDescriber describer(*warehouse);
    model::Compiled compiled = TRY(model::compile(model, describer));
    return run(compiled, *warehouse, store, base::FixedClock(kNow), options);
  }

  SourceRecord sync(const Options& options = {}) {
    auto records = run_into(*store_, model_yaml(id_), options);
    EXPECT_TRUE(records.ok()) << records.error().message;
    return records.ok() ? records.value()[0] : SourceRecord{};
  }

  void expect_equal() {
    auto fresh = store::Store::open(folder_ + "/fresh", {.create = true}).value();
    auto records = run_into(*fresh, model_yaml(id_, "once"));
    ASSERT_TRUE(records.ok()) << records.error().message;
    EXPECT_EQ(store::contents(*store_->snapshot().value()),
              store::contents(*fresh->snapshot().value()));
    fresh.reset();
    std::filesystem::remove_all(folder_ + "/fresh");
  }

  // 60 orders, two a day, with up to three lines each.
  void fill() {
    execute(
        "INSERT INTO orders SELECT i, 'c' || CAST(i % 7 AS text), TIMESTAMP '2024-08-01 "
        "09:30:00.125' + i * INTERVAL '12 hours', i * 1.25, CASE WHEN i % 3 = 0 THEN 'gift' END, i "
        "% 2 = 0 FROM generate_series(1, 60) AS s (i); INSERT INTO lines SELECT i, l, 'sku ' || "
        "CAST(l AS text), l * 2.50, DATE '2024-08-01' FROM generate_series(1, 60) AS s (i), "
        "generate_series(1, 3) AS t (l) WHERE l <= i % 4");
  }

  std::string folder_, url_, id_ = "id: id", more_properties_, more_sources_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace starling::sync
