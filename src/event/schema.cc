#include "event/schema.h"

#include <algorithm>

namespace starling::event {
namespace {

template <class T>
const T* find(const std::vector<T>& items, std::string_view name) {
  auto found =
      std::find_if(items.begin(), items.end(), [&](const T& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const EventType* Schema::find_event(std::string_view name) const { return find(events, name); }
const Property* Schema::find_property(std::string_view name) const {
  return find(properties, name);
}
const Property* Schema::find_user_property(std::string_view name) const {
  return find(user_properties, name);
}
const Lookup* Schema::find_lookup(std::string_view name) const { return find(lookups, name); }

}  // namespace starling::event
