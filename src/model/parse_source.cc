#include "model/parse_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace starling::model {
namespace {

using base::Span;

std::string without_semicolon(std::string query) {
  while (!query.empty() && (query.back() == ';' || query.back() == ' ' || query.back() == '\n'))
    query.pop_back();
  return query;
}

Relation parse_relation(NodeReader& reader, const At& at) {
  Relation relation{reader.text(at, "table", false),
                    without_semicolon(reader.text(at, "query", false))};
  bool has_table = at.node.find("table") != nullptr, has_query = at.node.find("query") != nullptr;
  if (has_table && has_query)
    reader.problem(at, "either \"table\" or \"query\" is expected, not both");
  if (!has_table && !has_query) reader.problem(at, "\"table\" (or \"query\") is missing");
  return relation;
}

On parse_on(NodeReader& reader, const At& at) {
  std::optional<At> on = reader.field(at, "on");
  if (!on) {
    reader.problem(at,
                   "\"on\" is missing: the column both sides share, or {COLUMN OF THE OTHER TABLE: "
                   "COLUMN OF THE FACT}");
    return {};
  }
  On pairs;
  if (!on->node.is_map()) {
    for (std::string& name : reader.texts(*on)) pairs.emplace_back(name, name);
    return pairs;
  }
  for (const auto& [other, fact] : on->node.fields) {
    std::string column = reader.text(*on, other, true);
    if (!column.empty()) pairs.emplace_back(other, column);
  }
  if (on->node.fields.empty()) reader.problem(*on, "a column is expected, found an empty map");
  return pairs;
}

Join parse_join(NodeReader& reader, const std::string& alias, const At& at) {
  Join join;
  join.alias = alias;
  join.line = at.node.line;
  if (!reader.map(at, {"table", "query", "on", "as_of"})) return join;
  join.relation = parse_relation(reader, at);
  join.on = parse_on(reader, at);
  if (std::optional<At> as_of = reader.field(at, "as_of");
      as_of && reader.map(*as_of, {"from", "to"})) {
    join.valid_from = reader.text(*as_of, "from", true);
    join.valid_to = reader.text(*as_of, "to", true);
  }
  return join;
}

std::vector<Join> parse_joins(NodeReader& reader, const At& at) {
  std::vector<Join> joins;
  std::optional<At> field = reader.field(at, "joins");
  if (!field) return joins;
  if (!field->node.is_map()) {
    reader.problem(
        *field,
        fmt::format(
            "a map of aliases is expected, like {{store: {{table: locations, on: location_id}}}}, "
            "found {}",
            field->node.describe()));
    return joins;
  }
  for (const auto& [alias, value] : field->node.fields) {
    joins.push_back(parse_join(reader, alias, field->field(alias, value)));
  }
  return joins;
}

std::vector<PropertySource> parse_properties(NodeReader& reader, const At& at, bool in_list);

ListSource parse_list(NodeReader& reader, const At& at) {
  ListSource list;
  reader.map(at, {"list", "on", "order_by", "joins", "properties"});
  At source = *reader.field(at, "list");
  if (source.node.is_map()) {
    reader.map(source, {"query", "table"});
    list.relation = parse_relation(reader, source);
  } else {
    list.relation.table = reader.text(at, "list", true);
  }
  list.on = parse_on(reader, at);
  if (std::optional<At> order = reader.field(at, "order_by")) list.order_by = reader.texts(*order);
  list.joins = parse_joins(reader, at);
  if (std::optional<At> properties = reader.field(at, "properties")) {
    list.properties = parse_properties(reader, *properties, true);
  } else {
    reader.problem(at, "\"properties\" is missing: what each object of the list holds");
  }
  return list;
}

PropertySource parse_property(NodeReader& reader, const std::string& name, const At& at,
                              bool in_list) {
  PropertySource property;
  property.name = name;
  property.line = at.node.line;
  if (at.node.is_text() && !at.node.text.empty()) {
    property.column = at.node.text;
  } else if (at.node.find("sql") != nullptr) {
    reader.map(at, {"sql"});
    property.sql = reader.text(at, "sql", true);
  } else if (at.node.find("list") != nullptr && in_list) {
    reader.problem(at, "a list inside a list of objects cannot be: members are plain values");
  } else if (at.node.find("list") != nullptr) {
    property.list = parse_list(reader, at);
  } else {
    reader.problem(at, fmt::format("a column, {{sql: …}} or {{list: …}} is expected, found {}",
                                   at.node.describe()));
  }
  return property;
}

std::vector<PropertySource> parse_properties(NodeReader& reader, const At& at, bool in_list) {
  std::vector<PropertySource> properties;
  if (!at.node.is_map()) {
    reader.problem(at,
                   fmt::format("a map NAME: COLUMN is expected{}, found {}",
                               in_list ? "" : ", or \"*\" for every column", at.node.describe()));
    return properties;
  }
  for (const auto& [name, value] : at.node.fields) {
    At here = at.field(name, value);
    if (name.empty() || name == "*") {
      reader.problem(here, "a property needs a name; properties: \"*\" stands alone");
      continue;
    }
    if (name.find('.') != std::string::npos) {
      reader.problem(
          here,
          fmt::format(
              "the property name \"{}\" has a dot, which in reports leads to a member or a lookup "
              "column",
              name));
      continue;
    }
    properties.push_back(parse_property(reader, name, here, in_list));
  }
  return properties;
}

// Every column, or named properties.
template <class Source>
void parse_joins_and_properties(NodeReader& reader, const At& at, Source& source) {
  source.joins = parse_joins(reader, at);
  std::optional<At> properties = reader.field(at, "properties");
  if (!properties) return;
  if (properties->node.is_text() && properties->node.text == "*") {
    source.all_properties = true;
  } else {
    source.properties = parse_properties(reader, *properties, false);
  }
}

struct ModeName {
  const char* name;
  SyncMode mode;
};
constexpr ModeName kModes[] = {{"standard", SyncMode::kStandard},
                               {"mirror", SyncMode::kMirror},
                               {"full", SyncMode::kFull},
                               {"once", SyncMode::kOnce}};

std::optional<Span> parse_span(NodeReader& reader, const At& at, const std::string& key,
                               bool exact) {
  std::string text = reader.text(at, key, false);
  if (text.empty()) return std::nullopt;
  std::optional<Span> span = Span::parse(text);
  At here = *reader.field(at, key);
  if (!span || span->count < 0) {
    reader.problem(
        here, fmt::format("\"{}\" is no span; write \"2 days\", \"1 hour\", \"30 minutes\"", text));
    return std::nullopt;
  }
  if (exact && (!span->milliseconds() || span->count == 0)) {
    reader.problem(
        here,
        fmt::format(
            "\"{}\" is no interval between runs; write seconds, minutes, hours, days or weeks",
            text));
    return std::nullopt;
  }
  return span;
}

// Without `sync`, tables that are swapped whole are read again by every run; events are loaded
// once.
Sync parse_sync(NodeReader& reader, const At& at, SyncMode mode_without,
                const std::vector<std::string>& modes) {
  Sync sync;
  sync.mode = mode_without;
  std::optional<At> field = reader.field(at, "sync");
  if (!field || !reader.map(*field, {"mode", "cursor", "overlap", "every"})) return sync;
  std::string name = reader.text(*field, "mode", true);
  bool fits = std::find(modes.begin(), modes.end(), name) != modes.end();
  if (!fits && !name.empty()) {
    bool is_mode = std::any_of(std::begin(kModes), std::end(kModes),
                               [&](const ModeName& m) { return m.name == name; });
    reader.problem(
        *reader.field(*field, "mode"),
        fmt::format("{} \"{}\"; {} here", is_mode ? "mode" : "unknown mode", name, one_of(modes)) +
            (is_mode ? "" : base::did_you_mean(name, modes)));
  }
  for (const ModeName& mode : kModes) {
    if (fits && mode.name == name) sync.mode = mode.mode;
  }
  sync.every = parse_span(reader, *field, "every", true);
  bool standard = name == "standard";
  sync.cursor = reader.text(*field, "cursor", standard);
  if (std::optional<Span> overlap = parse_span(reader, *field, "overlap", false))
    sync.overlap = *overlap;
  for (const char* key : {"cursor", "overlap"}) {
    std::optional<At> given = reader.field(*field, key);
    if (given && !standard && fits)
      reader.problem(*given, fmt::format("\"{}\" belongs to mode \"standard\"", key));
  }
  return sync;
}

// history: {from: COLUMN, as_of: event | now}
std::optional<History> parse_history(NodeReader& reader, const At& at) {
  std::optional<At> field = reader.field(at, "history");
  if (!field || !reader.map(*field, {"from", "as_of"})) return std::nullopt;
  History history;
  history.from = reader.text(*field, "from", true);
  std::string as_of = reader.text(*field, "as_of", false);
  if (as_of == "now") history.as_of = event::AsOf::kNow;
  if (!as_of.empty() && as_of != "now" && as_of != "event") {
    reader.problem(*reader.field(*field, "as_of"),
                   fmt::format("\"event\" or \"now\" is expected, found \"{}\"", as_of));
  }
  return history;
}

void parse_event_name(NodeReader& reader, const At& at, EventSource& source) {
  std::optional<At> event = reader.field(at, "event");
  if (event && event->node.is_map()) {
    if (reader.map(*event, {"column"})) source.event_column = reader.text(*event, "column", true);
    return;
  }
  source.event = reader.text(at, "event", true);
  if (source.event == "*") {
    reader.problem(
        *event,
        fmt::format("\"{}\" cannot be an event's name: it has a meaning in reports", source.event));
  }
}

}  // namespace

