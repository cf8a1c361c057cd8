#include "source/postgres/log_reader.h"

#include <gtest/gtest.h>

namespace starling::source::postgres {
namespace {

std::string number(uint64_t value, int size) {
  std::string out;
  for (int i = size - 1; i >= 0; --i)
    out += i < 8 ? static_cast<char>(value >> (8 * i) & 0xFF) : '\0';
  return out;
}
std::string cell(const std::string& text) { return "t" + number(text.size(), 4) + text; }

// public.orders (id key, shop, note), told by its key or by whole rows.
std::string relation(char identity) {
  auto column = [](bool key, const std::string& name) {
    return number(key ? 1 : 0, 1) + name + '\0' + number(25, 4) + number(0xFFFFFFFF, 4);
  };
  return "R" + number(7, 4) + "public" + '\0' + "orders" + '\0' + identity + number(3, 2) +
         column(true, "id") + column(identity == 'f', "shop") + column(identity == 'f', "note");
}
std::string row(char kind, const std::string& a, const std::string& b, const std::string& c) {
  return kind + number(3, 2) + a + b + c;
}
std::string begin(uint32_t transaction) {
  return "B" + number(1, 8) + number(1, 8) + number(transaction, 4);
}

using Rows = std::set<std::vector<std::string>>;

TEST(LogReaderTest, RowsAreNamedAsTheyWereAndAsTheyAre) {
  const std::vector<FollowedTable> tables = {{"public.orders", {"id"}}, {"public.other", {}}};
  LogReader reader(tables);
  for (const std::string& message :
       {begin(9), relation('d'), "I" + number(7, 4) + row('N', cell("1"), cell("a"), "n"),
        "U" + number(7, 4) + row('N', cell("2"), cell("b"), "u"),
        "U" + number(7, 4) + row('K', cell("3"), "n", "n") + row('N', cell("4"), cell("b"), "u"),
        "D" + number(7, 4) + row('K', cell("5"), "n", "n"), std::string("C") + number(0, 25)})
    ASSERT_TRUE(reader.take(message));
  EXPECT_EQ(reader.changes()[0].rows, (Rows{{"1"}, {"2"}, {"3"}, {"4"}, {"5"}}));
  EXPECT_FALSE(reader.changes()[0].everything || reader.changes()[1].everything);
  EXPECT_EQ(reader.transactions(), (std::set<uint32_t>{9}));
}

TEST(LogReaderTest, WhatTheKeyDoesNotTellIsEverything) {
  const std::vector<FollowedTable> tables = {{"public.orders", {"shop"}}};
  LogReader by_key(tables);
  ASSERT_TRUE(by_key.take(relation('d')));
  ASSERT_TRUE(by_key.take("I" + number(7, 4) + row('N', cell("1"), cell("a"), "n")));
  EXPECT_EQ(by_key.changes()[0].rows, (Rows{{"a"}}));
  ASSERT_TRUE(by_key.take("D" + number(7, 4) + row('K', cell("1"), "n", "n")));
  EXPECT_TRUE(by_key.changes()[0].everything);

  // A long value that stays is not sent again: it stands in the old row.
  LogReader by_row(tables);
  ASSERT_TRUE(by_row.take(relation('f')));
  ASSERT_TRUE(by_row.take("U" + number(7, 4) + row('O', cell("1"), cell("a"), "n") +
                          row('N', cell("2"), "u", "n")));
  EXPECT_EQ(by_row.changes()[0].rows, (Rows{{"a"}}));
  ASSERT_TRUE(by_row.take("T" + number(1, 4) + number(0, 1) + number(7, 4)));
  EXPECT_TRUE(by_row.changes()[0].everything);
}

TEST(LogReaderTest, AMessageThatEndsEarlyIsRefused) {
  const std::vector<FollowedTable> tables = {{"public.orders", {"id"}}};
  for (const std::string& message :
       {relation('d'), "I" + number(7, 4) + row('N', cell("1"), cell("a"), "n"), begin(9),
        "T" + number(1, 4) + number(0, 1) + number(7, 4)}) {
    for (size_t cut = 1; cut < message.size(); ++cut) {
      LogReader reader(tables);
      ASSERT_TRUE(reader.take(relation('d')));
      bool whole_row = message[0] == 'I' && cut == 5;  // a row change without rows says nothing
      EXPECT_EQ(reader.take(message.substr(0, cut)).ok(), whole_row) << message[0] << cut;
    }
  }
}

}  // namespace
}  // namespace starling::source::postgres
