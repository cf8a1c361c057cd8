#include "engine/reference/world.h"

#include <algorithm>
#include <tuple>

namespace starling::engine::reference {
namespace {

void set_if_there(Properties& properties, const std::string& name,
                  const store::ColumnReader* column, uint64_t row) {
  if (column == nullptr) return;
  event::Value value = column->value(row);
  if (!value.is_null()) properties[name] = std::move(value);
}

void load_events(const store::Snapshot& snapshot, World& world) {
  for (const store::EventTable* table : snapshot.tables()) {
    for (uint64_t row = 0; row < table->size(); ++row) {
      if (table->is_dropped(row)) continue;
      Event event{
          table->event(), table->times()[row], table->order_keys()[row], table->source(), {}};
      for (const event::Property& property : world.schema.properties) {
        set_if_there(event.properties, property.name, table->property(property.name), row);
      }
      uint32_t user = table->users()[row];
      Person& person = user == store::kNoUser ? world.nobody : world.people[user];
      person.events.push_back(std::move(event));
    }
  }
}

// The versions of thing number `thing`: rows of `versions`, or the one row of that number.
template <class ColumnOf>
History load_history(const store::Versions* versions, uint32_t thing,
                     const std::vector<event::Property>& properties, ColumnOf column_of) {
  constexpr int64_t kBeginning = INT64_MIN;
  bool versioned = versions != nullptr;
  uint32_t first = thing, end = thing + 1;
  if (versioned) {
    bool known = thing + 1 < versions->first.size();
    first = known ? versions->first[thing] : 0;
    end = known ? versions->first[thing + 1] : 0;
  }
  History history;
  for (uint32_t row = first; row < end; ++row) {
    Version version{versioned ? versions->starts[row] : kBeginning, {}};
    for (const event::Property& property : properties)
      set_if_there(version.properties, property.name, column_of(property.name), row);
    history.push_back(std::move(version));
  }
  return history;
}

void sort_events(Person& person) {
  std::ranges::sort(person.events, [](const Event& a, const Event& b) {
    return std::tie(a.time, a.order_key, a.name, a.source) <
           std::tie(b.time, b.order_key, b.name, b.source);
  });
}

}  // namespace

World load_world(const store::Snapshot& snapshot) {
  World world;
  world.schema = snapshot.schema();
  world.people.resize(snapshot.user_count());
  for (uint32_t user = 0; user < snapshot.user_count(); ++user) {
    Person& person = world.people[user];
    person.id = snapshot.user_id(user);
    person.has_profile = snapshot.has_profile(user);
    person.profile =
        load_history(snapshot.user_versions(), user, world.schema.user_properties,
                     [&](const std::string& name) { return snapshot.user_property(name); });
  }
  for (const event::Lookup& lookup : world.schema.lookups) {
    auto& rows = world.lookups[lookup.name];
    const store::LookupReader* reader = snapshot.lookup(lookup.name);
    for (uint32_t place = 0; reader != nullptr && place < reader->size(); ++place) {
      rows[std::string(reader->key(place))] =
          load_history(reader->versions(), place, lookup.columns,
                       [&](const std::string& name) { return reader->column(name); });
    }
  }
  load_events(snapshot, world);
  for (Person& person : world.people) sort_events(person);
  sort_events(world.nobody);
  return world;
}

const Properties& properties_at(const History& history, int64_t time) {
  static const Properties kNothing;
  const Properties* found = &kNothing;
  for (const Version& version : history) {
    if (version.start <= time) found = &version.properties;
  }
  return *found;
}

std::span<const Event> visible(const Person& person, base::TimeMs as_of) {
  auto end = std::ranges::lower_bound(person.events, as_of.value, {}, &Event::time);
  return {person.events.begin(), end};
}

}  // namespace starling::engine::reference