EventSource parse_event_source(NodeReader& reader, const At& at) {
  EventSource source;
  source.line = at.node.line;
  if (!reader.map(
          at, {"event", "table", "query", "time", "user", "id", "joins", "properties", "sync"})) {
    return source;
  }
  parse_event_name(reader, at, source);
  source.relation = parse_relation(reader, at);
  source.time = reader.text(at, "time", true);
  source.user = reader.text(at, "user", false);
  if (std::optional<At> id = reader.field(at, "id")) source.id = reader.texts(*id);
  parse_joins_and_properties(reader, at, source);
  source.sync = parse_sync(reader, at, SyncMode::kOnce, {"standard", "mirror", "once"});
  return source;
}

UserSource parse_user_source(NodeReader& reader, const At& at) {
  UserSource source;
  source.line = at.node.line;
  if (!reader.map(at, {"table", "query", "user", "history", "joins", "properties", "sync"}))
    return source;
  source.relation = parse_relation(reader, at);
  source.user = reader.text(at, "user", true);
  source.history = parse_history(reader, at);
  parse_joins_and_properties(reader, at, source);
  std::vector<std::string> modes = {"standard", "mirror", "full", "once"};
  if (source.history) modes.erase(modes.begin());  // a version's end is known by the next one only
  source.sync = parse_sync(reader, at, SyncMode::kFull, modes);
  return source;
}

