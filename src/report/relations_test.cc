// What must hold between answers, whatever the right numbers are. The reference alone is asked: the
// differential test says that the others answer like it.
#include <gtest/gtest.h>

#include "report/lanes.h"
#include "report/random_question.h"
#include "report/run.h"

namespace starling::report {
namespace {

class Asked {
 public:
  Asked(uint32_t seed, const SmallWorld& world, query::Catalog catalog, base::TimeMs as_of)
      : seed_(seed), lane_(make_lanes(world)[0]), catalog_(std::move(catalog)), as_of_(as_of) {
    catalog_.schema = lane_.snapshot->schema();
  }

  // Nothing when the question is refused.
  std::optional<base::Node> ask(const base::Node& document) const {
    auto result = run(document, catalog_, *lane_.backend, as_of_, nullptr);
    if (!result) return std::nullopt;
    return comparable(result.value());
  }
  uint32_t seed() const { return seed_; }

 private:
  uint32_t seed_;
  Lane lane_;
  query::Catalog catalog_;
  base::TimeMs as_of_;
};

base::Node without(base::Node document, std::string_view key) {
  std::erase_if(document.fields, [&](const auto& field) { return field.first == key; });
  return document;
}

std::vector<double> numbers(const base::Node& list, std::string_view field) {
  std::vector<double> out;
  for (const base::Node& item : list.items) {
    const base::Node* number = item.is_null() ? nullptr : item.find(field);
    if (number != nullptr && !number->is_null()) out.push_back(std::stod(number->text));
  }
  return out;
}

// The rows over all segments, in order.
std::vector<std::string> all_rows(const base::Node& result) {
  std::vector<std::string> out;
  for (const base::Node& series : result.find("series")->items) {
    if (series.find("segment")->items.empty()) out.push_back(base::to_json(series));
  }
  return out;
}

void check_funnel(const base::Node& result, const std::string& text) {
  for (const base::Node& series : result.find("series")->items) {
    std::vector<double> counts = numbers(*series.find("steps"), "count");
    for (size_t k = 1; k < counts.size(); ++k) EXPECT_LE(counts[k], counts[k - 1]) << text;
  }
}

void check_retention(const base::Node& result, const std::string& criterion,
                     const std::string& text) {
  for (const base::Node& series : result.find("series")->items) {
    for (const base::Node& cohort : series.find("cohorts")->items) {
      std::vector<double> users = numbers(*cohort.find("cells"), "users");
      double size = std::stod(cohort.find("size")->text);
      for (size_t k = 0; k < users.size(); ++k) {
        EXPECT_LE(users[k], size) << text;
        bool falls = criterion == "on or after" || criterion == "streak";
        if (k > 0 && falls) EXPECT_LE(users[k], users[k - 1]) << text;
        if (k > 0 && criterion == "on or before") EXPECT_GE(users[k], users[k - 1]) << text;
      }
    }
  }
}

TEST(Relations, HoldOnRandomReports) {
  int checked = 0;
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    RandomQuestions questions(seed);
    SmallWorld world = questions.world();
    query::Catalog catalog = questions.catalog();
    Asked asked(seed, world, std::move(catalog), questions.as_of());
    for (int i = 0; i < 60; ++i) {
      std::string text = questions.document();
      base::Node document = base::parse_json(text).value();
      auto result = asked.ask(document);
      if (!result || result->find("series") == nullptr) continue;
      const std::string& kind = result->find("report")->text;
      if (kind == "funnel") check_funnel(*result, text);
      if (kind == "retention") check_retention(*result, document.find("criterion")->text, text);
      if (document.find("breakdown") == nullptr) continue;
      auto plain = asked.ask(without(document, "breakdown"));
      ASSERT_TRUE(plain) << text;
      EXPECT_EQ(all_rows(*result), all_rows(*plain)) << text;
      ++checked;
    }
  }
  EXPECT_GT(checked, 200);
}

// Users in two halves of the world have nothing to do with each other, so counts add up.
TEST(Relations, CountsOfTwoHalvesAddUp) {
  const std::string reports[] = {
      R"({"report": "funnel", "from": "2024-02-20", "to": "2024-04-10", "steps": [{"event": "visit"}, {"event": "order"}], "window": "7 days"})",
      R"({"report": "funnel", "from": "2024-02-20", "to": "2024-04-10", "steps": [{"event": "order"}, {"event": "order"}, {"event": "refund"}], "count": "totals"})",
      R"({"report": "funnel", "from": "2024-02-20", "to": "2024-04-10", "steps": [{"event": "visit"}, {"event": "order"}], "order": "any", "reentry": "optimized"})"};
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    RandomQuestions questions(seed);
    SmallWorld whole = questions.world();
    query::Catalog catalog = questions.catalog();
    base::TimeMs as_of = questions.as_of();
    SmallWorld even = whole, odd = whole;
    auto is_even = [](const SmallEvent& event) {
      return event.user.empty() || event.user.back() % 2 == 0;
    };
    std::erase_if(even.events, [&](const SmallEvent& event) { return !is_even(event); });
    std::erase_if(odd.events, is_even);
    for (const std::string& report : reports) {
      std::vector<double> sum;
      std::vector<double> all;
      base::Node document = base::parse_json(report).value();
      for (const SmallWorld* world : {&even, &odd, &whole}) {
        auto result = Asked(seed, *world, catalog, as_of).ask(document);
        if (!result) continue;  // a half may not have one of the events at all
        std::vector<double> counts =
            numbers(*result->find("series")->items[0].find("steps"), "count");
        if (world == &whole) {
          all = counts;
        } else {
          sum.resize(counts.size());
          for (size_t k = 0; k < counts.size(); ++k) sum[k] += counts[k];
        }
      }
      EXPECT_EQ(sum, all) << "seed " << seed << "\n" << report;
    }
  }
}

}  // namespace
}  // namespace starling::report
