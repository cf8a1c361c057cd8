// The sync as a user meets it: CSV files as a warehouse, a real store, run after run.
#include "sync/sync.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "store/store.h"

namespace starling::sync {
namespace {

const base::TimeMs kNow = *base::parse_rfc3339("2024-10-01T00:00:00Z");

class SyncTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/sync_XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("customers.csv", "customer_id,name,joined\n1,Ann,2024-01-01\n2,Bob,2024-02-01\n");
    write("stores.csv", "store_id,store_name\ns1,Brooklyn\ns2,Chicago\n");
    write("orders.csv",
          kHeader + "1,1,2024-09-01 10:00:00,20.50,s1\n2,2,2024-09-02 11:00:00,5.00,s2\n");
    store_ = store::Store::open(folder_ + "/data", {.create = true}).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
  }
  void append(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name, std::ios::app) << text;
  }

  static std::string model_yaml(
      const std::string& orders_sync = "{mode: standard, cursor: ordered_at, overlap: 2 days}",
      const std::string& more_properties = "") {
    return R"yaml(version: 1
project: test
timezone: UTC
warehouse:
  type: files
  path: .
  tables: {orders: {file: orders.csv, columns: {order_id: bigint, customer_id: bigint, ordered_at: timestamp, amount: "decimal(16,2)", store_id: text}}}
events:
  - event: order submitted
    table: orders
    time: ordered_at
    user: customer_id
    id: order_id
    properties: {amount: amount, store_id: store_id)yaml" +
           more_properties + R"yaml(}
    sync: )yaml" +
           orders_sync +
           R"yaml(
users: {table: customers, user: customer_id, properties: {name: name}, sync: {mode: full}}
lookups:
  - {lookup: stores, table: stores, key: store_id, on: {property: store_id}, properties: "*", sync: {mode: full}}
)yaml";
  }

  Result<model::Compiled> compiled(const std::string& yaml) {
    model::Model model = TRY(model::parse(yaml, folder_));
    warehouse_ = TRY(source::Source::open(model.warehouse));
    SourceDescriber describer(*warehouse_);
    return model::compile(model, describer);
  }

  std::vector<SourceRecord> sync(const std::string& yaml = model_yaml(), base::TimeMs now = kNow) {
    auto model = compiled(yaml);
    EXPECT_TRUE(model.ok()) << model.error().message;
    auto records = run(model.value(), *warehouse_, *store_, base::FixedClock(now), {});
    EXPECT_TRUE(records.ok()) << records.error().message;
    return std::move(records).value();
  }

  uint64_t stored_orders() {
    auto snapshot = store_->snapshot().value();
    uint64_t rows = 0;
    for (const store::EventTable* table : snapshot->tables()) rows += table->size();
    return rows;
  }

  static inline const std::string kHeader = "order_id,customer_id,ordered_at,amount,store_id\n";
  std::string folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<source::Source> warehouse_;
};

TEST_F(SyncTest, TheFirstRunBringsEverything) {
  auto records = sync();
  ASSERT_EQ(records.size(), 3u);
  for (const SourceRecord& record : records) {
    EXPECT_EQ(record.state, "ok") << record.message;
    ASSERT_TRUE(record.reconciliation);
    EXPECT_TRUE(record.reconciliation->equal) << record.source << ": " << record.message;
  }
  EXPECT_TRUE(records[0].reconciliation->checksums);
  EXPECT_EQ(records[0].rows_stored, 2u);
  EXPECT_EQ(records[0].cursor, "2024-09-02 11:00:00");
  auto snapshot = store_->snapshot().value();
  auto ann = snapshot->find_user("1");
  ASSERT_TRUE(ann);
  EXPECT_EQ(event::to_text(snapshot->user_property("name")->value(*ann)), "Ann");
  EXPECT_EQ(snapshot->lookup("stores")->size(), 2u);
  EXPECT_EQ(store_->schema().find_property("amount")->type.type, event::Type::kDecimal);
}

TEST_F(SyncTest, LaterRunsAddOnlyWhatIsNew) {
  sync();
  append("orders.csv", "3,1,2024-09-03 09:00:00,7.25,s1\n");
  append("orders.csv", "4,2,2024-09-01 12:00:00,9.99,s1\n");  // late, inside the overlap
  auto records = sync();
  EXPECT_EQ(records[0].rows_stored, 2u);
  EXPECT_EQ(records[0].rows_known, 2u);
  EXPECT_TRUE(records[0].reconciliation->equal) << records[0].message;
  EXPECT_EQ(stored_orders(), 4u);
}

