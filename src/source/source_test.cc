#include "source/source.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "event/value.h"
#include "source/testing.h"

namespace starling::source {
namespace {

// A folder that is gone after the test.
class SourceTest : public ::testing::Test {
 protected:
  SourceTest() {
    std::string name = (std::filesystem::temp_directory_path() / "starling_source_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SourceTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& file) const { return folder_ + "/" + file; }

  std::unique_ptr<Source> database(const std::string& sql) {
    auto made = write_duckdb(path("w.duckdb"), sql);
    EXPECT_TRUE(made) << made.error().message;
    return open({Location::Kind::kDuckdb, path("w.duckdb"), {}});
  }

  static std::unique_ptr<Source> open(const Location& location) {
    auto source = Source::open(location);
    if (!source) {
      ADD_FAILURE() << source.error().message;
      return nullptr;
    }
    return std::move(source).value();
  }

  void write_file(const std::string& name, const std::string& text) {
    std::ofstream(path(name)) << text;
  }

  // The first column of a query, a cell a line, as JSON.
  std::string cells(Source& source, const std::string& sql) {
    std::string out;
    rejects_.clear();
    auto read = source.read(
        {sql},
        [&](Rows rows) -> Result<void> {
          for (size_t row = 0; row < rows.size(); ++row) {
            for (size_t i = 0; i < rows.columns.size(); ++i) {
              out += (i > 0 ? " " : "") + event::to_json(rows.columns[i].value(row));
            }
            out += "\n";
          }
          return {};
        },
        [&](Reject reject) { rejects_.push_back(std::move(reject)); });
    return read.ok() ? out : "error: " + read.error().message;
  }

  std::string folder_;
  std::vector<Reject> rejects_;
};

TEST_F(SourceTest, ReadsEveryScalarType) {
  auto source = database("SELECT 1");
  EXPECT_EQ(cells(*source, "SELECT true, NULL::BOOLEAN"), "true null\n");
  EXPECT_EQ(
      cells(*source, "SELECT (-1)::TINYINT, 200::UTINYINT, (-300)::SMALLINT, 60000::USMALLINT"),
      "-1 200 -300 60000\n");
  EXPECT_EQ(cells(*source,
                  "SELECT (-7)::INTEGER, 4000000000::UINTEGER, (-9000000000)::BIGINT, 9::UBIGINT, "
                  "12::HUGEINT"),
            "-7 4000000000 -9000000000 9 12\n");
  EXPECT_EQ(cells(*source, "SELECT (-5)::HUGEINT, 3::UHUGEINT, 12345678901234567::DECIMAL(38,0)"),
            "-5 3 12345678901234567\n");
  EXPECT_EQ(
      cells(*source,
            "SELECT 1.5::DECIMAL(4,2), 1.5::DECIMAL(9,2), 1.5::DECIMAL(18,2), -1.5::DECIMAL(38,2)"),
      "1.5 1.5 1.5 -1.5\n");
  EXPECT_EQ(cells(*source,
                  "SELECT 0.5::FLOAT, 0.25::DOUBLE, 'nan'::DOUBLE, 'inf'::FLOAT, '-inf'::DOUBLE"),
            "0.5 0.25 null null null\n");
  EXPECT_EQ(cells(*source, "SELECT 'short', 'longer than twelve bytes', '', NULL::VARCHAR, 'ü'"),
            R"("short" "longer than twelve bytes" "" null "ü")"
            "\n");
  EXPECT_EQ(
      cells(*source, "SELECT 'b'::ENUM('a', 'b'), '936da01f-9abd-4d9d-80c7-02af85c822a8'::UUID"),
      R"("b" "936da01f-9abd-4d9d-80c7-02af85c822a8")"
      "\n");
  EXPECT_EQ(cells(*source, "SELECT DATE '2024-09-01', DATE '1969-12-31', 'infinity'::DATE"),
            R"("2024-09-01" "1969-12-31" null)"
            "\n");
}

TEST_F(SourceTest, ReadsTimesOfEveryPrecision) {
  auto source = database("SELECT 1");
  std::string same = "\"2024-09-01T10:00:00.250Z\"";
  EXPECT_EQ(
      cells(
          *source,
          "SELECT TIMESTAMP '2024-09-01 10:00:00.250999', '2024-09-01 10:00:00.25'::TIMESTAMP_MS, "
          "'2024-09-01 10:00:00.250999999'::TIMESTAMP_NS, "
          "TIMESTAMPTZ '2024-09-01 12:00:00.25+02'"),
      same + " " + same + " " + same + " " + same + "\n");
  EXPECT_EQ(cells(*source,
                  "SELECT '2024-09-01 10:00:00'::TIMESTAMP_S, 'infinity'::TIMESTAMP, "
                  "'-infinity'::TIMESTAMPTZ"),
            "\"2024-09-01T10:00:00Z\" null null\n");
  // Cut downwards, before 1970, too.
  EXPECT_EQ(cells(*source, "SELECT TIMESTAMP '1969-12-31 23:59:59.9999'"),
            "\"1969-12-31T23:59:59.999Z\"\n");
}

TEST_F(SourceTest, ReadsListsAndListsOfStructs) {
  auto source = database("SELECT 1");
  EXPECT_EQ(cells(*source, "SELECT unnest([[1, NULL, 3], [], NULL, [4]])"),
            "[1,null,3]\n[]\nnull\n[4]\n");
  EXPECT_EQ(cells(*source, "SELECT array_value(1.5::DECIMAL(3,1), 2.0)"), "[1.5,2]\n");
  EXPECT_EQ(cells(*source, "SELECT [{'b': 'x', 'a': 1}, {'b': NULL, 'a': 2}] UNION ALL SELECT []"),
            R"([{"a":1,"b":"x"},{"a":2}])"
            "\n[]\n");
  // Elements that do not stand in row order inside DuckDB's vector.
  EXPECT_EQ(cells(*source, "SELECT list_reverse([i, i + 1]) FROM range(3) t(i) ORDER BY i DESC"),
            "[3,2]\n[2,1]\n[1,0]\n");
}

TEST_F(SourceTest, ANumberOver64BitsIsRefusedByColumn) {
  auto source = database("SELECT 1");
  std::string error =
      cells(*source, "SELECT 170141183460469231731687303715884105727::HUGEINT AS big");
  EXPECT_NE(error.find(R"(column "big" (HUGEINT) holds 170141183460469231731687303715884105727)"),
            std::string::npos)
      << error;
  EXPECT_NE(cells(*source, "SELECT 18446744073709551615::UBIGINT AS big")
                .find("column \"big\" (UBIGINT)"),
            std::string::npos);
  EXPECT_NE(cells(*source, "SELECT 99999999999999999999.5::DECIMAL(38,2) AS big")
                .find("99999999999999999999.5"),
            std::string::npos);
}

TEST_F(SourceTest, DescribesTypesAlsoThoseItCannotRead) {
  auto source = database(
      "CREATE TABLE t (a DECIMAL(16,2), b BLOB, c TIMESTAMPTZ, d STRUCT(x INT)[], e STRUCT(x INT), "
      "f MAP(INT, INT), g TIME, h INT[])");
  auto info = source->describe_table("t");
  ASSERT_TRUE(info) << info.error().message;
  const TableInfo& table = info.value();
  EXPECT_EQ(table.find("a")->native_type, "DECIMAL(16,2)");
  EXPECT_EQ(table.find("a")->type, (event::PropertyType{event::Type::kDecimal, 2, {}}));
  EXPECT_TRUE(table.find("c")->zoned);
  EXPECT_EQ(table.find("d")->native_type, "STRUCT(x INTEGER)[]");
  EXPECT_EQ(table.find("d")->type->type, event::Type::kObjects);
  EXPECT_EQ(table.find("h")->type->type, event::Type::kList);
  for (const char* name : {"b", "e", "f", "g"}) EXPECT_FALSE(table.find(name)->type) << name;
  EXPECT_EQ(table.find("nothing"), nullptr);
}

TEST_F(SourceTest, KeysAreThoseTheTablesDeclare) {
  auto source = database(
      "CREATE TABLE shippers (id int PRIMARY KEY, name text); CREATE TABLE orders (shop int, "
      "number "
      "int, carrier int REFERENCES shippers (id), PRIMARY KEY (shop, number)); CREATE TABLE lines "
      "(shop int, number int, FOREIGN KEY (shop, number) REFERENCES orders (shop, number)); CREATE "
      "TABLE loose (a int UNIQUE)");
  EXPECT_EQ(key_texts(*source),
            (std::set<std::string>{"shippers(id)", "orders(shop,number)",
                                   "orders(carrier) -> shippers(id)",
                                   "lines(shop,number) -> orders(shop,number)"}));
}

TEST_F(SourceTest, FindsTablesOfOtherSchemasAndNamesTheNearest) {
  auto source = database(
      "CREATE TABLE orders (id INT); CREATE SCHEMA marts; CREATE TABLE marts.customers AS SELECT 7 "
      "AS id; "
      "CREATE VIEW \"Group\" AS SELECT 1 AS x");
  auto names = source->table_names();
  ASSERT_TRUE(names);
  EXPECT_EQ(names.value(), (std::vector<std::string>{"Group", "marts.customers", "orders"}));
  EXPECT_EQ(source->names().sql("customers"), "marts.customers");
  EXPECT_EQ(source->names().sql("Group"), "\"Group\"");
  EXPECT_EQ(source->names().quote("order"), "\"order\"");
  EXPECT_EQ(source->names().quote("order_total"), "order_total");
  auto missing = source->describe_table("oders");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, base::Error::Code::kNotFound);
  EXPECT_NE(missing.error().message.find("did you mean \"orders\""), std::string::npos)
      << missing.error().message;
}

TEST_F(SourceTest, StreamsManyPiecesAndStopsWhenToldTo) {
  auto source = database("CREATE TABLE t AS SELECT i, i::VARCHAR AS s FROM range(200000) r(i)");
  int64_t sum = 0;
  size_t pieces = 0;
  auto read = source->read(
      {"SELECT i, s FROM t"},
      [&](Rows rows) -> Result<void> {
        ++pieces;
        EXPECT_TRUE(source->settled());  // asking while reading does not disturb the stream
        for (size_t row = 0; row < rows.size(); ++row) sum += rows.columns[0].integers[row];
        return {};
      },
      [](Reject) {});
  EXPECT_TRUE(read);
  EXPECT_EQ(sum, int64_t{199'999} * 100'000);
  EXPECT_GT(pieces, 3u);

  size_t calls = 0;
  auto stopped = source->read(
      {"SELECT i FROM t"},
      [&](Rows) -> Result<void> {
        ++calls;
        return base::Error{base::Error::Code::kCancelled, "enough"};
      },
      [](Reject) {});
  EXPECT_EQ(stopped.error().message, "enough");
  EXPECT_EQ(calls, 1u);
}

TEST_F(SourceTest, ErrorsOfOpeningSayWhatToDo) {
  auto missing = Source::open({Location::Kind::kDuckdb, path("none.duckdb"), {}});
  EXPECT_EQ(missing.error().message, "there is no warehouse file " + path("none.duckdb"));
  EXPECT_EQ(missing.error().code, base::Error::Code::kUnavailable);

  write_file("text.duckdb", std::string(20'000, 'x'));
  auto text = Source::open({Location::Kind::kDuckdb, path("text.duckdb"), {}});
  EXPECT_EQ(text.error().message, path("text.duckdb") + " is no DuckDB database file");

  EXPECT_NE(
      Source::open({Location::Kind::kDuckdb, folder_, {}}).error().message.find("is a folder"),
      std::string::npos);
  EXPECT_NE(
      Source::open({Location::Kind::kFiles, path("none"), {}}).error().message.find(path("none")),
      std::string::npos);
}

TEST_F(SourceTest, AQueryMustBeOneSelect) {
  auto source = database("CREATE TABLE t (a INT)");
  EXPECT_EQ(source->describe_query("DELETE FROM t").ok(), false);
  EXPECT_EQ(source->describe_query("SELECT 1; SELECT 2").ok(), false);
  auto wrong = source->describe_query("SELECT b FROM t");
  EXPECT_EQ(wrong.error().code, base::Error::Code::kInvalid);
  EXPECT_NE(wrong.error().message.find("\"b\" not found"), std::string::npos)
      << wrong.error().message;
  EXPECT_EQ(wrong.error().message.find("LINE"), std::string::npos);
}

TEST_F(SourceTest, FilesOfEveryKindAreTables) {
  write_file("orders.csv", "id,at,total\n1,2024-09-01T10:00:00,2.50\n2,2024-09-02T11:00:00,\n");
  write_file("names.tsv", "id\tname\nx\tanna\n");
  write_file("lines.ndjson", "{\"id\": 1, \"tags\": [\"a\", \"b\"]}\n{\"id\": 2, \"tags\": []}\n");
  write_file("whole.json", "[{\"id\": 7}]");
  write_file("notes.txt", "no table");
  ASSERT_TRUE(write_duckdb(path("w.duckdb"), "COPY (SELECT 5 AS id, 'z' AS s) TO '" +
                                                 path("p.parquet") +
                                                 "'; "
                                                 "COPY (SELECT 'a' AS k, 'b' AS v) TO '" +
                                                 path("g.csv.gz") + "'"));
  auto source = open({Location::Kind::kFiles, folder_, {}});
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->table_names().value(),
            (std::vector<std::string>{"g", "lines", "names", "orders", "p", "whole"}));
  EXPECT_EQ(cells(*source, "SELECT * FROM orders ORDER BY id"),
            "1 \"2024-09-01T10:00:00Z\" 2.5\n2 \"2024-09-02T11:00:00Z\" null\n");
  EXPECT_EQ(cells(*source, "SELECT * FROM names"), "\"x\" \"anna\"\n");
  EXPECT_EQ(cells(*source, "SELECT * FROM lines ORDER BY id"), "1 [\"a\",\"b\"]\n2 []\n");
  EXPECT_EQ(cells(*source, "SELECT * FROM whole"), "7\n");
  EXPECT_EQ(cells(*source, "SELECT * FROM p"), "5 \"z\"\n");
  EXPECT_EQ(cells(*source, "SELECT * FROM g"), "\"a\" \"b\"\n");
}

TEST_F(SourceTest, NamedTablesHaveGlobsAndTypes) {
  write_file("part-1.csv", "id,total,zip\n1,2.50,01234\n");
  write_file("part-2.csv", "id,total,zip\n2,3.25,99999\n");
  write_file("j.ndjson", "{\"total\": 1.10}\n");
  Location location{Location::Kind::kFiles, folder_, {}};
  location.tables["all"] = {"part-*.csv", {{"total", "decimal(16,2)"}, {"zip", "text"}}};
  location.tables["j"] = {"j.ndjson", {{"total", "decimal(16,2)"}}};
  location.tables["part-2"] = {"", {{"zip", "text"}}};
  location.tables["gone"] = {"", {{"zip", "text"}}};
  location.tables["none"] = {"nothing-*.csv", {}};
  location.tables["odd"] = {"part-1.csv", {{"total", "money; drop"}}};
  location.tables["lost"] = {"part-1.csv", {{"totl", "double"}}};
  auto source = open(location);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(source->describe_table("all").value().find("total")->native_type, "DECIMAL(16,2)");
  EXPECT_EQ(source->describe_table("j").value().find("total")->native_type, "DECIMAL(16,2)");
  EXPECT_EQ(cells(*source, "SELECT * FROM \"all\" ORDER BY id"),
            "1 2.5 \"01234\"\n2 3.25 \"99999\"\n");
  EXPECT_EQ(source->describe_table("part-2").value().find("zip")->native_type, "VARCHAR");
  EXPECT_NE(source->describe_table("gone").error().message.find("there is no file gone."),
            std::string::npos);
  EXPECT_NE(source->describe_table("none").error().message.find("nothing-*.csv"),
            std::string::npos);
  EXPECT_NE(source->describe_table("odd").error().message.find("\"money; drop\" is no type"),
            std::string::npos);
  EXPECT_NE(source->describe_table("lost").error().message.find("totl"), std::string::npos)
      << source->describe_table("lost").error().message;
}

TEST_F(SourceTest, FilesOfAGlobMayLackColumns) {
  write_file("a1.csv", "id,total\n1,2.50\n");
  write_file("a2.csv", "total,id\n3.5,2\n");
  write_file("a3.csv", "id,extra\n3,new\n");
  Location location{Location::Kind::kFiles, folder_, {}};
  location.tables["all"] = {"a*.csv", {}};
  auto source = open(location);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(cells(*source, "SELECT id, total, extra FROM \"all\" ORDER BY id"),
            "1 2.5 null\n2 3.5 null\n3 null \"new\"\n");
}

TEST_F(SourceTest, BadLinesAreSetAsideInGlobsOfUnequalFiles) {
  write_file("a1.csv", "id,total\n1,2.50\n2,abc\n");
  write_file("a2.csv", "id\n3\n");
  Location location{Location::Kind::kFiles, folder_, {}};
  location.tables["all"] = {"a*.csv", {{"total", "decimal(16,2)"}}};
  auto source = open(location);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(cells(*source, "SELECT id, total FROM \"all\" ORDER BY id"), "1 2.5\n3 null\n");
  ASSERT_EQ(rejects_.size(), 1u);
  EXPECT_EQ(rejects_[0].reason,
            path("a1.csv") + " line 3, column \"total\": \"abc\" is no DECIMAL");
}

TEST_F(SourceTest, TwoFilesOfOneTableNameAreAFaultOfThatTableOnly) {
  write_file("orders.csv", "id\n1\n");
  write_file("orders.json", "[{\"id\": 1}]");
  write_file("fine.csv", "id\n3\n");
  auto source = open({Location::Kind::kFiles, folder_, {}});
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(cells(*source, "SELECT id FROM fine"), "3\n");
  EXPECT_NE(
      source->describe_table("orders").error().message.find("both orders.csv and orders.json"),
      std::string::npos);
}

TEST_F(SourceTest, ABadLineOfATextFileIsHandedOverAndDoesNotStopTheRest) {
  write_file("orders.csv", "id,total\n1,2.50\n2,abc\n3,4.00\n");
  Location location{Location::Kind::kFiles, folder_, {}};
  location.tables["orders"] = {"orders.csv", {{"total", "decimal(16,2)"}}};
  auto source = open(location);
  ASSERT_NE(source, nullptr);
  EXPECT_EQ(cells(*source, "SELECT id, total FROM orders ORDER BY id"), "1 2.5\n3 4\n");
  ASSERT_EQ(rejects_.size(), 1u);
  EXPECT_EQ(rejects_[0].row, "2,abc");
  EXPECT_EQ(rejects_[0].reason,
            path("orders.csv") + " line 3, column \"total\": \"abc\" is no DECIMAL");
}

}  // namespace
}  // namespace starling::source
