#include "report/small_world.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "base/hash.h"
#include "store/store.h"

namespace starling::report {
namespace {

using event::PropertyType;
using event::Type;
using event::Value;

std::optional<PropertyType> wider(const std::optional<PropertyType>& a,
                                  const std::optional<PropertyType>& b) {
  if (!a || !b) return a ? a : b;
  auto type = event::common_type(*a, *b);
  CHECK(type);
  return type;
}

// The narrowest type that holds the value; nothing for null and for lists whose elements have no
// type.
std::optional<PropertyType> type_of(const Value& value) {
  switch (value.data.index()) {
    case 0:
      return std::nullopt;
    case 1:
      return PropertyType{Type::kBoolean};
    case 2:
      return PropertyType{Type::kInteger};
    case 3:
      return PropertyType{Type::kDecimal, std::get<base::Decimal>(value.data).scale};
    case 4:
      return PropertyType{Type::kFloat};
    case 5:
      return PropertyType{Type::kText};
    case 6:
      return PropertyType{Type::kDate};
    case 7:
      return PropertyType{Type::kTime};
    default:
      break;
  }
  if (const auto* values = std::get_if<event::Values>(&value.data)) {
    std::optional<PropertyType> element;
    for (const Value& item : *values) element = wider(element, type_of(item));
    if (!element) return std::nullopt;
    return PropertyType{Type::kList, 0, {{"", *element}}};
  }
  std::map<std::string, std::optional<PropertyType>> members;
  for (const event::Object& object : std::get<std::vector<event::Object>>(value.data)) {
    for (const auto& [name, member] : object) members[name] = wider(members[name], type_of(member));
  }
  PropertyType type{Type::kObjects};
  for (const auto& [name, member] : members) {
    if (member) type.members.push_back({name, *member});
  }
  if (type.members.empty()) return std::nullopt;
  return type;
}

using Types = std::map<std::string, PropertyType>;

template <class Rows, class PropertiesOf>
Types types_of(const Rows& rows, PropertiesOf properties_of) {
  std::map<std::string, std::optional<PropertyType>> found;
  for (const auto& row : rows) {
    for (const auto& [name, value] : properties_of(row))
      found[name] = wider(found[name], type_of(value));
  }
  Types out;
  for (const auto& [name, type] : found) {
    if (type) out.emplace(name, *type);
  }
  return out;
}

std::vector<event::NamedColumn> columns_of(const Types& types) {
  std::vector<event::NamedColumn> columns;
  for (const auto& [name, type] : types) columns.push_back({name, event::Column(type)});
  return columns;
}

// An empty list fits every list column, whichever of the two kinds of list it was written as.
Value as_list_of(const PropertyType& type, const Value& value) {
  bool empty = type.is_list() && ((std::holds_alternative<event::Values>(value.data) &&
                                   std::get<event::Values>(value.data).empty()) ||
                                  (std::holds_alternative<std::vector<event::Object>>(value.data) &&
                                   std::get<std::vector<event::Object>>(value.data).empty()));
  if (!empty) return value;
  return type.type == Type::kList ? Value{event::Values{}} : Value{std::vector<event::Object>{}};
}

void push_row(std::vector<event::NamedColumn>& columns, const Named& properties) {
  for (event::NamedColumn& column : columns) {
    auto found = properties.find(column.name);
    Value value =
        found == properties.end() ? Value{} : as_list_of(column.column.type, found->second);
    CHECK(column.column.push(value));
  }
}

// Differs for rows of one id that the worlds here make.
uint64_t content_of(const SmallEvent& event) {
  return base::hash64(event.user + "|" + std::to_string(event.time), event.properties.size());
}

base::Hash128 key_of(const SmallEvent& event) {
  return event::row_key(base::md5_prefix(event.id), event.name, event.id);
}

void append_events(event::Write& write, const std::vector<SmallEvent>& events, const Types& types,
                   bool replaces = false) {
  std::map<std::string, event::EventBatch> batches;
  for (const SmallEvent& event : events) {
    event::EventBatch& batch = batches[event.name];
    if (batch.size() == 0) {
      batch.source = "source of " + event.name;
      batch.event = event.name;
      batch.properties = columns_of(types);
      batch.replaces = replaces;
    }
    batch.users.push_back(event.user);
    batch.times.push_back(event.time);
    batch.row_keys.push_back(key_of(event));
    batch.content_hashes.push_back(content_of(event));
    batch.cursors.push_back(0);
    push_row(batch.properties, event.properties);
  }
  for (auto& [name, batch] : batches) CHECK(write.append(std::move(batch)));
}

// What a mirror finds at first: every other event has another user, time and no properties; and
// every third has a twin, 20 minutes later, that will be removed.
std::vector<SmallEvent> before_mirroring(const std::vector<SmallEvent>& events, bool twins) {
  std::vector<SmallEvent> out;
  for (size_t i = 0; i < events.size(); ++i) {
    SmallEvent event = events[i];
    if (i % 2 == 1 && !twins) {
      event.user = "somebody else";
      event.time += base::kDayMs * static_cast<int64_t>(i % 5) - base::kDayMs;
      event.properties.clear();
    }
    if (!twins) out.push_back(event);
    if (twins && i % 3 == 0) {
      event.id += " twin";
      event.time += base::kDayMs / 72;
      out.push_back(event);
    }
  }
  return out;
}

void remove_events(event::Write& write, const std::vector<SmallEvent>& events) {
  for (const SmallEvent& event : events) {
    event::RemovedRows rows{"source of " + event.name};
    rows.row_keys.push_back(key_of(event));
    rows.cursors.push_back(0);
    CHECK(write.remove_rows(std::move(rows)));
  }
}

void fill_property(event::Write& write, const std::vector<SmallEvent>& events,
                   const std::string& property, const event::PropertyType& type) {
  std::map<std::string, event::FilledRows> batches;
  for (const SmallEvent& event : events) {
    event::FilledRows& rows = batches[event.name];
    if (rows.size() == 0) {
      rows.source = "source of " + event.name;
      rows.event = event.name;
      rows.properties = columns_of({{property, type}});
    }
    rows.row_keys.push_back(key_of(event));
    rows.content_hashes.push_back(content_of(event));
    Named value;
    auto found = event.properties.find(property);
    if (found != event.properties.end()) value.insert(*found);
    push_row(rows.properties, value);
  }
  for (auto& [name, rows] : batches) CHECK(write.fill(std::move(rows)));
}

const Named& properties_of(const SmallVersion& version) { return version.properties; }

void append_profile_versions(event::Write& write, const SmallWorld& world) {
  event::UserBatch batch;
  batch.history = world.user_history;
  batch.properties = columns_of(types_of(world.profile_versions, properties_of));
  for (const SmallVersion& version : world.profile_versions) {
    batch.users.push_back(version.key);
    batch.starts.push_back(version.start);
    push_row(batch.properties, version.properties);
  }
  CHECK(write.replace_users(std::move(batch)));
}

void append_profiles(event::Write& write, const std::map<std::string, Named>& profiles) {
  event::UserBatch batch;
  batch.properties = columns_of(types_of(profiles, [](const auto& row) { return row.second; }));
  for (const auto& [user, properties] : profiles) {
    batch.users.push_back(user);
    push_row(batch.properties, properties);
  }
  CHECK(write.replace_users(std::move(batch)));
}

void append_lookup(event::Write& write, const SmallLookup& lookup) {
  Types types = lookup.history ? types_of(lookup.versions, properties_of)
                               : types_of(lookup.rows, [](const auto& row) { return row.second; });
  event::Lookup described{lookup.name, lookup.on, {}, lookup.history};
  for (const auto& [name, type] : types) described.columns.push_back({name, type});
  event::LookupTable table;
  table.columns = columns_of(types);
  for (const auto& [key, columns] : lookup.rows) {
    table.keys.push_back(key);
    push_row(table.columns, columns);
  }
  for (const SmallVersion& version : lookup.versions) {
    table.keys.push_back(version.key);
    table.starts.push_back(version.start);
    push_row(table.columns, version.properties);
  }
  CHECK(write.replace_lookup(std::move(described), std::move(table)));
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  // In memory where there is such a folder: hundreds of small stores are written and synced.
  std::error_code ignored;
  bool in_memory =
      std::filesystem::is_directory("/dev/shm", ignored) && access("/dev/shm", W_OK) == 0;
  std::filesystem::path parent = in_memory ? "/dev/shm" : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "starling-XXXXXX").string();
  CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::shared_ptr<const store::Snapshot> store_world(const SmallWorld& world, const Arrival& arrival,
                                                   const std::string& folder) {
  Types types = types_of(world.events, [](const SmallEvent& event) { return event.properties; });
  std::vector<SmallEvent> events = world.events;
  if (arrival.shuffle_seed != 0) {
    std::mt19937 random(arrival.shuffle_seed);
    std::shuffle(events.begin(), events.end(), random);
  }
  {
    auto opened = store::Store::open(folder, {true, arrival.part_rows_max});
    CHECK(opened);
    std::unique_ptr<store::Store> store = std::move(opened).value();
    const std::vector<SmallEvent> real = events;
    if (arrival.mirrored) {
      std::unique_ptr<event::Write> write = store->begin().value();
      append_events(*write, before_mirroring(events, false), types);
      append_events(*write, before_mirroring(events, true), types);
      CHECK(write->commit());
      for (SmallEvent& event : events) {
        if (!types.empty()) event.properties.erase(types.begin()->first);
      }
    }
    for (size_t commit = 0; commit < arrival.commits; ++commit) {
      auto begun = store->begin();
      CHECK(begun);
      std::unique_ptr<event::Write> write = std::move(begun).value();
      size_t first = events.size() * commit / arrival.commits,
             last = events.size() * (commit + 1) / arrival.commits;
      append_events(*write,
                    {events.begin() + static_cast<ptrdiff_t>(first),
                     events.begin() + static_cast<ptrdiff_t>(last)},
                    types, arrival.mirrored);
      if (commit + 1 == arrival.commits) {
        if (world.user_history) {
          append_profile_versions(*write, world);
        } else {
          append_profiles(*write, world.profiles);
        }
        for (const SmallLookup& lookup : world.lookups) append_lookup(*write, lookup);
      }
      auto counts = write->commit();
      if (!counts) ADD_FAILURE() << counts.error().message;
    }
    if (arrival.mirrored) {
      std::unique_ptr<event::Write> write = store->begin().value();
      remove_events(*write, before_mirroring(real, true));
      CHECK(write->commit());
      write = store->begin().value();
      if (!types.empty()) fill_property(*write, real, types.begin()->first, types.begin()->second);
      CHECK(write->commit());
    }
    if (arrival.delivered_twice) {
      std::unique_ptr<event::Write> again = store->begin().value();
      append_events(*again, events, types);
      CHECK(again->commit());
    }
    if (arrival.compacted) CHECK(store->compact());
  }
  auto reopened = store::Store::open(folder, {});
  CHECK(reopened);
  auto snapshot = reopened.value()->snapshot();
  CHECK(snapshot);
  return std::move(snapshot).value();
}

}  // namespace starling::report
