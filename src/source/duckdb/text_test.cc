#include "source/duckdb/text.h"

#include <gtest/gtest.h>

namespace starling::source::duckdb {
namespace {

TEST(OpenError, NamesTheReasonAndTheWayOut) {
  auto locked = open_error(
      "w.duckdb",
      "IO Error: Could not set lock on file \"/x/w.duckdb\": Conflicting lock is held in "
      "/usr/bin/duckdb (PID 77) by user anna. See also …");
  EXPECT_EQ(locked.message,
            "w.duckdb is open for writing in another process (77); close it there, or sync from a "
            "copy of the "
            "file");
  auto newer = open_error(
      "w.duckdb",
      "IO Error: Trying to read a database file with version number 69, but we can only read "
      "versions between 64 and 67.\nThe database file …");
  EXPECT_NE(newer.message.find("w.duckdb was written by a newer DuckDB"), std::string::npos);
  EXPECT_NE(newer.message.find("(storage version 69)"), std::string::npos);
  EXPECT_EQ(newer.code, base::Error::Code::kUnavailable);
}

TEST(PlainMessage, LeavesThePictureOfTheStatementOut) {
  EXPECT_EQ(
      plain_message(
          "Binder Error: no \"b\"!\nCandidates: a\n\nLINE 1: SELECT b FROM t\n               ^"),
      "Binder Error: no \"b\"! Candidates: a");
}

TEST(QuotedText, DoublesQuotes) {
  EXPECT_EQ(quoted_text("it's"), "'it''s'");
  EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\"");
}

}  // namespace
}  // namespace starling::source::duckdb
