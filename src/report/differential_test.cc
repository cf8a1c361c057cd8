// Every engine against the reference, on seeded worlds and questions and on stores filled in
// different ways. DIFFERENTIAL_SEED and DIFFERENTIAL_WORLDS choose other and more of them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

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
  int cells = 0;                     // lists of users as long as their cell says
  std::map<std::string, int> kinds;  // compared, by kind of report
};

// An answer in which nothing was found proves little.
bool is_empty(const base::Node& result) {
  if (const base::Node* users = result.find("users")) return users->items.empty();
  if (const base::Node* nodes = result.find("nodes")) return nodes->items.empty();
  for (const base::Node& series : result.find("series")->items) {
    const base::Node* overall = series.find("overall");
    if (overall != nullptr && !overall->is_null() && overall->text != "0") return false;
    const base::Node* steps = series.find("steps");
    if (steps != nullptr && steps->items[0].find("count")->text != "0") return false;
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

std::string kind_of(const base::Node& document) {
  return document.find("who") != nullptr ? "who" : document.find("report")->text;
}

struct World {
  uint32_t seed;
  query::Catalog catalog;
  base::TimeMs as_of;
  std::vector<Lane> lanes;
};

// Asks every lane; gives the reference's answer.
std::string compare_lanes(const World& world, const std::string& text, Tally& tally) {
  base::Node document = base::parse_json(text).value();
  std::string expected = answer_of(world.lanes[0], document, world.catalog, world.as_of);
  bool refused = expected.starts_with("error: ");
  ++(refused ? tally.refused : tally.compared);
  if (!refused) ++tally.kinds[kind_of(document)];
  if (!refused && is_empty(base::parse_json(expected).value())) ++tally.empty;
  if (refused && std::getenv("DIFFERENTIAL_VERBOSE") != nullptr)
    std::printf("%s\n%s", text.c_str(), expected.c_str());
  for (size_t lane = 1; lane < world.lanes.size() && !refused; ++lane) {
    std::string answer = answer_of(world.lanes[lane], document, world.catalog, world.as_of);
    if (answer == expected) continue;
    ++tally.different;
    ADD_FAILURE() << "seed " << world.seed << ", " << world.lanes[lane].name << ", zone "
                  << world.catalog.timezone << ", as of " << base::utc_text(world.as_of) << "\n"
                  << text << "\n"
                  << world.lanes[0].name << ":\n"
                  << expected << world.lanes[lane].name << ":\n"
                  << answer;
    break;
  }
  return expected;
}

// Every fourth world has more users and events than one block of the native engine.
void compare_world(uint32_t seed, Tally& tally) {
  bool large = seed % 4 == 0;
  int reports = large ? 12 : 50;
  RandomQuestions questions(seed);
  SmallWorld events =
      large ? questions.world(400, static_cast<int>(from_environment("DIFFERENTIAL_EVENTS", 4000)))
            : questions.world();
  query::Catalog catalog = questions.catalog();
  base::TimeMs as_of = questions.as_of();
  World world{seed, std::move(catalog), as_of, make_lanes(events)};
  for (int i = 0; i < reports && tally.different < kDifferencesShown; ++i) {
    std::string text = questions.document();
    ASSERT_TRUE(base::parse_json(text)) << text;
    std::string answer = compare_lanes(world, text, tally);
    if (answer.starts_with("error: ")) continue;
    auto cell = questions.cell(text, base::parse_json(answer).value());
    if (!cell) continue;
    std::string people = compare_lanes(world, cell->document, tally);
    ASSERT_FALSE(people.starts_with("error: ")) << cell->document << "\n" << people;
    if (!cell->size) continue;
    ++tally.cells;
    EXPECT_EQ(base::parse_json(people).value().find("size")->text, *cell->size)
        << "seed " << seed << "\n"
        << cell->document << "\n"
        << answer;
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
      "different; %d cells equal their lists of users\n",
      seed, tally.compared, make_lanes({}).size(), tally.empty, tally.refused, tally.different,
      tally.cells);
  for (const auto& [kind, count] : tally.kinds) std::printf("  %-10s %d\n", kind.c_str(), count);
  if (tally.different == 0) {
    EXPECT_GT(tally.compared - tally.empty, tally.compared / 3)
        << "too few documents prove anything";
    EXPECT_GT(tally.compared, tally.refused);
  }
}

}  // namespace
}  // namespace starling::report
