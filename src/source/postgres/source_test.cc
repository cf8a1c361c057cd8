// A PostgreSQL warehouse, against a real server.
#include <gtest/gtest.h>

#include <thread>

#include "source/postgres/connection.h"
#include "source/source.h"
#include "source/testing.h"

namespace starling::source {
namespace {

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = PostgresServer::shared();
    if (server_ == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    url_ = server_->fresh_database("source");
  }

  void execute(const std::string& sql) {
    auto done = write_postgres(url_, sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  std::unique_ptr<Source> open() const { return open_at(url_).value(); }
  static Result<std::unique_ptr<Source>> open_at(const std::string& url) {
    Location location;
    location.kind = Location::Kind::kPostgres;
    location.url = url;
    return Source::open(location);
  }
  // Cells as JSON, a line a row; or the error.
  static std::string rows(Source& source, const Query& query) {
    std::string out;
    auto read = source.read(
        query,
        [&](Rows rows) -> Result<void> {
          for (size_t row = 0; row < rows.size(); ++row) {
            for (size_t i = 0; i < rows.columns.size(); ++i)
              out += (i > 0 ? " " : "") + event::to_json(rows.columns[i].value(row));
            out += "\n";
          }
          return {};
        },
        [](Reject) {});
    return read ? out : "error: " + read.error().message;
  }

  const PostgresServer* server_ = nullptr;
  std::string url_;
};

TEST_F(PostgresTest, EveryTypeComesAsItIs) {
  execute(
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (b boolean, s smallint, i int, l "
      "bigint, f real, d double precision, n numeric(12,3), w numeric(10,0), x numeric, c char(5), "
      "v "
      "varchar(9), t text, u uuid, j json, jb jsonb, m mood, dt date, ts timestamp, tz "
      "timestamptz, a "
      "int[], ta text[]); INSERT INTO t VALUES (true, -1, 2, 9007199254740993, 1.5, -2.25, "
      "-12345.678, 42, 0.1, 'ab', 'cd', 'ef', '00000000-0000-0000-0000-0000000000ff', '{\"a\": "
      "1}', "
      "'{\"b\":2}', 'ok', '2024-02-29', '2024-02-29 23:59:59.9999', '2024-02-29 23:59:59.25-05', "
      "'{1,NULL,3}', '{x,\"y z\"}'), (NULL, NULL, NULL, NULL, 'NaN', 'infinity', 'NaN', NULL, "
      "NULL, "
      "NULL, NULL, '', NULL, NULL, NULL, NULL, 'infinity', '-infinity', 'infinity', '{}', NULL), "
      "(false, 0, 0, 0, 0, 0, 0, 0, 100000, '', '', '', NULL, NULL, NULL, 'sad', '1969-12-31', "
      "'1969-12-31 23:59:59.999', '1970-01-01 00:00:00+00', '{}', '{}')");
  auto source = open();
  EXPECT_EQ(rows(*source, {"SELECT * FROM t"}),
            "true -1 2 9007199254740993 1.5 -2.25 -12345.678 42 0.1 \"ab\" \"cd\" \"ef\" "
            "\"00000000-0000-0000-0000-0000000000ff\" \"{\\\"a\\\": 1}\" \"{\\\"b\\\": 2}\" \"ok\" "
            "\"2024-02-29\" \"2024-02-29T23:59:59.999Z\" \"2024-03-01T04:59:59.250Z\" [1,null,3] "
            "[\"x\",\"y z\"]\n"
            "null null null null null null null null null null null \"\" null null null null null "
            "null null [] null\n"
            "false 0 0 0 0 0 0 0 100000 \"\" \"\" \"\" null null null \"sad\" \"1969-12-31\" "
            "\"1969-12-31T23:59:59.999Z\" \"1970-01-01T00:00:00Z\" [] []\n");
  TableInfo info = source->describe_table("t").value();
  EXPECT_EQ(info.find("n")->native_type, "numeric(12,3)");
  EXPECT_EQ(info.find("n")->type->scale, 3);
  EXPECT_EQ(info.find("w")->type->type, event::Type::kInteger);
  EXPECT_TRUE(info.find("tz")->zoned);
  EXPECT_FALSE(info.find("ts")->zoned);
}

TEST_F(PostgresTest, NumbersOfEveryLength) {
  execute(
      "CREATE TABLE n (v numeric(30,4)); INSERT INTO n VALUES (0), (0.0001), (10000), "
      "(99999999.9999), (-0.05), (123456789012.3400), (9000000000000000)");
  auto source = open();
  EXPECT_EQ(rows(*source, {"SELECT v FROM n"}),
            "error: column \"v\" (numeric(30,4)) holds 9000000000000000, which needs more than 64 "
            "bits; cast it in the model, e.g. {sql: \"v::double precision\"}, or ::text");
  execute("DELETE FROM n WHERE v > 1e14");
  EXPECT_EQ(rows(*source, {"SELECT v FROM n"}),
            "0\n0.0001\n10000\n99999999.9999\n-0.05\n123456789012.34\n");
}

TEST_F(PostgresTest, KeysAreThoseTheTablesDeclare) {
  execute(
      "CREATE TABLE shippers (id int PRIMARY KEY, name text); CREATE TABLE orders (shop int, "
      "number "
      "int, carrier int REFERENCES shippers (id), PRIMARY KEY (shop, number)); CREATE TABLE lines "
      "(shop int, number int, FOREIGN KEY (shop, number) REFERENCES orders (shop, number)); CREATE "
      "TABLE loose (a int UNIQUE)");
  EXPECT_EQ(key_texts(*open()),
            (std::set<std::string>{"shippers(id)", "orders(shop,number)",
                                   "orders(carrier) -> shippers(id)",
                                   "lines(shop,number) -> orders(shop,number)"}));
}

TEST_F(PostgresTest, TablesAreFoundBySchemaAndNamesAreQuotedWhereTheyHaveTo) {
  execute(
      "CREATE SCHEMA marts; CREATE TABLE marts.orders (\"select\" int, \"Mixed\" int, plain int); "
      "CREATE TABLE \"Odd\" (a int); CREATE VIEW v AS SELECT 1 AS one");
  auto source = open();
  EXPECT_EQ(source->table_names().value(), (std::vector<std::string>{"Odd", "marts.orders", "v"}));
  EXPECT_EQ(source->names().sql("orders"), "marts.orders");
  EXPECT_EQ(source->names().sql("Odd"), "\"Odd\"");
  EXPECT_EQ(source->names().quote("select"), "\"select\"");
  EXPECT_EQ(source->names().quote("plain"), "plain");
  auto missing = source->describe_table("marts.order");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("did you mean \"marts.orders\""), std::string::npos)
      << missing.error().message;
}

TEST_F(PostgresTest, WhatTheServerSaysIsSaidClearly) {
  auto refused = open_at("postgresql://postgres:secret@127.0.0.1:1/nothing");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Error::Code::kUnavailable);
  EXPECT_NE(refused.error().message.find("onnection refused"), std::string::npos);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  auto unknown = open_at(server_->url("nothing"));
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("does not exist"), std::string::npos);
  auto plain = open_at(url_ + "?sslmode=require");
  ASSERT_FALSE(plain);
  EXPECT_NE(plain.error().message.find("SSL"), std::string::npos) << plain.error().message;

