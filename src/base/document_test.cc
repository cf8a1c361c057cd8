#include "base/document.h"

#include <gtest/gtest.h>

namespace starling::base {
namespace {

std::string json_of(std::string_view yaml) {
  auto node = parse_yaml(yaml);
  return node ? to_json(node.value()) : "refused: " + node.error().message;
}

std::string read_json(std::string_view json) {
  auto node = parse_json(json);
  return node ? to_json(node.value()) : "refused: " + node.error().message;
}

TEST(Yaml, PlainScalarsFollowTheCoreSchema) {
  EXPECT_EQ(json_of("[null, ~, Null, true, False]"), "[null,null,null,true,false]");
  EXPECT_EQ(json_of("[20, -7, +5, 007, 1.50, .5, 5., 1e3, -0.0, 0x1F, 0o17]"),
            "[20,-7,5,7,1.50,0.5,5,1e3,-0.0,31,15]");
  EXPECT_EQ(json_of("[on, off, yes, no, y, n, nan, 1_000, 12:30, 0b1, 1e, ., -, 0x]"),
            R"(["on","off","yes","no","y","n","nan","1_000","12:30","0b1","1e",".","-","0x"])");
  EXPECT_EQ(json_of("[2024-09-01, 30 days, 2024-09-01T10:00:00Z]"),
            R"(["2024-09-01","30 days","2024-09-01T10:00:00Z"])");
}

TEST(Yaml, QuotedScalarsAreText) {
  EXPECT_EQ(json_of("[\"20\", 'true', '', !!str 7, \"null\"]"), R"(["20","true","","7","null"])");
  EXPECT_EQ(json_of("a: |\n  1\n"), R"({"a":"1\n"})");
}

TEST(Yaml, MissingValuesAreNull) {
  EXPECT_EQ(json_of("a:\nb: 1"), R"({"a":null,"b":1})");
  EXPECT_EQ(json_of(""), "null");
  EXPECT_EQ(json_of("# nothing\n"), "null");
}

TEST(Yaml, KeysAreText) {
  EXPECT_EQ(json_of("on: 1\n2: x\ntrue: y"), R"({"on":1,"2":"x","true":"y"})");
}

TEST(Yaml, LinesAreKept) {
  Node node = parse_yaml("report: insights\nmetrics:\n  - event: a\n    measure: total\n").value();
  EXPECT_EQ(node.find("report")->line, 1);
  EXPECT_EQ(node.find("metrics")->items[0].line, 3);
  EXPECT_EQ(node.find("metrics")->items[0].find("measure")->line, 4);
}

TEST(Yaml, FaultsNameTheLine) {
  EXPECT_EQ(json_of("a: 1\nb: 2\na: 3\n"), "refused: line 3: the key \"a\" is given twice");
  EXPECT_EQ(json_of("a: 1\nb: .nan\n"), "refused: line 2: .nan is no number that can be used here");
  EXPECT_EQ(json_of("a: !thing 1\n"), "refused: line 1: the tag !thing is unknown");
  EXPECT_EQ(json_of("a: [1, 2\n").substr(0, 14), "refused: line ");
  EXPECT_EQ(json_of("a: 1\n---\nb: 2\n"),
            "refused: line 2: a second document begins here; one is expected");
}

TEST(Yaml, TextIsUtf8AsInJson) {
  auto broken = parse_yaml("report: insights\nname: caf\xE9\n");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "line 2: incomplete UTF-8 octet sequence");
  auto nul = parse_yaml(std::string_view("a: 1\nb: x\0y\n", 11));
  ASSERT_FALSE(nul);
  EXPECT_EQ(nul.error().message, "line 2: control characters are not allowed");
  EXPECT_EQ(parse_yaml("name: caf\xC3\xA9").value().find("name")->text, "caf\xC3\xA9");
}

TEST(Yaml, NumbersAreAsLargeAsInJson) {
  for (const char* text : {"1e308", "-1e308", "1e-400"}) EXPECT_EQ(json_of(text), text);
  EXPECT_EQ(json_of("[00e0000000000000000000000000, 1e+0003, 2E-00]"), "[0e0,1e+3,2E-0]");
  for (const char* text : {"6e7247", "-1e309", "7e-40000000000000000000"}) {
    EXPECT_EQ(json_of(text), "refused: line 1: the number " + std::string(text) + " is too large");
    EXPECT_EQ(read_json(text), json_of(text));
  }
}

TEST(Yaml, DeepAndCyclicDocumentsAreRefused) {
  std::string deep = std::string(70, '[') + std::string(70, ']');
  EXPECT_EQ(json_of(deep), "refused: line 1: nested deeper than 64 levels");
  EXPECT_EQ(json_of("&a [*a]"), "refused: line 1: the anchor \"a\" holds itself");
  EXPECT_EQ(json_of("a: *b"), "refused: line 1: the anchor \"b\" is unknown");
  EXPECT_EQ(json_of(std::string(100000, '[')).substr(0, 8), "refused:");
}

TEST(Yaml, AliasesCountTheirDepth) {
  std::string half = std::string(40, '[') + std::string(40, ']');
  EXPECT_EQ(json_of("a: &a " + half + "\nb: *a").substr(0, 8), "{\"a\":[[[");
  EXPECT_EQ(json_of("a: &a " + half + "\nb: " + std::string(30, '[') + "*a" + std::string(30, ']')),
            "refused: line 2: nested deeper than 64 levels");
}

TEST(Yaml, TextThatIsNoYamlEnds) {
  for (const char* text : {",a", ",", "]", "}a", "- ,", "a: 1\n,b: 2", "%", "@", "`", "&", "*"})
    EXPECT_EQ(json_of(text).substr(0, 14), "refused: line ") << text;
}

TEST(Yaml, AliasesThatMultiplyAreRefused) {
  std::string text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    std::string before = "*l" + std::to_string(i - 1),
                line = "l" + std::to_string(i) + ": &l" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) line += (j ? ", " : "") + before;
    text += line + "]\n";
  }
  EXPECT_NE(json_of(text).find("too large"), std::string::npos);
}

