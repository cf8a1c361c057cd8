// Mirror by PostgreSQL's log: which rows are read again, and that none is forgotten.
#include "sync/mirror_test_base.h"

namespace starling::sync {
namespace {

class FollowTest : public MirrorTest {
 protected:
  std::string ask(const std::string& sql) {
    auto answer = source::write_postgres(url_, sql);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer.value();
  }
};

TEST_P(FollowTest, OnlyRowsThatHaveChangedAreRead) {
  fill();
  EXPECT_EQ(sync().rows_read, 60u);
  EXPECT_EQ(sync().rows_read, 0u);
  execute("UPDATE orders SET amount = 1 WHERE id = 5");
  EXPECT_EQ(sync().rows_read, 1u);
  execute("INSERT INTO lines VALUES (8, 9, 'sku', 1, NULL), (NULL, 1, 'of nobody', 1, NULL)");
  SourceRecord line = sync();
  EXPECT_EQ(line.rows_read, 1u);
  EXPECT_EQ(line.rows_replaced, 1u);
  execute("DELETE FROM orders WHERE id = 9; UPDATE orders SET id = 1010 WHERE id = 10");
  SourceRecord moved = sync();
  EXPECT_EQ(moved.rows_read, 1u);
  EXPECT_EQ(moved.rows_removed, 2u);
  EXPECT_EQ(moved.rows_stored, 1u);
  execute("BEGIN; DELETE FROM orders; ROLLBACK");
  EXPECT_EQ(sync().rows_read, 0u);
  expect_equal();
  execute("TRUNCATE lines");
  EXPECT_EQ(sync().state, "ok");
  expect_equal();
}

TEST_P(FollowTest, ADayThatComesBackToWhatItWasIsReadAgain) {
  fill();
  sync();
  std::string before = ask("SELECT amount FROM orders WHERE id = 5");
  execute("UPDATE orders SET amount = 77 WHERE id = 5");
  sync();
  execute("UPDATE orders SET amount = 6.25 WHERE id = 5");
  EXPECT_EQ(ask("SELECT amount FROM orders WHERE id = 5"), before);
  ask("SELECT pg_drop_replication_slot('mirror_test')");  // the days are compared then
  EXPECT_EQ(sync().state, "ok");
  expect_equal();
}

TEST_P(FollowTest, ALogThatIsGoneLeavesNothingOut) {
  fill();
  sync();
  ask("SELECT pg_drop_replication_slot('mirror_test')");
  execute("UPDATE orders SET amount = 1 WHERE id = 5; DELETE FROM orders WHERE id = 6");
  SourceRecord record = sync();
  EXPECT_EQ(record.rows_replaced, 1u);
  EXPECT_EQ(record.rows_removed, 1u);
  expect_equal();
  execute("UPDATE orders SET amount = 2 WHERE id = 5");
  EXPECT_EQ(sync().rows_read, 1u) << "a new slot is followed";
  expect_equal();
}

TEST_P(FollowTest, ASlotThatTheServerGaveUpIsMadeAnewAndSaysSo) {
  fill();
  sync();
  execute("UPDATE orders SET amount = 1 WHERE id = 5; DELETE FROM orders WHERE id = 6");
  ask("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
  ask("SELECT pg_reload_conf()");
  execute(
      "CREATE TABLE busy AS SELECT i, repeat('x', 1000) FROM generate_series(1, 60000) AS s (i)");
  execute("SELECT pg_switch_wal()");
  execute("CHECKPOINT");
  ask("ALTER SYSTEM RESET max_slot_wal_keep_size");
  ask("SELECT pg_reload_conf()");
  ASSERT_EQ(ask("SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'mirror_test'"),
            "lost\n");
  SourceRecord record = sync();
  EXPECT_EQ(record.state, "ok");
  EXPECT_NE(record.message.find("gave up the slot \"mirror_test\""), std::string::npos);
  EXPECT_EQ(record.rows_removed, 1u);
  expect_equal();
  EXPECT_EQ(sync().message, "");
}

TEST_P(FollowTest, WhatWasTakenFromTheLogWaitsForTheRunThatReadsIt) {
  more_sources_ =
      "  - {event: other, table: orders, time: ordered_at, id: id, sync: {mode: mirror}}\n";
  fill();
  sync();
  execute("UPDATE orders SET amount = 1 WHERE id = 5; DELETE FROM orders WHERE id = 6");
  Options only;
  only.only = {"other"};
  EXPECT_EQ(sync(only).rows_removed, 1u);
  Options stopped;
  stopped.cancelled = [] { return true; };
  sync(stopped);
  SourceRecord record = sync();
  EXPECT_EQ(record.rows_replaced, 1u);
  EXPECT_EQ(record.rows_removed, 1u);
  expect_equal();
}

TEST_P(FollowTest, ASlotThatAnotherFolderHasReadIsNoticed) {
  fill();
  sync();
  auto other = store::Store::open(folder_ + "/other", {.create = true}).value();
  ASSERT_TRUE(run_into(*other, model_yaml(id_)));
  execute("UPDATE orders SET amount = 1 WHERE id = 5; DELETE FROM orders WHERE id = 6");
  ASSERT_TRUE(run_into(*other, model_yaml(id_)));
  SourceRecord record = sync();
  EXPECT_NE(record.message.find("a slot of its own"), std::string::npos) << record.message;
  EXPECT_EQ(record.rows_replaced, 1u);
  EXPECT_EQ(record.rows_removed, 1u);
  expect_equal();
}

TEST_P(FollowTest, AnIdleSlotKeepsNoLogBack) {
  fill();
  sync();
  execute("CREATE TABLE busy AS SELECT i FROM generate_series(1, 20000) AS s (i)");
  sync();
  std::string behind =
      ask("SELECT pg_current_wal_lsn() - confirmed_flush_lsn < 100000 FROM pg_replication_slots "
          "WHERE slot_name = 'mirror_test'");
  EXPECT_EQ(behind, "t\n");
}

TEST_P(FollowTest, ManyChangesAreReadByDays) {
  fill();
  sync();
  execute(
      "INSERT INTO orders SELECT i, 'bulk', TIMESTAMP '2024-08-01 00:00:00' + i * INTERVAL '1 "
      "minute', 1, NULL, NULL FROM generate_series(1000, 12000) AS s (i)");
  EXPECT_EQ(sync().rows_stored, 11001u);
  expect_equal();
}

TEST_P(FollowTest, ATableWithoutAKeyIsComparedByDaysAndSaysSo) {
  fill();
  execute("ALTER TABLE lines REPLICA IDENTITY DEFAULT");
  SourceRecord first = sync();
  EXPECT_NE(first.message.find("\"public\".\"lines\" has no primary key"), std::string::npos)
      << first.message;
  execute(
      "UPDATE lines SET price = 9 WHERE order_id = 5; UPDATE orders SET note = 'n' WHERE id = 7");
  EXPECT_EQ(sync().rows_replaced, 2u);
  expect_equal();
}

TEST_P(FollowTest, ATableThatIsRewrittenOrBuiltAgainIsCompared) {
  ask("CREATE PUBLICATION mirror_test FOR ALL TABLES");
  fill();
  sync();
  execute("ALTER TABLE orders ALTER COLUMN amount TYPE numeric(16,2) USING amount + 1");
  EXPECT_EQ(sync().rows_replaced, 60u) << "the log tells nothing of a rewrite";
  expect_equal();
  // As dbt does: the rows come under another name.
  execute(
      "CREATE TABLE again (LIKE orders); ALTER TABLE again REPLICA IDENTITY FULL; INSERT INTO "
      "again "
      "SELECT id, customer, ordered_at, amount * 2, note, paid FROM orders; DROP TABLE orders; "
      "ALTER TABLE again RENAME TO orders");
  EXPECT_EQ(sync().rows_replaced, 60u);
  expect_equal();
}

TEST_P(FollowTest, APublicationThatIsMadeAgainBeginsAgain) {
  fill();
  sync();
  execute("DROP PUBLICATION mirror_test");
  execute("UPDATE orders SET amount = 1 WHERE id = 5");
  EXPECT_EQ(sync().rows_replaced, 1u);
  expect_equal();
}

TEST_P(FollowTest, AnotherColumnIsReadOfAllRows) {
  fill();
  sync();
  execute("ALTER TABLE orders ADD COLUMN extra int DEFAULT 3");  // the log has no rows of it
  more_properties_ = "      extra: extra\n";
  EXPECT_EQ(sync().rows_replaced, 60u);
  expect_equal();
}

TEST_P(FollowTest, ARoleThatMayNotFollowIsToldWhatItLacks) {
  fill();
  execute(
      "DROP ROLE IF EXISTS weak; CREATE ROLE weak LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA "
      "public TO weak");
  url_.replace(url_.find("postgres@"), 9, "weak@");
  auto refused = run_into(*store_, model_yaml(id_));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("CREATE PUBLICATION \"mirror_test\" FOR TABLE"),
            std::string::npos)
      << refused.error().message;
}

INSTANTIATE_TEST_SUITE_P(Warehouses, FollowTest, testing::Values("postgres_log"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace starling::sync