LookupSource parse_lookup_source(NodeReader& reader, const At& at) {
  LookupSource source;
  source.line = at.node.line;
  if (!reader.map(at, {"lookup", "table", "query", "key", "on", "history", "joins", "properties",
                       "sync"})) {
    return source;
  }
  source.lookup = reader.text(at, "lookup", true);
  source.relation = parse_relation(reader, at);
  source.key = reader.text(at, "key", true);
  std::optional<At> on = reader.field(at, "on");
  if (!on) {
    reader.problem(
        at, "\"on\" is missing: {property: NAME}, {property: LIST.MEMBER} or {user: PROPERTY}");
  } else if (reader.map(*on, {"property", "user"})) {
    bool of_user = on->node.find("user") != nullptr;
    if (on->node.fields.size() != 1)
      reader.problem(*on, "one of \"property\" and \"user\" is expected");
    source.on.kind = of_user ? event::LookupTarget::Kind::kUserProperty
                             : event::LookupTarget::Kind::kEventProperty;
    source.on.name = reader.text(*on, of_user ? "user" : "property", false);
  }
  source.history = parse_history(reader, at);
  parse_joins_and_properties(reader, at, source);
  source.sync = parse_sync(reader, at, SyncMode::kFull, {"mirror", "full", "once"});
  return source;
}

}  // namespace starling::model
