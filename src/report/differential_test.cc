// Every engine against the reference, on seeded worlds and questions and on stores filled in different ways.
// DIFFERENTIAL_SEED and DIFFERENTIAL_WORLDS choose other and more of them.
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

struct Tally {
  int compared = 0, refused = 0, different = 0;
};

std::string answer_of(const Lane& lane, const base::Node& document, query::Catalog catalog, base::TimeMs as_of) {
  catalog.schema = lane.snapshot->schema();
  auto result = run(document, catalog, *lane.backend, as_of, nullptr);
  if (!result) return "error: " + result.error().message + "\n";
  return pretty_json(comparable(result.value()));
}

void compare_world(uint32_t seed, int reports, Tally& tally) {
  RandomQuestions questions(seed);
  SmallWorld world = questions.world();
  query::Catalog catalog = questions.catalog();
  base::TimeMs as_of = questions.as_of();
  std::vector<Lane> lanes = make_lanes(world);
  for (int i = 0; i < reports && tally.different < 3; ++i) {
    std::string text = questions.document();
    auto document = base::parse_json(text);
    ASSERT_TRUE(document) << text;
    std::string expected = answer_of(lanes[0], document.value(), catalog, as_of);
    bool refused = expected.starts_with("error: ");
    ++(refused ? tally.refused : tally.compared);
    if (refused && std::getenv("DIFFERENTIAL_VERBOSE") != nullptr) std::printf("%s\n%s", text.c_str(), expected.c_str());
    for (size_t lane = 1; lane < lanes.size() && !refused; ++lane) {
      std::string answer = answer_of(lanes[lane], document.value(), catalog, as_of);
      if (answer == expected) continue;
      ++tally.different;
      ADD_FAILURE() << "seed " << seed << ", report " << i << ", " << lanes[lane].name << ", zone " << catalog.timezone
                    << ", as of " << base::utc_text(as_of) << "\n" << text << "\n" << lanes[0].name << ":\n" << expected
                    << lanes[lane].name << ":\n" << answer;
      break;
    }
  }
}

TEST(Differential, EveryLaneAnswersLikeTheReference) {
  uint32_t seed = from_environment("DIFFERENTIAL_SEED", 20240901);
  uint32_t worlds = from_environment("DIFFERENTIAL_WORLDS", 12);
  Tally tally;
  for (uint32_t world = 0; world < worlds && tally.different < 3; ++world) compare_world(seed + world, 60, tally);
  std::printf("seed %u: %d reports compared on %zu lanes, %d refused by bind, %d different\n", seed, tally.compared,
              make_lanes({}).size(), tally.refused, tally.different);
  if (tally.different == 0) {
    EXPECT_GT(tally.compared, static_cast<int>(worlds) * 30) << "too many documents are refused to prove anything";
  }
}

}  // namespace
}  // namespace starling::report
