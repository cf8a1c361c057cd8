// What there is to ask about: events, their properties, user properties and lookup tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/value.h"

namespace starling::event {

struct Property {
  std::string name;
  PropertyType type;

  friend bool operator==(const Property&, const Property&) = default;
};

// Which version of something with history a report means: the one of its as_of, or the one that
// held at the event's time.
enum class AsOf : uint8_t { kNow, kEvent };

// Which property or user property a lookup table describes (model.md, `on`).
struct LookupTarget {
  enum class Kind : uint8_t { kEventProperty, kUserProperty } kind = Kind::kEventProperty;
  std::string name;    // the property, or the list of objects
  std::string member;  // the list's member; empty for a plain property

  friend bool operator==(const LookupTarget&, const LookupTarget&) = default;
};

struct Lookup {
  std::string name;
  LookupTarget on;
  std::vector<Property> columns;  // without the key
  std::optional<AsOf> history;    // every version is kept; what a report means that does not say

  friend bool operator==(const Lookup&, const Lookup&) = default;
};

struct EventType {
  std::string name;
  std::vector<std::string> properties;  // names into Schema::properties, sorted

  friend bool operator==(const EventType&, const EventType&) = default;
};

// A property name has one type over all events; every list is sorted by name.
struct Schema {
  std::vector<EventType> events;
  std::vector<Property> properties;
  std::vector<Property> user_properties;
  std::vector<Lookup> lookups;
  std::optional<AsOf> user_history;  // of profiles, as of a lookup table

  const EventType* find_event(std::string_view name) const;
  const Property* find_property(std::string_view name) const;
  const Property* find_user_property(std::string_view name) const;
  const Lookup* find_lookup(std::string_view name) const;

  friend bool operator==(const Schema&, const Schema&) = default;
};

}  // namespace starling::event
