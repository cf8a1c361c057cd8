// Mirror by difference of snapshots, on every kind of warehouse: after each run the store holds
// what a store holds that was filled from the warehouse as it is.
#include <random>

#include "sync/mirror_test_base.h"
#include "sync/verify.h"

namespace starling::sync {
namespace {

TEST_P(MirrorTest, InsertsUpdatesAndDeletesArrive) {
  fill();
  SourceRecord first = sync();
  EXPECT_EQ(first.state, "ok") << first.message;
  EXPECT_EQ(first.rows_stored, 60u);
  ASSERT_TRUE(first.reconciliation);
  EXPECT_TRUE(first.reconciliation->equal) << first.message;
  expect_equal();

  execute(
      "INSERT INTO orders VALUES (100, 'new', TIMESTAMP '2024-09-10 10:00:00', 7, NULL, NULL); "
      "UPDATE orders SET amount = 99.99 WHERE id = 5; UPDATE orders SET customer = 'moved', "
      "ordered_at = "
      "TIMESTAMP '2024-09-20 08:00:00' WHERE id = 6; DELETE FROM orders WHERE id IN (7, 8); UPDATE "
      "lines SET price = 0.01 WHERE order_id = 33 AND line = 1");
  SourceRecord second = sync();
  EXPECT_EQ(second.state, "ok") << second.message;
  EXPECT_EQ(second.rows_stored, 1u);
  EXPECT_EQ(second.rows_replaced, 3u);  // the amount, the moved one, and one whose line changed
  EXPECT_EQ(second.rows_removed, 2u);
  EXPECT_LT(second.rows_read, 20u) << "days that have not changed are not read";
  EXPECT_TRUE(second.reconciliation->equal) << second.message;
  expect_equal();

  SourceRecord third = sync();
  EXPECT_EQ(third.rows_read, 0u);
  EXPECT_EQ(third.rows_stored + third.rows_replaced + third.rows_removed, 0u);
  EXPECT_TRUE(third.reconciliation->equal) << third.message;
}

TEST_P(MirrorTest, ATableThatIsBuiltAgainWithTheSameRowsChangesNothing) {
  fill();
  sync();
  execute(
      "CREATE TABLE again AS SELECT * FROM orders ORDER BY id DESC; DROP TABLE orders; ALTER TABLE "
      "again RENAME TO orders; UPDATE orders SET note = 'other' WHERE id = 9");
  SourceRecord record = sync();
  EXPECT_EQ(record.rows_replaced, 1u);
  EXPECT_EQ(record.rows_stored + record.rows_removed, 0u);
  expect_equal();
}

TEST_P(MirrorTest, ANewColumnReachesAllPastEvents) {
  fill();
  sync();
  execute(
      "ALTER TABLE orders ADD COLUMN account_num_orders int; UPDATE orders SET "
      "account_num_orders = id * 2 WHERE id <= 40");
  more_properties_ = "      account_num_orders: account_num_orders\n";
  SourceRecord record = sync();
  EXPECT_EQ(record.state, "ok") << record.message;
  EXPECT_EQ(record.rows_replaced, 40u) << "rows without a value have not changed";
  expect_equal();
}

TEST_P(MirrorTest, IdenticalRowsAreKeptApartByCount) {
  id_ = "";
  fill();
  execute(
      "INSERT INTO orders SELECT * FROM orders WHERE id <= 3; INSERT INTO orders SELECT * FROM "
      "orders WHERE id = 2");
  SourceRecord first = sync();
  EXPECT_EQ(first.rows_stored, 65u);
  EXPECT_TRUE(first.reconciliation->equal) << first.message;
  expect_equal();
  execute(
      "DELETE FROM orders WHERE id = 2; INSERT INTO orders VALUES (2, 'c2', TIMESTAMP '2024-08-02 "
      "09:30:00.125', 2.50, NULL, true)");
  SourceRecord second = sync();
  EXPECT_EQ(second.rows_removed, 3u);
  expect_equal();
}

TEST_P(MirrorTest, ARunThatWouldRemoveMostRowsAsksFirst) {
  execute(
      "INSERT INTO orders SELECT i, 'c', TIMESTAMP '2024-08-01' + i * INTERVAL '1 hour', 1, NULL, "
      "NULL FROM generate_series(1, 500) AS s (i)");
  sync();
  auto before = store::contents(*store_->snapshot().value());
  execute("DELETE FROM orders WHERE id > 200");
  SourceRecord paused = sync();
  EXPECT_EQ(paused.state, "paused");
  EXPECT_NE(paused.message.find("300 of 500 rows"), std::string::npos) << paused.message;
  EXPECT_EQ(store::contents(*store_->snapshot().value()), before);
  Options accept;
  accept.accept_removals = true;
  SourceRecord accepted = sync(accept);
  EXPECT_EQ(accepted.state, "ok");
  EXPECT_EQ(accepted.rows_removed, 300u);
  expect_equal();
}

TEST_P(MirrorTest, RowsThatDoNotFitAreTriedAgain) {
  fill();
  execute(
      "INSERT INTO orders VALUES (200, 'late', NULL, 1, NULL, NULL), (201, 'old', TIMESTAMP "
      "'1969-01-01 00:00:00', 1, NULL, NULL)");
  EXPECT_EQ(sync().rows_kept_aside, 2u);
  SourceRecord again = sync();
  EXPECT_EQ(again.rows_kept_aside, 2u);
  EXPECT_EQ(again.rows_read, 2u);
  execute("UPDATE orders SET ordered_at = TIMESTAMP '2024-08-20 10:00:00' WHERE id >= 200");
  SourceRecord mended = sync();
  EXPECT_EQ(mended.rows_kept_aside, 0u);
  EXPECT_EQ(mended.rows_stored, 2u);
  expect_equal();
}

TEST_P(MirrorTest, OfRowsThatShareAnIdTheSameOneCountsHoweverTheyCame) {
  fill();
  execute("INSERT INTO orders VALUES (10, 'twin', TIMESTAMP '2024-09-25 10:00:00', 1, NULL, NULL)");
  sync();
  expect_equal();
  execute("UPDATE orders SET amount = 3 WHERE customer = 'twin'");
  sync();
  expect_equal();
  execute("DELETE FROM orders WHERE customer = 'twin'");
  sync();
  expect_equal();
}

TEST_P(MirrorTest, RandomChangesLeaveWhatTheWarehouseHolds) {
  fill();
  std::mt19937 random(7);
  auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  int columns = 0;
  for (int round = 0; round < 12; ++round) {
    std::string sql;
    for (int change = 0; change < 4; ++change) {
      std::string id = std::to_string(pick(90));
      switch (pick(8)) {
        case 0:
          sql += "DELETE FROM orders WHERE id = " + id + ";";
          break;
        case 1:
          sql += "INSERT INTO orders (id, customer, ordered_at, amount) VALUES (" + id + ", 'x" +
                 id + "', TIMESTAMP '2024-08-05 01:02:03' + " + id + " * INTERVAL '3 hours', " +
                 id + ");";
          break;
        case 2:
          sql += "UPDATE orders SET id = id + 1000 WHERE id = " + id + ";";
          break;
        case 3:
          sql += "UPDATE orders SET ordered_at = ordered_at + INTERVAL '1 day' WHERE id % 11 = " +
                 std::to_string(pick(11)) + ";";
          break;
        case 4:
          execute("BEGIN; DELETE FROM orders; ROLLBACK");
          break;
        case 5:
          sql += "DELETE FROM lines WHERE order_id = " + id + ";";
          break;
        case 6:
          sql += "ALTER TABLE orders ADD COLUMN extra_" + std::to_string(columns) +
                 " int; UPDATE orders SET extra_" + std::to_string(columns) +
                 " = id WHERE id % 3 = 1;";
          more_properties_ += "      extra_" + std::to_string(columns) + ": extra_" +
                              std::to_string(columns) + "\n";
          ++columns;
          break;
        default:
          sql += "UPDATE orders SET note = note || '" + id +
                 "', amount = NULL WHERE id % 13 = " + std::to_string(pick(13)) + ";";
      }
    }
    execute(sql);
    SourceRecord record = sync();
    ASSERT_EQ(record.state, "ok") << record.message;
    ASSERT_TRUE(record.reconciliation->equal) << record.message;
    expect_equal();
    if (HasFailure()) FAIL() << "after " << sql;
  }
}

TEST_P(MirrorTest, VerifyNamesTheDaysThatDifferAndTheNextRunRepairsThem) {
  fill();
  sync();
  auto checked = [&](bool repair) {
    model::Model model = model::parse(model_yaml(id_), folder_).value();
    auto warehouse = source::Source::open(model.warehouse).value();
    SourceDescriber describer(*warehouse);
    model::Compiled compiled = model::compile(model, describer).value();
    return verify(compiled, *warehouse, *store_, base::FixedClock(kNow), {}, repair).value()[0];
  };
  Verification equal = checked(false);
  EXPECT_EQ(equal.days, 31u);
  EXPECT_EQ(equal.rows, 60u);
  EXPECT_TRUE(equal.by_key);
  EXPECT_TRUE(equal.differing.empty()) << equal.differing[0].day;

  // A row is lost where no warehouse can see it.
  auto write = store_->begin().value();
  event::RemovedRows lost{"order submitted"};
  lost.row_keys = {event::row_key(base::md5_prefix("5"), "order submitted", "5")};
  lost.cursors = {0};
  ASSERT_TRUE(write->remove_rows(lost));
  ASSERT_EQ(write->commit().value().removed, 1u);
  EXPECT_EQ(sync().rows_read, 0u) << "what the warehouse says has not changed";
  Verification differs = checked(true);
  ASSERT_EQ(differs.differing.size(), 1u);
  EXPECT_EQ(differs.differing[0].day, "2024-08-03");
  EXPECT_EQ(differs.differing[0].warehouse_rows, 2u);
  EXPECT_EQ(differs.differing[0].store_rows, 1u);
  SourceRecord repaired = sync();
  EXPECT_EQ(repaired.rows_read, 2u);
  EXPECT_EQ(repaired.rows_stored, 1u);
  EXPECT_TRUE(checked(false).differing.empty());
  expect_equal();
}

INSTANTIATE_TEST_SUITE_P(Warehouses, MirrorTest,
                         testing::Values("duckdb", "postgres", "postgres_log"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace starling::sync