  execute("CREATE TABLE t (a int); DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN");
  std::string as_reader = url_;
  as_reader.replace(as_reader.find("postgres@"), 9, "reader@");
  auto source = open_at(as_reader).value();
  std::string denied = rows(*source, {"SELECT * FROM t"});
  EXPECT_NE(denied.find("permission denied for table t"), std::string::npos) << denied;
  EXPECT_NE(denied.find("GRANT SELECT"), std::string::npos) << denied;

  auto typo = open()->describe_query("SELECT b FROM t");
  ASSERT_FALSE(typo);
  EXPECT_EQ(typo.error().code, base::Error::Code::kInvalid);
  std::string slow = rows(*open_at(url_ + "?options=-c%20statement_timeout%3D50").value(),
                          {"SELECT pg_sleep(5)::text"});
  EXPECT_NE(slow.find("statement timeout"), std::string::npos) << slow;
}

TEST_F(PostgresTest, HeldReadsSeeOneInstant) {
  execute("CREATE TABLE t AS SELECT 1 AS a");
  auto source = open();
  {
    auto held = OneInstant::of(*source).value();
    execute("INSERT INTO t VALUES (2)");
    EXPECT_EQ(rows(*source, {"SELECT count(*) FROM t"}), "1\n");
    EXPECT_EQ(rows(*source, {"SELECT sum(a) FROM t"}), "1\n");
  }
  EXPECT_EQ(rows(*source, {"SELECT count(*) FROM t"}), "2\n");
}

TEST_F(PostgresTest, WhatIsSettledEndsBeforeTheOldestOpenTransaction) {
  execute("CREATE TABLE t (a int)");
  auto source = open();
  auto writer = postgres::Connection::open(url_, {{"application_name", "writer"}}).value();
  base::TimeMs before = source->settled().value();
  ASSERT_TRUE(writer.run("BEGIN; INSERT INTO t VALUES (1)"));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  base::TimeMs during = source->settled().value();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(source->settled().value(), during);
  EXPECT_GE(during.value, before.value);
  ASSERT_TRUE(writer.run("COMMIT"));
  EXPECT_GT(source->settled().value(), during);
}

}  // namespace
}  // namespace starling::source
