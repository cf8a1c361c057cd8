#include "query/text_match.h"

#include <gtest/gtest.h>

#include "query/case_folding.h"

namespace starling::query {
namespace {

using Operator = Filter::Operator;

bool passes(Operator op, std::string operand, std::string_view text) {
  return TextTest::create(op, {event::Value{std::move(operand)}}).passes(text);
}

TEST(TextMatch, IsComparesBytes) {
  EXPECT_TRUE(passes(Operator::kIs, "Jaffle", "Jaffle"));
  EXPECT_FALSE(passes(Operator::kIs, "Jaffle", "jaffle"));
}

TEST(TextMatch, ContainsStartsAndEndsFoldCase) {
  EXPECT_TRUE(passes(Operator::kContains, "AFF", "Jaffle"));
  EXPECT_TRUE(passes(Operator::kStartsWith, "ÉCL", "éclair"));
  EXPECT_TRUE(passes(Operator::kEndsWith, "σ", "ΟΔΟΣ"));
  EXPECT_TRUE(passes(Operator::kEndsWith, "ς", "ΟΔΟΣ"));
  EXPECT_TRUE(passes(Operator::kContains, "ß", "STRAẞE"));
  EXPECT_FALSE(passes(Operator::kContains, "ss", "straße"))
      << "simple folding never changes the number of characters";
  EXPECT_TRUE(passes(Operator::kContains, "", "anything"));
}

TEST(TextMatch, MatchesSearchesAndIsCaseSensitive) {
  EXPECT_TRUE(passes(Operator::kMatches, "f+l", "Jaffle"));
  EXPECT_FALSE(passes(Operator::kMatches, "^f", "Jaffle"));
  EXPECT_FALSE(passes(Operator::kMatches, "JAFFLE", "Jaffle"));
  EXPECT_TRUE(passes(Operator::kMatches, "(?i)JAFFLE", "Jaffle"));
}

TEST(TextMatch, BadPatternIsRefused) {
  Result<void> checked = check_pattern("(a");
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("(a"), std::string::npos);
}

TEST(CaseFolding, KeepsBytesThatAreNoText) {
  EXPECT_EQ(fold_case("A\xFF"
                      "B"),
            "a\xFF"
            "b");
  EXPECT_EQ(fold_case("\xC3"), "\xC3");
  EXPECT_EQ(fold_character(0x10400), char32_t{0x10428});
  EXPECT_EQ(fold_character(0x130), char32_t{0x130})
      << "I with dot folds only in full or Turkish folding";
}

}  // namespace
}  // namespace starling::query
