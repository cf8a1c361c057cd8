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
  Properties profile;
  std::vector<Event> events;  // by (time, order key, event name), then source
};

struct World {
  event::Schema schema;
  std::vector<Person> people;
  Person nobody;  // the events without a user, as if they were one person's
  std::map<std::string, std::map<std::string, Properties>>
      lookups;  // table -> key's text -> columns
};

World load_world(const store::Snapshot& snapshot);

// The events before as_of: a question never sees the others.
std::span<const Event> visible(const Person& person, base::TimeMs as_of);

}  // namespace starling::engine::reference
