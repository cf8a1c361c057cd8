// Seeded small worlds with all the edges (ties, empty lists, not set, no user, clock changes) and
// report documents about them with every option there is.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "query/catalog.h"
#include "report/small_world.h"

namespace starling::report {

class RandomQuestions {
 public:
  explicit RandomQuestions(uint32_t seed) : random_(seed) {}

  // Users and events; the small default makes ties and exact boundaries frequent.
  SmallWorld world(int users = 9, int events = 60);
  // The project's settings and saved cohorts; the schema comes from the store.
  query::Catalog catalog();
  base::TimeMs as_of();
  // A report document as JSON.
  std::string document();
  // The same document asking who is in one cell of its result, and how many the cell says there
  // are, where it says it; nothing where the result has no cell.
  struct Cell {
    std::string document;
    std::optional<std::string> size;
  };
  std::optional<Cell> cell(const std::string& document, const base::Node& result);

 private:
  struct Property {
    std::string reference;  // the keys of a reference, without braces: `"property": "total"`
    char type;              // n number, t text, b boolean, d date, c cohort
    std::string list;       // the list it looks into, or ""
    bool of_user;
  };
  static const std::vector<Property>& properties();

  int below(int n) { return static_cast<int>(random_() % static_cast<uint32_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  std::string pick(const std::vector<std::string>& choices) {
    return choices[static_cast<size_t>(below(static_cast<int>(choices.size())))];
  }
  const Property& property(const std::string& types, bool about_users = false);
  const Property& member(const std::string& list);
  const Property& number();

  std::string day();
  std::string price();
  Named event_properties();
  // Custom properties and a custom event; the same names and types in every world.
  void add_custom(query::Catalog& catalog);
  // Gives profiles and lookup tables versions; a list of the profiles is lost.
  void add_histories(SmallWorld& world);
  // The reference's keys, sometimes with the version it means.
  std::string dated(const Property& property);
  std::string test(const Property& property, bool about_users = false);
  std::string filter(int depth, bool about_users = false);
  std::string element_filter(const std::string& list, int depth);
  std::string where(bool about_users = false);
  std::string selector();
  std::string measure();
  std::string metrics(bool about_users);
  std::string breakdown(bool with_at, bool about_users = false);
  std::string breakdowns(bool with_at, bool about_users = false);
  std::string range(int days_at_most);
  std::string window();
  std::string condition(int depth);
  std::string cohort(int depth);
  std::string insights();
  std::string retention();
  std::string users();
  std::string held();
  std::string funnel();
  std::string flow();
  std::string steps(int most);

  std::mt19937 random_;
  bool histories_ = false;     // the world made last has some
  bool user_history_ = false;  // and its profiles do
};

}  // namespace starling::report
