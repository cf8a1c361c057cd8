#include "model/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/list_property.h"

namespace starling::model {
namespace {

using event::PropertyType;
using event::Type;
using source::ColumnInfo;

bool is_plain(const Expression& value) { return !value.info.type->is_list(); }

Expression as_text(const Workshop& workshop, Expression value) {
  value.sql = workshop.dialect.text(value.sql, value.info);
  value.info.type = PropertyType{Type::kText};
  value.info.native_type = "VARCHAR";
  value.info.zoned = false;
  return value;
}

// An integer of any width can be a key; one that needs more than 64 bits is one as text.
Expression key_column(const Workshop& workshop, Expression value) {
  bool is_wide = value.info.type->type == Type::kInteger && workshop.dialect.is_wide(value.info);
  return is_wide ? as_text(workshop, std::move(value)) : value;
}

// Times and decimals would lose digits on their way to the order key's text (compile.h).
Expression id_column(const Workshop& workshop, Expression value) {
  Type type = value.info.type->type;
  bool stays = type == Type::kInteger || type == Type::kText || type == Type::kDate;
  return stays ? key_column(workshop, std::move(value)) : as_text(workshop, std::move(value));
}

std::optional<Expression> user_column(Workshop& workshop, Scope& scope, const std::string& name,
                                      const Place& place) {
  std::optional<Expression> user = scope.column(name, place);
  if (!user) return std::nullopt;
  Type type = user->info.type->type;
  if (type == Type::kText || type == Type::kInteger) return key_column(workshop, *user);
  workshop.problem(place.path, place.line,
                   fmt::format("column \"{}\" is {}; a user is a text or an integer", name,
                               user->info.native_type));
  return std::nullopt;
}

std::optional<Expression> cursor_column(Workshop& workshop, Scope& scope, const Sync& sync,
                                        const Place& place) {
  if (sync.mode != SyncMode::kStandard) return std::nullopt;
  std::optional<Expression> cursor = scope.column(sync.cursor, place);
  if (!cursor) return std::nullopt;
  Type type = cursor->info.type->type;
  bool is_time = type == Type::kDate || type == Type::kTime;
  if (!is_time && type != Type::kInteger) {
    workshop.problem(
        place.path, place.line,
        fmt::format(
            "column \"{}\" is {}; a cursor is a date, a timestamp or an integer that only grows",
            sync.cursor, cursor->info.native_type));
    return std::nullopt;
  }
  if (!is_time && sync.overlap.count > 0) {
    workshop.problem(
        place.path, place.line,
        fmt::format("\"overlap\" needs a cursor that is a date or timestamp; column \"{}\" is {}",
                    sync.cursor, cursor->info.native_type));
  }
  return cursor;
}

// Every column of the own table but those in `taken`; what cannot be read is noted.
void add_all_columns(Draft& draft, Workshop& workshop, const std::set<std::string>& taken) {
  Scope& scope = draft.scope[0];
  for (const ColumnInfo& column : scope.own_table().columns) {
    if (taken.contains(column.name)) continue;
    if (!column.type) {
      workshop.notes.push_back(
          fmt::format("{}: column \"{}\" ({}) cannot be read and is left out of properties: \"*\"",
                      draft.select.source, column.name, column.native_type));
      continue;
    }
    draft.properties.push_back({column.name,
                                {scope.quoted_own(column.name), column, false},
                                draft.place.field("properties")});
  }
}

template <class Source>
void add_properties(Draft& draft, Workshop& workshop, const Source& source,
                    const std::optional<Expression>& time, const std::set<std::string>& taken) {
  Scope& scope = draft.scope[0];
  if (source.all_properties) add_all_columns(draft, workshop, taken);
  for (const PropertySource& property : source.properties) {
    Place place = draft.place.field("properties." + property.name, property.line);
    std::optional<Expression> value = property.list
                                          ? list_property(scope, property.name, *property.list,
                                                          time, place, draft.select.fanout_checks)
                                          : scope.property(property, place);
    if (value) draft.properties.push_back({property.name, *value, place});
  }
  const auto& checks = scope.fanout_checks();
  draft.select.fanout_checks.insert(draft.select.fanout_checks.begin(), checks.begin(),
                                    checks.end());
}

template <class Source>
Draft start_draft(Workshop& workshop, const Source& source, const std::string& name,
                  Select::Kind kind, const Place& place) {
  Draft draft;
  draft.place = place;
  draft.select.kind = kind;
  draft.select.source = name;
  draft.select.sync = source.sync;
  if (std::optional<Scope> scope = Scope::create(workshop, source.relation, source.joins, place)) {
    draft.select.relation = scope->relation_name();
    draft.scope.push_back(std::move(*scope));
  }
  return draft;
}

void add_cursor(Draft& draft, Workshop& workshop, const Sync& sync) {
  draft.cursor = cursor_column(workshop, draft.scope[0], sync, draft.place.field("sync.cursor"));
  if (!draft.cursor) return;
  draft.select.has_cursor = true;
  draft.select.cursor = draft.cursor->info;
  draft.heads.emplace_back("cursor", *draft.cursor);
}

// When a version of a user or a key began (docs/semantics/history.md).
void add_history(Draft& draft, Workshop& workshop, const std::optional<History>& history) {
  if (!history) return;
  Place place = draft.place.field("history.from");
  std::optional<Expression> start = draft.scope[0].column(history->from, place);
  if (!start) return;
  Type type = start->info.type->type;
  if (type != Type::kTime && type != Type::kDate) {
    workshop.problem(place.path, place.line,
                     fmt::format("column \"{}\" is {}; a timestamp or date is expected",
                                 history->from, start->info.native_type));
  }
  draft.select.history = history->as_of;
  draft.select.start = start->info;
  draft.heads.emplace_back("start", *start);
}

void refuse_lists_with_history(const Draft& draft, Workshop& workshop) {
  if (!draft.select.history) return;
  for (const DraftProperty& property : draft.properties) {
    if (is_plain(property.value)) continue;
    workshop.problem(property.place.path, property.place.line,
                     fmt::format("\"{}\" is a list; lists have no history", property.name));
  }
}

void add_ids(Draft& draft, Workshop& workshop, const EventSource& source) {
  Place place = draft.place.field("id");
  for (const std::string& name : source.id) {
    std::optional<Expression> id = draft.scope[0].column(name, place);
    if (!id) continue;
    if (!is_plain(*id)) {
      workshop.problem(place.path, place.line,
                       fmt::format("column \"{}\" is a list; an id is a plain value", name));
      continue;
    }
    Expression key = id_column(workshop, *id);
    draft.select.ids.push_back(key.info);
    draft.heads.emplace_back(fmt::format("id_{}", ++draft.select.id_columns), std::move(key));
  }
}

// Stands for a time whose problem has been noted.
Expression nothing() { return {"NULL", {"", "", PropertyType{Type::kTime}, false, {}}, false}; }

// The time may be a column of a join, which as-of joins after that one look at. A time that is not
// there is one problem, not one more for every as-of join.
Expression add_joins_and_time(Scope& scope, const EventSource& source, const Place& place) {
  bool of_join = false;
  for (const Join& join : source.joins)
    of_join = of_join || source.time.starts_with(join.alias + ".");
  std::optional<Expression> time, stand_in;
  if (!of_join || scope.own_table().find(source.time) != nullptr) {
    time = scope.column(source.time, place.field("time"));
    if (!time) stand_in = nothing();
  }
  for (const Join& join : source.joins) {
    scope.add_join(join, time ? time : stand_in, place.field("joins." + join.alias, join.line));
    if (!time && source.time.starts_with(join.alias + "."))
      time = scope.column(source.time, place.field("time"));
  }
  if (!time && !stand_in) stand_in = nothing();
  return time ? *time : *stand_in;
}

}  // namespace

Draft draft_events(Workshop& workshop, const EventSource& source, const Place& place) {
  Draft draft = start_draft(workshop, source, source.source, Select::Kind::kEvents, place);
  draft.select.event = source.event;
  if (draft.scope.empty()) return draft;
  Scope& scope = draft.scope[0];
  Expression time = add_joins_and_time(scope, source, place);

  if (std::optional<Expression> name = scope.column(source.event_column, place.field("event"))) {
    if (!is_plain(*name)) {
      workshop.problem(place.path + ".event", place.line,
                       fmt::format("column \"{}\" is a list; an event's name is a plain value",
                                   source.event_column));
    }
    draft.heads.emplace_back(
        "event", name->info.type->type == Type::kText ? *name : as_text(workshop, *name));
  }
  if (time.info.type->type != Type::kTime && time.info.type->type != Type::kDate) {
    workshop.problem(place.path + ".time", place.line,
                     fmt::format("column \"{}\" is {}; a timestamp or date is expected",
                                 source.time, time.info.native_type));
  }
  draft.select.time = time.info;
  draft.heads.emplace_back("time", time);
  if (std::optional<Expression> user =
          user_column(workshop, scope, source.user, place.field("user"))) {
    draft.select.has_user = true;
    draft.heads.emplace_back("user", *user);
  }
  add_ids(draft, workshop, source);
  add_cursor(draft, workshop, source.sync);

  std::set<std::string> taken(source.id.begin(), source.id.end());
  taken.insert({source.time, source.user, source.event_column});
  add_properties(draft, workshop, source, time, taken);
  return draft;
}

Draft draft_users(Workshop& workshop, const UserSource& source, const Place& place) {
  Draft draft = start_draft(workshop, source, "users", Select::Kind::kUsers, place);
  if (draft.scope.empty()) return draft;
  draft.scope[0].add_joins(source.joins, std::nullopt, place);
  if (auto user = user_column(workshop, draft.scope[0], source.user, place.field("user"))) {
    draft.select.has_user = true;
    draft.heads.emplace_back("user", *user);
  }
  add_history(draft, workshop, source.history);
  add_cursor(draft, workshop, source.sync);
  add_properties(draft, workshop, source, std::nullopt,
                 {source.user, source.history ? source.history->from : source.user});
  refuse_lists_with_history(draft, workshop);
  return draft;
}

Draft draft_lookup(Workshop& workshop, const LookupSource& source, const Place& place) {
  Draft draft = start_draft(workshop, source, source.lookup, Select::Kind::kLookup, place);
  draft.select.on = source.on;
  if (draft.scope.empty()) return draft;
  draft.scope[0].add_joins(source.joins, std::nullopt, place);
  if (std::optional<Expression> key = draft.scope[0].column(source.key, place.field("key"))) {
    if (is_plain(*key)) {
      Expression column = key_column(workshop, *key);
      draft.select.key = column.info;
      draft.heads.emplace_back("key", std::move(column));
    } else {
      workshop.problem(place.path + ".key", place.line,
                       fmt::format("column \"{}\" is a list; a key is a plain value", source.key));
    }
  }
  add_history(draft, workshop, source.history);
  add_properties(draft, workshop, source, std::nullopt,
                 {source.key, source.history ? source.history->from : source.key});
  refuse_lists_with_history(draft, workshop);
  return draft;
}

}  // namespace starling::model