TEST_F(SyncTest, ARowLaterThanTheOverlapIsNamedByTheComparison) {
  sync();
  append("orders.csv", "3,1,2024-09-20 09:00:00,7.25,s1\n");
  sync();
  append("orders.csv", "4,1,2024-09-05 09:00:00,7.25,s1\n");
  auto records = sync();
  EXPECT_EQ(stored_orders(), 3u);
  EXPECT_FALSE(records[0].reconciliation->equal);
  EXPECT_EQ(records[0].message,
            "the warehouse has 1 rows more than the store: rows that came later than the overlap, "
            "or while the run was reading; `starling sync --backfill` brings them in");
}

TEST_F(SyncTest, StandardKeepsTheFirstVersionAndCountsTheChange) {
  sync();
  write("orders.csv",
        kHeader + "1,1,2024-09-01 10:00:00,99.00,s1\n2,2,2024-09-02 11:00:00,5.00,s2\n");
  auto records = sync();
  EXPECT_EQ(records[0].rows_changed, 1u);
  EXPECT_EQ(records[0].rows_stored, 0u);
  EXPECT_NE(records[0].message.find("1 rows have changed"), std::string::npos)
      << records[0].message;
  EXPECT_EQ(stored_orders(), 2u);
}

TEST_F(SyncTest, RowsThatDoNotFitAreKeptAsideAndTriedAgain) {
  write("orders.csv",
        kHeader +
            "1,1,2024-09-01 10:00:00,20.50,s1\n2,2,1969-09-02 11:00:00,5.00,s2\n"
            "3,2,,5.00,s2\n4,1,2024-09-28 10:00:00,abc,s1\n5,1,2024-09-29 10:00:00,1.00,s1\n");
  auto records = sync();
  EXPECT_EQ(records[0].state, "ok") << records[0].message;
  EXPECT_EQ(records[0].rows_stored, 2u);
  EXPECT_EQ(records[0].rows_kept_aside, 3u);
  EXPECT_TRUE(records[0].reconciliation->equal) << records[0].message;
  auto kept = parse_kept_aside(*store_->document(kept_aside_document("order submitted"))).value();
  ASSERT_EQ(kept.size(), 3u);

  // Mended in the warehouse, far below the cursor: found by its id.
  write("orders.csv",
        kHeader +
            "1,1,2024-09-01 10:00:00,20.50,s1\n2,2,1999-09-02 11:00:00,5.00,s2\n"
            "3,2,,5.00,s2\n4,1,2024-09-28 10:00:00,4.00,s1\n5,1,2024-09-29 10:00:00,1.00,s1\n");
  records = sync();
  EXPECT_EQ(records[0].rows_kept_aside, 1u);
  EXPECT_EQ(stored_orders(), 4u);
  EXPECT_TRUE(records[0].reconciliation->equal) << records[0].message;
}

TEST_F(SyncTest, UnreadableLinesAreNoDifferenceWhicheverCellIsAtFault) {
  write(
      "orders.csv",
      kHeader +
          "1,1,2024-09-01 10:00:00,20.50,s1\n2,2,never,5.00,s2\n3,2,2024-09-02 10:00:00,abc,s2\n");
  auto records = sync();
  EXPECT_EQ(records[0].rows_stored, 1u);
  EXPECT_EQ(records[0].rows_kept_aside, 2u);
  EXPECT_TRUE(records[0].reconciliation->equal) << records[0].message;
}

TEST_F(SyncTest, OneIdIsOneEvent) {
  write("orders.csv", kHeader +
                          "1,1,2024-09-01 10:00:00,20.50,s1\n1,1,2024-09-02 11:00:00,5.00,s2\n"
                          "2,1,2024-09-01 10:00:00,20.50,s1\n2,1,2024-09-01 10:00:00,20.50,s1\n");
  auto records = sync();
  EXPECT_EQ(stored_orders(), 2u);
  EXPECT_EQ(records[0].reconciliation->duplicates, 2u);
  EXPECT_TRUE(records[0].reconciliation->equal) << records[0].message;
  auto snapshot = store_->snapshot().value();
  std::vector<std::string> amounts;
  for (uint64_t row = 0; row < 2; ++row) {
    amounts.push_back(event::to_text(snapshot->tables()[0]->property("amount")->value(row)));
  }
  EXPECT_EQ(amounts, (std::vector<std::string>{"20.5", "5"}));  // the greatest cursor of id 1
}

