// Every property a report can refer to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/document.h"
#include "query/catalog.h"

namespace starling::api {

struct PropertyEntry {
  enum class Kind : uint8_t { kEvent, kUser, kLookup, kMember } kind = Kind::kEvent;
  base::Node reference;  // as in a report (reports.md §1)
  std::string label;     // the text of the reference
  event::PropertyType type;
  std::string list;      // the list of objects a member belongs to, or ""
  std::string lookup;    // the lookup table a column comes from, or ""
  bool of_user = false;  // {user: …}: one value a user
  // With history: what a reference means that does not say `as_of`.
  std::optional<event::AsOf> history;
  std::string formula;  // of a custom property, else ""
};

std::string_view kind_name(PropertyEntry::Kind kind);  // "event"

// What any of `events` has (none = all events), user properties, what lookup tables add to both,
// and custom properties that read such: event properties and what hangs on them first, by name,
// then user properties, then custom properties.
std::vector<PropertyEntry> list_entries(const query::Catalog& catalog, base::TimeMs as_of,
                                        const std::vector<std::string>& events);

}  // namespace starling::api
