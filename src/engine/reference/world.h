// Everything in a snapshot as plain structs: slow, but nothing is hidden.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "event/schema.h"
#include "store/snapshot.h"

namespace starling::engine::reference {

// Property name -> value; what is not set is absent.
using Properties = std::map<std::string, event::Value>;

// What held from when on, by start. Without history: one version, from the beginning of time.
struct Version {
  int64_t start = 0;  // ms
  Properties properties;
};
using History = std::vector<Version>;

// What held at the time; nothing before the first version.
const Properties& properties_at(const History& history, int64_t time);

struct Event {
  std::string name;
  int64_t time = 0;  // ms
  uint64_t order_key = 0;
  std::string source;
  Properties properties;
};

struct Person {
  std::string id;
  bool has_profile = false;
  History profile;
  std::vector<Event> events;  // by (time, order key, event name), then source
};

struct World {
  event::Schema schema;
  std::vector<Person> people;
  Person nobody;  // the events without a user, as if they were one person's
  std::map<std::string, std::map<std::string, History>> lookups;  // table -> key's text -> columns
};

World load_world(const store::Snapshot& snapshot);

// The events before as_of: a question never sees the others.
std::span<const Event> visible(const Person& person, base::TimeMs as_of);

}  // namespace starling::engine::reference
