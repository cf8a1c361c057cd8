#include "base/json_writer.h"

#include <gtest/gtest.h>

namespace starling::base {
namespace {

TEST(JsonWriter, CommasAndNesting) {
  JsonWriter out;
  out.begin_object()
      .key("a")
      .integer(-1)
      .key("b")
      .begin_list()
      .null()
      .boolean(true)
      .begin_list()
      .end_list()
      .end_list();
  out.key("c")
      .begin_object()
      .end_object()
      .key("d")
      .decimal(*Decimal::parse("1.50"))
      .key("e")
      .number(1.0 / 3);
  out.key("f").raw("[1]").key("g").unsigned_integer(UINT64_MAX).end_object();
  EXPECT_EQ(
      out.take(),
      R"({"a":-1,"b":[null,true,[]],"c":{},"d":1.5,"e":0.333333333333,"f":[1],"g":18446744073709551615})");
}

TEST(JsonWriter, Escapes) {
  EXPECT_EQ(json_quoted("a\"\\\n\r\t\x01\x7f"), R"("a\"\\\n\r\t\u0001\u007f")");
  EXPECT_EQ(json_quoted("é€😀"), "\"é€😀\"");
}

TEST(JsonWriter, InvalidUtf8BecomesAReplacement) {
  EXPECT_EQ(json_quoted("a\xff"
                        "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(json_quoted("\xc0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quoted("\xed\xa0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quoted("\xe2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace starling::base
