#include "model/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "model/check_saved.h"
#include "model/draft.h"

namespace starling::model {
namespace {

using event::LookupTarget;
using event::PropertyType;
using event::Schema;
using event::Type;

std::string type_words(const PropertyType& type) {
  return std::string(event::type_name(type.type));
}

// A property name has one type over all events: the one that holds the values of every source that
// gives it.
std::map<std::string, PropertyType> common_types(Workshop& workshop,
                                                 const std::vector<Draft>& drafts) {
  struct First {
    PropertyType type;
    const Draft* draft;
  };
  std::map<std::string, First> found;
  for (const Draft& draft : drafts) {
    if (draft.select.kind != Select::Kind::kEvents) continue;
    for (const DraftProperty& property : draft.properties) {
      const PropertyType& type = *property.value.info.type;
      auto [first, is_new] = found.try_emplace(property.name, First{type, &draft});
      if (is_new) continue;
      std::optional<PropertyType> common = event::common_type(first->second.type, type);
      if (common) {
        first->second.type = *common;
        continue;
      }
      workshop.problem(property.place.path, property.place.line,
                       fmt::format("property \"{}\" is {} here and {} in \"{}\" (line {}); give "
                                   "one of them another name, or "
                                   "cast it, like {{sql: \"cast({} as varchar)\"}}",
                                   property.name, type_words(type), type_words(first->second.type),
                                   first->second.draft->select.source,
                                   first->second.draft->place.line, property.name));
    }
  }
  std::map<std::string, PropertyType> types;
  for (auto& [name, first] : found) types.emplace(name, first.type);
  return types;
}

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

std::vector<event::Property> sorted(std::vector<event::Property> properties) {
  std::sort(properties.begin(), properties.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return properties;
}

// Events whose names stand in a column are known only after a sync.
Schema schema_of(const std::vector<Draft>& drafts,
                 const std::map<std::string, PropertyType>& types) {
  Schema schema;
  std::map<std::string, std::vector<std::string>> events;
  for (const Draft& draft : drafts) {
    std::vector<event::Property> own;
    for (const DraftProperty& property : draft.properties)
      own.push_back({property.name, *property.value.info.type});
    switch (draft.select.kind) {
      case Select::Kind::kEvents: {
        if (draft.select.event.empty()) break;
        auto& names = events[draft.select.event];
        for (const event::Property& property : own) names.push_back(property.name);
        break;
      }
      case Select::Kind::kUsers:
        schema.user_properties = sorted(std::move(own));
        schema.user_history = draft.select.history;
        break;
      case Select::Kind::kLookup:
        schema.lookups.push_back(
            {draft.select.source, draft.select.on, sorted(std::move(own)), draft.select.history});
        break;
    }
  }
  for (auto& [name, properties] : events) {
    sort_unique(properties);
    schema.events.push_back({name, std::move(properties)});
  }
  for (const auto& [name, type] : types) schema.properties.push_back({name, type});
  std::sort(schema.lookups.begin(), schema.lookups.end(),
            [](auto& a, auto& b) { return a.name < b.name; });
  return schema;
}

// What a lookup may be on: properties, and members of lists of objects.
std::vector<std::string> target_names(const std::map<std::string, PropertyType>& types) {
  std::vector<std::string> names;
  for (const auto& [name, type] : types) {
    if (type.type != Type::kObjects) names.push_back(name);
    for (const event::Member& member : type.members) {
      if (!member.name.empty()) names.push_back(name + "." + member.name);
    }
  }
  return names;
}

// "items.product_id" is a member of the list "items" when there is such a list.
void resolve_target(Workshop& workshop, Draft& draft,
                    const std::map<std::string, PropertyType>& types,
                    const std::vector<event::Property>& user_properties) {
  LookupTarget& on = draft.select.on;
  if (on.name.empty()) return;
  Place place = draft.place.field("on");
  if (on.kind == LookupTarget::Kind::kUserProperty) {
    std::vector<std::string> names;
    for (const event::Property& property : user_properties) names.push_back(property.name);
    if (std::find(names.begin(), names.end(), on.name) != names.end()) return;
    workshop.problem(place.path, place.line,
                     fmt::format("there is no user property \"{}\"{}", on.name,
                                 base::did_you_mean(on.name, names)));
    return;
  }
  std::vector<std::string> names = target_names(types);
  if (std::find(names.begin(), names.end(), on.name) == names.end()) {
    workshop.problem(place.path, place.line,
                     fmt::format("there is no event property \"{}\"{}", on.name,
                                 base::did_you_mean(on.name, names)));
    return;
  }
  size_t dot = on.name.find('.');
  if (types.contains(on.name) || dot == std::string::npos) return;
  on.member = on.name.substr(dot + 1);
  on.name = on.name.substr(0, dot);
}

// A property maps to one lookup table, so that `property.column` has one meaning.
void refuse_shared_targets(Workshop& workshop, const std::vector<Draft>& drafts) {
  std::map<std::tuple<LookupTarget::Kind, std::string, std::string>, std::string> taken;
  for (const Draft& draft : drafts) {
    const LookupTarget& on = draft.select.on;
    if (draft.select.kind != Select::Kind::kLookup || on.name.empty()) continue;
    auto [first, is_new] = taken.try_emplace({on.kind, on.name, on.member}, draft.select.source);
    if (is_new) continue;
    Place place = draft.place.field("on");
    workshop.problem(
        place.path, place.line,
        fmt::format(
            "\"{}\" is described by the lookup \"{}\" already; a property maps to one "
            "lookup table: give both their columns in one query, or map a copy of the property",
            on.member.empty() ? on.name : on.name + "." + on.member, first->second));
  }
}

std::vector<Draft> draft_all(Workshop& workshop) {
  const Model& model = workshop.model;
  std::vector<Draft> drafts;
  for (size_t i = 0; i < model.events.size(); ++i) {
    drafts.push_back(draft_events(workshop, model.events[i],
                                  {fmt::format("events[{}]", i), model.events[i].line}));
  }
  if (model.users)
    drafts.push_back(draft_users(workshop, *model.users, {"users", model.users->line}));
  for (size_t i = 0; i < model.lookups.size(); ++i) {
    drafts.push_back(draft_lookup(workshop, model.lookups[i],
                                  {fmt::format("lookups[{}]", i), model.lookups[i].line}));
  }
  return drafts;
}

}  // namespace

Result<Compiled> compile(const Model& model, Describer& warehouse) {
  Workshop workshop{model, warehouse, dialect_of(warehouse.product())};
  std::vector<Draft> drafts = draft_all(workshop);
  std::map<std::string, PropertyType> types = common_types(workshop, drafts);
  Schema schema = schema_of(drafts, types);
  for (Draft& draft : drafts) {
    if (draft.select.kind == Select::Kind::kLookup)
      resolve_target(workshop, draft, types, schema.user_properties);
  }
  refuse_shared_targets(workshop, drafts);
  if (!workshop.problems.empty()) return base::invalid(std::move(workshop.problems));

  Compiled compiled;
  compiled.model = model;
  compiled.schema = schema_of(drafts, types);
  check_saved(model, compiled.schema, workshop.problems);
  if (!workshop.problems.empty()) return base::invalid(std::move(workshop.problems));
  for (Draft& draft : drafts) {
    std::vector<PropertyType> property_types;
    for (const DraftProperty& property : draft.properties) {
      bool of_event = draft.select.kind == Select::Kind::kEvents;
      property_types.push_back(of_event ? types.at(property.name) : *property.value.info.type);
    }
    finish(draft, workshop, property_types);
    compiled.selects.push_back(std::move(draft.select));
  }
  compiled.notes = std::move(workshop.notes);
  return compiled;
}

std::vector<source::ColumnInfo> Select::columns() const {
  std::vector<source::ColumnInfo> out(columns_before_properties);
  out.insert(out.end(), property_columns.begin(), property_columns.end());
  return out;
}

std::string to_sql(const Compiled& compiled) {
  std::string sql;
  for (const Select& select : compiled.selects) {
    std::string kind;
    switch (select.kind) {
      case Select::Kind::kEvents:
        kind = select.event.empty() ? "events" : fmt::format("event \"{}\"", select.event);
        break;
      case Select::Kind::kUsers:
        kind = "users";
        break;
      case Select::Kind::kLookup:
        kind = fmt::format("lookup \"{}\"", select.source);
        break;
    }
    sql += fmt::format("{}-- {} from {}\n{};\n", sql.empty() ? "" : "\n", kind, select.relation,
                       select.readable_sql);
  }
  return sql;
}

}  // namespace starling::model
