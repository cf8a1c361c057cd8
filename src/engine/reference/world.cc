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
    for (const event::Property& property : world.schema.user_properties) {
      set_if_there(person.profile, property.name, snapshot.user_property(property.name), user);
    }
  }
  for (const event::Lookup& lookup : world.schema.lookups) {
    auto& rows = world.lookups[lookup.name];
    const store::LookupReader* reader = snapshot.lookup(lookup.name);
    for (uint32_t row = 0; reader != nullptr && row < reader->size(); ++row) {
      Properties& columns = rows[std::string(reader->key(row))];
      for (const event::Property& column : lookup.columns) {
        set_if_there(columns, column.name, reader->column(column.name), row);
      }
    }
  }
  load_events(snapshot, world);
  for (Person& person : world.people) sort_events(person);
  sort_events(world.nobody);
  return world;
}

std::span<const Event> visible(const Person& person, base::TimeMs as_of) {
  auto end = std::ranges::lower_bound(person.events, as_of.value, {}, &Event::time);
  return {person.events.begin(), end};
}

}  // namespace starling::engine::reference