TEST_F(SyncTest, FullSwapsProfilesAndLookups) {
  sync();
  write("customers.csv", "customer_id,name,joined\n2,Bobby,2024-02-01\n3,Cem,2024-03-01\n");
  write("stores.csv", "store_id,store_name,city\ns1,Brooklyn,New York\n");
  sync();
  auto snapshot = store_->snapshot().value();
  EXPECT_FALSE(snapshot->has_profile(*snapshot->find_user("1")));
  EXPECT_EQ(event::to_text(snapshot->user_property("name")->value(*snapshot->find_user("2"))),
            "Bobby");
  EXPECT_TRUE(snapshot->find_user("3"));
  EXPECT_EQ(snapshot->lookup("stores")->size(), 1u);
  EXPECT_NE(snapshot->lookup("stores")->column("city"),
            nullptr);  // a new column needs nothing else
}

TEST_F(SyncTest, RepeatedLookupKeysAreKeptAside) {
  write("stores.csv", "store_id,store_name\ns1,Brooklyn\ns1,Queens\n,Nowhere\n");
  auto records = sync();
  EXPECT_EQ(store_->snapshot().value()->lookup("stores")->size(), 1u);
  EXPECT_TRUE(records[2].reconciliation->equal) << records[2].message;
  auto kept = parse_kept_aside(*store_->document(kept_aside_document("stores"))).value();
  ASSERT_EQ(kept.size(), 2u);
}

// Versions of profiles in any order, with a date for a start; of two with one start one is kept.
TEST_F(SyncTest, EveryVersionOfAProfileAndALookupKeyIsKept) {
  write("customers.csv",
        "customer_id,name,joined\n1,Anna,2024-06-01\n1,Ann,1960-01-01\n2,Bob,2024-02-01\n"
        "2,Rob,2024-02-01\n3,Cem,\n");
  write("stores.csv",
        "store_id,store_name,since\ns1,Brooklyn,2024-01-01 00:00:00\ns1,Queens,2024-09-01 "
        "10:00:00\n");
  std::string yaml = model_yaml();
  yaml.replace(yaml.find("user: customer_id, properties"), 29,
               "user: customer_id, history: {from: joined}, properties");
  yaml.replace(yaml.find("key: store_id,"), 14,
               "key: store_id, history: {from: since, as_of: now},");
  auto records = sync(yaml);
  ASSERT_EQ(records.size(), 3u);
  for (const SourceRecord& record : records) {
    EXPECT_EQ(record.state, "ok") << record.message;
    EXPECT_TRUE(record.reconciliation->equal) << record.source << ": " << record.message;
  }
  EXPECT_EQ(records[1].rows_kept_aside, 1u);
  auto snapshot = store_->snapshot().value();
  EXPECT_EQ(snapshot->schema().user_history, event::AsOf::kEvent);
  ASSERT_NE(snapshot->user_versions(), nullptr);
  const store::ColumnReader* names = snapshot->user_property("name");
  auto name_at = [&](const char* user, const char* when) {
    auto row = snapshot->user_versions()->row_at(*snapshot->find_user(user),
                                                 base::parse_rfc3339(when)->value);
    return row ? event::to_text(names->value(*row)) : std::string("none");
  };
  EXPECT_EQ(name_at("1", "1959-12-31T23:59:59Z"), "none");
  EXPECT_EQ(name_at("1", "2024-05-31T23:59:59.999Z"), "Ann");
  EXPECT_EQ(name_at("1", "2024-06-01T00:00:00Z"), "Anna");
  EXPECT_TRUE(name_at("2", "2024-03-01T00:00:00Z") == "Bob" ||
              name_at("2", "2024-03-01T00:00:00Z") == "Rob");
  const store::LookupReader* stores = snapshot->lookup("stores");
  EXPECT_EQ(stores->size(), 1u);
  EXPECT_EQ(stores->versions()->starts.size(), 2u);
  EXPECT_EQ(snapshot->schema().find_lookup("stores")->history, event::AsOf::kNow);

  // Without history again: one row a user, whatever was kept before.
  write("customers.csv", "customer_id,name,joined\n1,Anna,2024-06-01\n");
  sync(model_yaml());
  snapshot = store_->snapshot().value();
  EXPECT_EQ(snapshot->user_versions(), nullptr);
  EXPECT_EQ(event::to_text(snapshot->user_property("name")->value(*snapshot->find_user("1"))),
            "Anna");
}

