#include "api/explore/property_list.h"

#include <algorithm>
#include <set>

#include "base/result.h"
#include "query/bind.h"

namespace starling::api {

namespace {

using Kind = PropertyEntry::Kind;

class Lister {
 public:
  explicit Lister(const event::Schema& schema) : schema_(schema) {}

  void add_event_property(const event::Property& property) {
    add(Kind::kEvent, property.name, property.type, "", "");
    add_lookups(event::LookupTarget::Kind::kEventProperty, property.name, "");
    if (property.type.type != event::Type::kObjects) return;
    for (const event::Member& member : property.type.members) {
      add(Kind::kMember, property.name + "." + member.name, member.type, property.name, "");
      add_lookups(event::LookupTarget::Kind::kEventProperty, property.name, member.name);
    }
  }

  void add_user_property(const event::Property& property) {
    of_user_ = true;
    add(Kind::kUser, property.name, property.type, "", "");
    add_lookups(event::LookupTarget::Kind::kUserProperty, property.name, "");
    of_user_ = false;
  }

  void add_custom(const query::CustomProperty& custom) {
    auto reference =
        base::Node::of_map({{custom.of_user ? "user" : "property", base::Node::of(custom.name)}});
    out_.push_back({custom.of_user ? Kind::kUser : Kind::kEvent,
                    std::move(reference),
                    custom.name,
                    custom.type,
                    "",
                    "",
                    custom.of_user,
                    {},
                    custom.formula});
  }

  std::vector<PropertyEntry> take() { return std::move(out_); }

 private:
  void add(Kind kind, const std::string& label, const event::PropertyType& type,
           const std::string& list, const std::string& lookup,
           std::optional<event::AsOf> history = {}) {
    // Of two histories on the way the user's decides (docs/semantics/history.md, H2).
    if (of_user_ && schema_.user_history) history = schema_.user_history;
    auto reference = base::Node::of_map({{of_user_ ? "user" : "property", base::Node::of(label)}});
    out_.push_back({kind, std::move(reference), label, type, list, lookup, of_user_, history, ""});
  }

  void add_lookups(event::LookupTarget::Kind kind, const std::string& name,
                   const std::string& member) {
    for (const event::Lookup& lookup : schema_.lookups) {
      if (lookup.on != event::LookupTarget{kind, name, member}) continue;
      const std::string path = member.empty() ? name : name + "." + member;
      for (const event::Property& column : lookup.columns) {
        add(Kind::kLookup, path + "." + column.name, column.type, member.empty() ? "" : name,
            lookup.name, lookup.history);
      }
    }
  }

  const event::Schema& schema_;
  std::vector<PropertyEntry> out_;
  bool of_user_ = false;
};

}  // namespace

std::string_view kind_name(PropertyEntry::Kind kind) {
  switch (kind) {
    case Kind::kEvent:
      return "event";
    case Kind::kUser:
      return "user";
    case Kind::kLookup:
      return "lookup";
    case Kind::kMember:
      return "member";
  }
  CHECK(false);
}

std::vector<PropertyEntry> list_entries(const query::Catalog& catalog, base::TimeMs as_of,
                                        const std::vector<std::string>& events) {
  const event::Schema& schema = catalog.schema;
  std::set<std::string> wanted;
  for (const std::string& name : events) {
    const event::EventType* type = schema.find_event(name);
    if (type != nullptr) wanted.insert(type->properties.begin(), type->properties.end());
  }
  Lister lister(schema);
  for (const event::Property& property : schema.properties) {
    if (events.empty() || wanted.count(property.name) > 0) lister.add_event_property(property);
  }
  for (const event::Property& property : schema.user_properties) lister.add_user_property(property);
  for (const query::CustomProperty& custom : query::list_custom_properties(catalog, as_of)) {
    const auto& read = custom.event_properties;
    bool fits = events.empty() || read.empty() ||
                std::ranges::any_of(read, [&](auto& name) { return wanted.contains(name); });
    if (fits) lister.add_custom(custom);
  }
  return lister.take();
}

}  // namespace starling::api
