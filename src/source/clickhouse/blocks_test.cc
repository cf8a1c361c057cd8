#include "source/clickhouse/blocks.h"

#include <gtest/gtest.h>

namespace starling::source::clickhouse {
namespace {

std::string varint_text(std::string_view text) {
  return std::string(1, static_cast<char>(text.size())) + std::string(text);
}
std::string word(uint64_t value) { return {reinterpret_cast<const char*>(&value), 8}; }

// A block of two rows: a number, a text by a dictionary, a list of objects.
std::string block() {
  std::string out = "\x03\x02";
  out += varint_text("n") + varint_text("Nullable(Int16)") +
         std::string("\x00\x01\xFF\xFF\x07\x00", 6);
  out += varint_text("t") + varint_text("LowCardinality(Nullable(String))");
  out += word(1) + word(0x600) + word(3) + std::string("\0\0", 2) + varint_text("rome") + word(2) +
         std::string("\x02\x00", 2);
  out += varint_text("l") + varint_text("Array(Tuple(sku String, at DateTime64(6, 'UTC')))");
  out += word(2) + word(2) + varint_text("a") + varint_text("b") + word(1500) +
         word(static_cast<uint64_t>(-1));
  return out;
}

struct Read {
  Result<void> done;
  std::vector<Rows> blocks;
};

Read read_in_pieces(const std::string& bytes, size_t piece) {
  Read read{{}, {}};
  BlockReader reader({}, [&](Rows rows) -> Result<void> {
    read.blocks.push_back(std::move(rows));
    return {};
  });
  for (size_t at = 0; at < bytes.size() && read.done; at += piece)
    read.done = reader.append(std::string_view(bytes).substr(at, piece));
  if (read.done) read.done = reader.finish();
  return read;
}

TEST(BlocksTest, ColumnsAreReadHoweverTheirBytesCome) {
  for (size_t piece : {1, 7, 1000}) {
    Read read = read_in_pieces(block() + block(), piece);
    ASSERT_TRUE(read.done) << read.done.error().message;
    ASSERT_EQ(read.blocks.size(), 2u);
    const Rows& rows = read.blocks[1];
    EXPECT_EQ(event::to_json(rows.columns[0].value(0)), "-1");
    EXPECT_EQ(event::to_json(rows.columns[0].value(1)), "null");
    EXPECT_EQ(event::to_json(rows.columns[1].value(0)), "\"rome\"");
    EXPECT_EQ(event::to_json(rows.columns[1].value(1)), "null");
    // Members stand by name; a microsecond before 1970 lies in the millisecond before it.
    EXPECT_EQ(rows.columns[2].offsets, (std::vector<uint64_t>{0, 2, 2}));
    EXPECT_EQ(rows.columns[2].children[0].integers, (std::vector<int64_t>{1, -1}));
    EXPECT_EQ(rows.columns[2].children[1].texts[1], "b");
  }
}

TEST(BlocksTest, AnAnswerThatEndsEarlyIsAnErrorWhereverItEnds) {
  std::string whole = block();
  for (size_t cut = 1; cut < whole.size(); ++cut) {
    Read read = read_in_pieces(whole + whole.substr(0, cut), 64);
    ASSERT_FALSE(read.done) << cut;
    EXPECT_EQ(read.done.error().code, base::Error::Code::kUnavailable) << cut;
  }
}

TEST(BlocksTest, AnErrorBehindTheFirstRowsIsSaid) {
  Read read = read_in_pieces(block() + "Code: 395. DB::Exception: Value passed to throwIf\n", 64);
  ASSERT_FALSE(read.done);
  EXPECT_NE(read.done.error().message.find("Code: 395"), std::string::npos);
}

TEST(BlocksTest, NumbersOfMoreThan64BitsAreRefused) {
  std::string bytes = "\x01\x01" + varint_text("n") + varint_text("UInt64") + word(UINT64_MAX);
  Read read = read_in_pieces(bytes, 64);
  ASSERT_FALSE(read.done);
  EXPECT_EQ(read.done.error().code, base::Error::Code::kInvalid);
  bytes =
      "\x01\x01" + varint_text("n") + varint_text("Int128") + word(UINT64_MAX) + word(UINT64_MAX);
  read = read_in_pieces(bytes, 64);
  ASSERT_TRUE(read.done);
  EXPECT_EQ(read.blocks[0].columns[0].integers[0], -1);
}

TEST(TypesTest, NamesOfTypesAreRead) {
  auto type_of = [](const std::string& name) { return column_info("c", name); };
  EXPECT_EQ(type_of("Decimal(12, 2)").type, (event::PropertyType{event::Type::kDecimal, 2}));
  EXPECT_EQ(type_of("Decimal64(0)").type, (event::PropertyType{event::Type::kInteger}));
  EXPECT_EQ(type_of("SimpleAggregateFunction(sum, Int64)").type,
            (event::PropertyType{event::Type::kInteger}));
  EXPECT_TRUE(type_of("DateTime('Europe/Berlin')").zoned);
  EXPECT_EQ(parse_type("Enum8('a\\'b' = -1, 'c' = 2)").labels,
            (std::map<int64_t, std::string>{{-1, "a'b"}, {2, "c"}}));
  EXPECT_EQ(type_of("Array(Tuple(`a b` Nullable(String), n UInt8))").type->members[0].name, "a b");
  EXPECT_EQ(type_of("Nested(k String, n UInt8)").type->members.size(), 2u);
  for (const char* none : {"Map(String, String)", "JSON", "Array(Array(UInt8))", "Tuple(UInt8)",
                           "Array(", "Decimal(", "", "Array(Tuple(String))"})
    EXPECT_FALSE(type_of(none).type) << none;
}

}  // namespace
}  // namespace starling::source::clickhouse