TEST_F(SyncTest, AFailedSourceChangesNothingAndDoesNotStopTheOthers) {
  sync();
  auto model = compiled(model_yaml());
  ASSERT_TRUE(model.ok()) << model.error().message;
  std::filesystem::remove(folder_ + "/orders.csv");
  write("customers.csv", "customer_id,name,joined\n1,Anna,2024-01-01\n");
  auto records = run(model.value(), *warehouse_, *store_, base::FixedClock(kNow), {});
  ASSERT_TRUE(records.ok());
  EXPECT_EQ(records.value()[0].state, "failed");
  EXPECT_NE(records.value()[0].message, "");
  EXPECT_EQ(records.value()[1].state, "ok");
  EXPECT_EQ(stored_orders(), 2u);
  auto snapshot = store_->snapshot().value();
  EXPECT_EQ(event::to_text(snapshot->user_property("name")->value(*snapshot->find_user("1"))),
            "Anna");
}

TEST_F(SyncTest, AJoinThatMultipliesFactsIsRefusedWithItsKeys) {
  write("stores.csv", "store_id,store_name\ns1,Brooklyn\ns1,Queens\ns2,Chicago\n");
  std::string yaml = model_yaml("{mode: once}", ", store: store.store_name");
  yaml.insert(yaml.find("    properties: {amount"),
              "    joins: {store: {table: stores, on: store_id}}\n");
  auto records = sync(yaml);
  EXPECT_EQ(records[0].state, "failed");
  EXPECT_NE(records[0].message.find("s1"), std::string::npos) << records[0].message;
  EXPECT_NE(records[0].message.find("would multiply the facts"), std::string::npos)
      << records[0].message;
  EXPECT_EQ(stored_orders(), 0u);
}

TEST_F(SyncTest, OnceIsNotReadAgain) {
  sync(model_yaml("{mode: once}"));
  append("orders.csv", "3,1,2024-09-03 09:00:00,7.25,s1\n");
  sync(model_yaml("{mode: once}"));
  EXPECT_EQ(stored_orders(), 2u);
}

TEST_F(SyncTest, PlanSaysWhatARunWouldDoAndWritesNothing) {
  auto model = compiled(model_yaml());
  ASSERT_TRUE(model.ok()) << model.error().message;
  base::FixedClock clock(kNow);
  auto before = plan(model.value(), *warehouse_, *store_, clock, {});
  ASSERT_TRUE(before.ok()) << before.error().message;
  EXPECT_EQ(before.value()[0].action, "insert");
  EXPECT_EQ(before.value()[0].counts.stored, 2u);
  EXPECT_EQ(stored_orders(), 0u);
  EXPECT_TRUE(status(*store_).value().empty());
  sync();
  append("orders.csv", "3,1,2024-09-03 09:00:00,7.25,s1\n4,1,,7.25,s1\n");
  auto model_again = compiled(model_yaml());
  auto after = plan(model_again.value(), *warehouse_, *store_, clock, {});
  ASSERT_TRUE(after.ok()) << after.error().message;
  EXPECT_EQ(after.value()[0].counts.stored, 1u);
  EXPECT_EQ(after.value()[0].kept_aside, 1u);
  EXPECT_EQ(stored_orders(), 2u);
}

TEST_F(SyncTest, ASourceThatLeavesTheModelTakesItsRowsAlong) {
  sync();
  std::string yaml = model_yaml();
  sync(yaml.substr(0, yaml.find("lookups:")));
  EXPECT_EQ(store_->snapshot().value()->lookup("stores"), nullptr);
  EXPECT_EQ(status(*store_).value().size(), 2u);
}

TEST_F(SyncTest, OnlyNamesAnUnknownSource) {
  auto model = compiled(model_yaml());
  ASSERT_TRUE(model.ok());
  Options options;
  options.only = {"storse"};
  auto records = run(model.value(), *warehouse_, *store_, base::FixedClock(kNow), options);
  ASSERT_FALSE(records.ok());
  EXPECT_EQ(records.error().message,
            "the model has no source \"storse\"; did you mean \"stores\"?");
}

}  // namespace
}  // namespace starling::sync
