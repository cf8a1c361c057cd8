// Every engine against the reference, on seeded worlds and questions and on stores filled in
// different ways. DIFFERENTIAL_SEED and DIFFERENTIAL_WORLDS choose other and more of them.
#include <gtest/gtest.h>

#include <cstdlib>

#include "report/golden_file.h"
#include "report/lanes.h"
#include "report/random_question.h"
#include "report/run.h"

namespace starling::report {
namespace {

uint32_t from_environment(const char* name, uint32_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
}

constexpr int kDifferencesShown = 5;

struct Tally {
  int compared = 0, empty = 0, refused = 0, different = 0;
};

// An answer in which nothing was found proves little.
bool is_empty(const base::Node& result) {
  if (const base::Node* users = result.find("users")) return users->items.empty();
  for (const base::Node& series : result.find("series")->items) {
    const base::Node* overall = series.find("overall");
    if (overall != nullptr && !overall->is_null() && overall->text != "0") return false;
    const base::Node* cohorts = series.find("cohorts");
    if (cohorts != nullptr && !cohorts->items.empty()) return false;
  }
  return true;
}

std::string answer_of(const Lane& lane, const base::Node& document, query::Catalog catalog,
                      base::TimeMs as_of) {
  catalog.schema = lane.snapshot->schema();
  auto result = run(document, catalog, *lane.backend, as_of, nullptr);
  if (!result) return "error: " + result.error().message + "\n";
  return pretty_json(comparable(result.value()));
}

// Every fourth world has more users and events than one block of the native engine.
void compare_world(uint32_t seed, Tally& tally) {
  bool large = seed % 4 == 0;
  int reports = large ? 15 : 60;
  RandomQuestions questions(seed);
  SmallWorld world =
      large ? questions.world(400, static_cast<int>(from_environment("DIFFERENTIAL_EVENTS", 4000)))
            : questions.world();
  query::Catalog catalog = questions.catalog();
  base::TimeMs as_of = questions.as_of();
  std::vector<Lane> lanes = make_lanes(world);
  for (int i = 0; i < reports && tally.different < kDifferencesShown; ++i) {
    std::string text = questions.document();
    auto document = base::parse_json(text);
    ASSERT_TRUE(document) << text;
    std::string expected = answer_of(lanes[0], document.value(), catalog, as_of);
    bool refused = expected.starts_with("error: ");
    ++(refused ? tally.refused : tally.compared);
    if (!refused && is_empty(base::parse_json(expected).value())) ++tally.empty;
    if (refused && std::getenv("DIFFERENTIAL_VERBOSE") != nullptr)
      std::printf("%s\n%s", text.c_str(), expected.c_str());
    for (size_t lane = 1; lane < lanes.size() && !refused; ++lane) {
      std::string answer = answer_of(lanes[lane], document.value(), catalog, as_of);
      if (answer == expected) continue;
      ++tally.different;
      ADD_FAILURE() << "seed " << seed << ", report " << i << ", " << lanes[lane].name << ", zone "
                    << catalog.timezone << ", as of " << base::utc_text(as_of) << "\n"
                    << text << "\n"
                    << lanes[0].name << ":\n"
                    << expected << lanes[lane].name << ":\n"
                    << answer;
      break;
    }
  }
}

TEST(Differential, EveryLaneAnswersLikeTheReference) {
  uint32_t seed = from_environment("DIFFERENTIAL_SEED", 20240901);
  uint32_t worlds = from_environment("DIFFERENTIAL_WORLDS", 12);
  Tally tally;
  for (uint32_t world = 0; world < worlds && tally.different < kDifferencesShown; ++world)
    compare_world(seed + world, tally);
  std::printf(
      "seed %u: %d reports compared on %zu lanes, %d of them empty, %d refused by bind, %d "
      "different\n",
      seed, tally.compared, make_lanes({}).size(), tally.empty, tally.refused, tally.different);
  if (tally.different == 0) {
    EXPECT_GT(tally.compared - tally.empty, tally.compared / 2)
        << "too few documents prove anything";
    EXPECT_GT(tally.compared, tally.refused);
  }
}

}  // namespace
}  // namespace starling::report
