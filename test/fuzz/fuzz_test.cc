// What fuzzing found, once more, and the documents it starts from. Works with any compiler.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "fuzz/targets.h"

namespace starling::fuzz {
namespace {

int repeat(const std::filesystem::path& folder, void (*target)(std::string_view)) {
  int files = 0;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    auto text = base::read_file(entry.path().string());
    EXPECT_TRUE(text) << text.error().message;
    if (text) target(text.value());
    ++files;
  }
  return files;
}

TEST(Fuzz, FoundInputsAreAnsweredOrRefused) {
  repeat("test/fuzz/found/report", report);
  repeat("test/fuzz/found/model", model);
  repeat("test/fuzz/found/formula", formula);
}

TEST(Fuzz, EveryPrefixOfARealDocumentIsAnsweredOrRefused) {
  for (const char* path :
       {"examples/jaffle/model.yaml", "test/sql/questions/corner/insights_cohorts.yaml",
        "test/sql/questions/corner/funnel_hold_each.yaml"}) {
    std::string text = base::read_file(path).value();
    for (size_t length = 0; length <= text.size(); ++length) {
      report(std::string_view(text).substr(0, length));
      model(std::string_view(text).substr(0, length));
    }
  }
}

TEST(FuzzDeathTest, TheCanaryFalls) { EXPECT_DEATH(canary("fallen"), ""); }

}  // namespace
}  // namespace starling::fuzz