TEST(Yaml, AnchorsAreCopied) {
  EXPECT_EQ(json_of("a: &x {b: 1}\nc: *x"), R"({"a":{"b":1},"c":{"b":1}})");
}

TEST(Json, NumbersStayAsWritten) {
  EXPECT_EQ(read_json("[1.50, 1e3, -0, 123456789012345678901234567890.123]"),
            "[1.50,1e3,-0,123456789012345678901234567890.123]");
  EXPECT_EQ(read_json(" 12.0 "), "12.0");
}

TEST(Json, ScalarsAndTexts) {
  EXPECT_EQ(read_json(R"({"a": "é\n\u00e9", "b": [true, false, null, {}], "c": []})"),
            "{\"a\":\"é\\né\",\"b\":[true,false,null,{}],\"c\":[]}");
  EXPECT_EQ(read_json("\"x\""), "\"x\"");
  EXPECT_EQ(read_json("null"), "null");
}

TEST(Json, FaultsAreRefused) {
  EXPECT_EQ(read_json(""), "refused: the document is empty");
  EXPECT_EQ(read_json("{\"a\": 1, \"a\": 2}"), "refused: line 1: the key \"a\" is given twice");
  for (const char* text :
       {"{\"a\": 1,}",  "{\"a\" 1}", "{a: 1}",   "[1 2]",    "[1,,2]",  "[1",          "{\"a\": 1",
        "[01]",         "[1.]",      "[.5]",     "[+1]",     "[nan]",   "[1]]",        "[1] 2",
        "{\"a\": tru}", "[\"\\x\"]", "[\"a]",    "[\"\n\"]", "[nulll]", "\"\\ud800\"", "[\"\xff\"]",
        "nul",          "1 2",       "{\"a\":}", "-",        "[1e]",    "]",           "}"}) {
    EXPECT_EQ(read_json(text).substr(0, 8), "refused:") << text;
  }
  EXPECT_EQ(read_json(std::string(65, '[') + std::string(65, ']')).substr(0, 8), "refused:");
  EXPECT_EQ(read_json(std::string(60, '[') + std::string(60, ']')).substr(0, 3), "[[[");
}

TEST(Json, FaultsNameTheLine) {
  EXPECT_EQ(read_json("{\n\"a\": 1,\n\"b\": 01\n}"), "refused: line 3: \"01\" is no number");
}

TEST(Document, BothLanguagesGiveTheSameTree) {
  auto yaml = parse_document(
      "report: insights\nmetrics: [{event: order, where: [{property: x, op: \">=\", value: "
      "20}]}]\n");
  auto json = parse_document(
      R"({"report": "insights", "metrics": [{"event": "order", "where": [{"property": "x", "op": ">=", "value": 20}]}]})");
  EXPECT_EQ(yaml.value(), json.value());
  EXPECT_EQ(parse_document("{report: insights}").value().find("report")->text, "insights");
}

TEST(Document, NearestName) {
  std::vector<std::string> names = {"total", "users", "sessions"};
  EXPECT_EQ(did_you_mean("ttl", names), "; did you mean \"total\"?");
  EXPECT_EQ(did_you_mean("Total", names), "; did you mean \"total\"?");
  EXPECT_EQ(did_you_mean("user", names), "; did you mean \"users\"?");
  EXPECT_EQ(did_you_mean("revenue", names), "");
  EXPECT_EQ(did_you_mean("x", {"y"}), "");
}

TEST(Document, Describe) {
  EXPECT_EQ(parse_json("[]").value().describe(), "an empty list");
  EXPECT_EQ(parse_json("20").value().describe(), "the number 20");
  EXPECT_EQ(parse_json("\"a\"").value().describe(), "the text \"a\"");
}

}  // namespace
}  // namespace starling::base
