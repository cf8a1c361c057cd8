// Histories for random worlds: versions that begin before, between and after the events, at the
// very instants of some, and say more or less than the ones before them.
#include "report/random_question.h"

namespace starling::report {
namespace {

// Every property name of the rows, with a value that says its type.
Named all_properties(const std::vector<SmallVersion>& versions) {
  Named all;
  for (const SmallVersion& version : versions)
    all.insert(version.properties.begin(), version.properties.end());
  return all;
}

}  // namespace

void RandomQuestions::add_histories(SmallWorld& world) {
  auto start = [&] {
    if (chance(10)) return int64_t{0};  // long before everything
    return world.events[static_cast<size_t>(below(static_cast<int>(world.events.size())))].time +
           (chance(50) ? 0 : below(3) - 1);
  };
  auto versions_of = [&](const std::map<std::string, Named>& rows) {
    std::vector<SmallVersion> versions;
    for (const auto& [key, properties] : rows) {
      int count = 1 + below(3);
      for (int i = 0; i < count; ++i) {
        SmallVersion version{key, start(), {}};
        for (const auto& [name, value] : properties) {
          if (!chance(25)) version.properties[name] = value;
        }
        versions.push_back(std::move(version));
      }
    }
    // Another key's properties, so that values change and not only come and go.
    for (SmallVersion& version : versions) {
      size_t other = static_cast<size_t>(below(static_cast<int>(versions.size())));
      if (chance(50)) version.properties = versions[other].properties;
    }
    Named all;
    for (const auto& [key, properties] : rows) all.insert(properties.begin(), properties.end());
    if (all_properties(versions).size() < all.size())
      versions.push_back({rows.begin()->first, start(), std::move(all)});
    return versions;
  };
  auto as_of = [&] { return chance(50) ? event::AsOf::kEvent : event::AsOf::kNow; };

  for (auto& [user, profile] : world.profiles) profile.erase("labels");
  if (chance(80)) {
    world.profile_versions = versions_of(world.profiles);
    world.user_history = as_of();
    world.profiles.clear();
  }
  for (SmallLookup& lookup : world.lookups) {
    if (chance(30)) continue;
    lookup.versions = versions_of(lookup.rows);
    lookup.history = as_of();
    lookup.rows.clear();
  }
  user_history_ = world.user_history.has_value();
}

std::string RandomQuestions::dated(const Property& property) {
  bool of_user = property.reference.starts_with("\"user\"");
  bool custom = property.reference.find("tier") != std::string::npos ||
                property.reference.find("points") != std::string::npos;
  if (!user_history_ || !of_user || custom || chance(50)) return property.reference;
  return property.reference + pick({R"(, "as_of": "event")", R"(, "as_of": "now")"});
}

}  // namespace starling::report
