// Runs every file of test/golden on every engine and on stores that were filled in different ways.
// GOLDEN_REWRITE=1 writes the reference's answers into the files; read the difference before
// keeping it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>

#include "base/file.h"
#include "report/golden_file.h"
#include "report/lanes.h"
#include "report/run.h"

namespace starling::report {
namespace {

std::vector<std::string> golden_paths() {
  std::vector<std::string> paths;
  std::error_code missing;  // then GoldensAreThere says so
  for (const auto& entry : std::filesystem::recursive_directory_iterator("test/golden", missing)) {
    if (entry.path().extension() == ".golden") paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

// The answer in the form asked for, without what may differ between engines.
std::string answer_text(const GoldenAsk& ask, const query::Catalog& catalog,
                        const engine::Backend& backend, base::TimeMs as_of) {
  auto result = run(ask.report, catalog, backend, as_of, nullptr);
  if (!result) {
    return ask.form == GoldenAsk::Form::kError ? result.error().message + "\n"
                                               : "error: " + result.error().message + "\n";
  }
  if (ask.form == GoldenAsk::Form::kTable) return to_table(result.value()).value();
  if (ask.form == GoldenAsk::Form::kCsv) {
    std::string csv = to_csv(result.value()).value();
    std::erase(csv, '\r');
    return csv;
  }
  return pretty_json(comparable(result.value()));
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, AnswersAsWritten) {
  auto text = base::read_file(GetParam());
  ASSERT_TRUE(text) << text.error().message;
  auto parsed = parse_golden(text.value());
  ASSERT_TRUE(parsed) << parsed.error().message;
  GoldenFile file = std::move(parsed).value();
  EXPECT_FALSE(file.asks.empty());

  bool rewrite = std::getenv("GOLDEN_REWRITE") != nullptr;
  std::string rewritten = file.head;
  std::vector<Lane> lanes = make_lanes(file.world);
  for (const GoldenAsk& ask : file.asks) {
    for (const Lane& lane : lanes) {
      query::Catalog catalog = file.catalog;
      catalog.schema = lane.snapshot->schema();
      std::string answer = answer_text(ask, catalog, *lane.backend, file.as_of);
      if (rewrite) {
        if (&lane == &lanes[0])
          rewritten += ask.text + "----\n" + answer + (&ask == &file.asks.back() ? "" : "\n");
        continue;
      }
      EXPECT_EQ(answer, ask.expected) << GetParam() << " line " << ask.line << ", " << lane.name;
    }
  }
  if (rewrite) {
    ASSERT_TRUE(base::replace_file(GetParam(), rewritten));
  }
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(golden_paths()), [](const auto& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

// The rules a text names: every "I7", "R12", "C3" that matches.
std::set<std::string> rules_in(const std::string& text, const std::regex& pattern) {
  std::set<std::string> rules;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    rules.insert((*at)[1]);
  return rules;
}

TEST(Goldens, NameEveryRuleAndNoOther) {
  std::set<std::string> written, named;
  for (const char* page :
       {"insights", "funnel", "retention", "flow", "cohorts", "history", "custom_properties"}) {
    auto text = base::read_file(std::string("docs/semantics/") + page + ".md");
    ASSERT_TRUE(text) << text.error().message;
    written.merge(rules_in(text.value(), std::regex(R"(- \*\*([IFRLCHP][0-9]+)\*\*)")));
  }
  for (const std::string& path : golden_paths()) {
    std::string text = base::read_file(path).value();
    std::smatch line;
    ASSERT_TRUE(std::regex_search(text, line, std::regex("rule: ([^\n]*)")))
        << path << " names no rule";
    named.merge(rules_in(line[1], std::regex("([IFRLCHP][0-9]+)")));
  }
  EXPECT_EQ(written, named) << "left: rules of docs/semantics; right: rules that test/golden names";
}

// Section 8 of the report language decides what the rest leaves open: each of its numbers is the
// source of a rule here.
TEST(Goldens, RulesCoverEveryDecision) {
  constexpr int kDecisions = 40;
  std::set<std::string> covered, all;
  for (const auto& page : std::filesystem::directory_iterator("docs/semantics"))
    covered.merge(
        rules_in(base::read_file(page.path().string()).value(), std::regex("§8\\.([0-9]+)")));
  for (int i = 1; i <= kDecisions; ++i) all.insert(std::to_string(i));
  EXPECT_EQ(covered, all);
}

TEST(Goldens, AreThere) { EXPECT_GE(golden_paths().size(), 10u); }

}  // namespace
}  // namespace starling::report
