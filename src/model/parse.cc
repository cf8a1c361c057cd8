#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/model.h"
#include "model/node_reader.h"
#include "model/parse_source.h"

namespace starling::model {
namespace {

using source::Location;

std::string absolute(const std::string& path, const std::string& folder) {
  if (path.starts_with("/") || folder.empty()) return path;
  return folder + "/" + path;
}

void parse_file_tables(NodeReader& reader, const At& at, Location& location) {
  if (!at.node.is_map()) {
    reader.problem(
        at,
        fmt::format(
            "a map of tables is expected, like {{orders: {{file: \"orders-*.csv\"}}}}, found {}",
            at.node.describe()));
    return;
  }
  for (const auto& [name, value] : at.node.fields) {
    At table = at.field(name, value);
    if (!reader.map(table, {"file", "columns"})) continue;
    Location::FileTable& entry = location.tables[name];
    std::optional<At> columns = reader.field(table, "columns");
    entry.file = reader.text(table, "file", !columns);
    if (!columns) continue;
    if (!columns->node.is_map()) {
      reader.problem(*columns, "a map COLUMN: TYPE is expected, found " + columns->node.describe());
      continue;
    }
    for (const auto& [column, type] : columns->node.fields) {
      entry.columns[column] = reader.text(*columns, column, true);
    }
  }
}

void parse_warehouse(NodeReader& reader, const At& root, const std::string& folder, Model& model) {
  std::optional<At> at = reader.field(root, "warehouse");
  if (!at) {
    reader.problem(
        root,
        "\"warehouse\" is missing: {type: duckdb, path: FILE} or {type: files, path: FOLDER}");
    return;
  }
  if (!at->node.is_map()) {
    reader.map(*at, {"type", "path", "timezone", "tables"});
    return;
  }
  std::string type = reader.text(*at, "type", true);
  if (type == "postgres") {
    reader.map(*at, {"type", "url", "timezone", "slot"});
    model.warehouse.kind = Location::Kind::kPostgres;
    model.warehouse.url = reader.text(*at, "url", true);
    model.warehouse.slot = reader.text(*at, "slot", false);
    bool is_slot_name = model.warehouse.slot.size() < 64 &&
                        std::ranges::all_of(model.warehouse.slot, [](unsigned char c) {
                          return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
                        });
    if (!is_slot_name) {
      reader.problem(*reader.field(*at, "slot"),
                     "a replication slot is named by small letters, digits and _, at most 63");
    }
    bool is_url = model.warehouse.url.starts_with("postgresql://") ||
                  model.warehouse.url.starts_with("postgres://");
    if (!model.warehouse.url.empty() && !is_url) {
      reader.problem(*reader.field(*at, "url"),
                     "a URL like postgresql://user@host:5432/database is expected; the password "
                     "comes from PGPASSWORD or ~/.pgpass");
    }
    return;
  }
  if (type == "clickhouse") {
    reader.map(*at, {"type", "url", "timezone"});
    model.warehouse.kind = Location::Kind::kClickhouse;
    model.warehouse.url = reader.text(*at, "url", true);
    bool is_url =
        model.warehouse.url.starts_with("http://") || model.warehouse.url.starts_with("https://");
    if (!model.warehouse.url.empty() && !is_url) {
      reader.problem(*reader.field(*at, "url"),
                     "a URL like http://user@host:8123/database is expected; the password comes "
                     "from CLICKHOUSE_PASSWORD");
    }
    return;
  }
  if (type == "odbc") {
    reader.map(*at, {"type", "dsn", "timezone"});
    model.warehouse.kind = Location::Kind::kOdbc;
    model.warehouse.dsn = reader.text(*at, "dsn", true);
    return;
  }
  if (!type.empty() && type != "duckdb" && type != "files") {
    std::vector<std::string> types = {"duckdb", "files", "postgres", "clickhouse", "odbc"};
    reader.problem(*reader.field(*at, "type"), fmt::format("unknown warehouse type \"{}\"{}", type,
                                                           base::did_you_mean(type, types)));
  }
  bool files = type == "files";
  reader.map(*at, files ? std::vector<std::string>{"type", "path", "timezone", "tables"}
                        : std::vector<std::string>{"type", "path", "timezone"});
  model.warehouse.kind = files ? Location::Kind::kFiles : Location::Kind::kDuckdb;
  model.warehouse.path = absolute(reader.text(*at, "path", true), folder);
  if (std::optional<At> tables = reader.field(*at, "tables"); tables && files) {
    parse_file_tables(reader, *tables, model.warehouse);
  }
}

// The zone a key names, or `otherwise`.
std::string parse_timezone(NodeReader& reader, const At& at, const std::string& otherwise) {
  std::string name = reader.text(at, "timezone", false);
  if (name.empty()) return otherwise;
  auto zone = base::TimeZone::load(name);
  if (zone) return name;
  reader.problem(*reader.field(at, "timezone"), zone.error().message);
  return otherwise;
}

void parse_week_start(NodeReader& reader, const At& root, Model& model) {
  static const std::vector<std::string> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                 "friday", "saturday", "sunday"};
  std::string day = reader.text(root, "week_start", false);
  if (day.empty()) return;
  auto found = std::find(kDays.begin(), kDays.end(), day);
  if (found == kDays.end()) {
    reader.problem(*reader.field(root, "week_start"),
                   fmt::format("unknown day \"{}\"{}", day, base::did_you_mean(day, kDays)));
    return;
  }
  model.week_start = static_cast<int>(found - kDays.begin());
}

constexpr int64_t kLeastTimeoutMs = base::kMinuteMs, kMostTimeoutMs = base::kDayMs;

// sessions: {timeout: 30 minutes}
void parse_sessions(NodeReader& reader, const At& root, Model& model) {
  std::optional<At> at = reader.field(root, "sessions");
  if (!at || !reader.map(*at, {"timeout"})) return;
  std::string text = reader.text(*at, "timeout", true);
  if (text.empty()) return;
  auto span = base::Span::parse(text);
  auto length = span ? span->milliseconds() : std::nullopt;
  if (length && *length >= kLeastTimeoutMs && *length <= kMostTimeoutMs) {
    model.session_timeout_ms = *length;
  } else {
    reader.problem(
        *reader.field(*at, "timeout"),
        fmt::format("a pause from \"1 minute\" to \"24 hours\" is expected, found \"{}\"", text));
  }
}

std::string relation_name(const Relation& relation) {
  return relation.table.empty() ? "query" : relation.table;
}

// An entry is known by its event, by table and event where several give the same one; names stay
// apart by a number at last.
void name_sources(std::vector<EventSource>& events) {
  std::map<std::string, int> uses, seen;
  for (const EventSource& source : events) ++uses[source.event];
  for (EventSource& source : events) {
    source.source = source.event;
    if (source.event.empty()) {
      source.source = relation_name(source.relation);
    } else if (uses[source.event] > 1) {
      source.source = fmt::format("{}: {}", relation_name(source.relation), source.event);
    }
    int number = ++seen[source.source];
    if (number > 1) source.source += fmt::format(" ({})", number);
  }
}

// {cohort: NAME, …}, {metric: NAME, …} or {event: NAME, …}: the name, and the definition without
// it.
std::vector<std::pair<std::string, Node>> parse_saved(NodeReader& reader, const At& root,
                                                      const std::string& section,
                                                      const std::string& name_key) {
  std::vector<std::pair<std::string, Node>> saved;
  std::optional<At> at = reader.field(root, section);
  if (!at || !reader.list(*at)) return saved;
  std::set<std::string> names;
  for (size_t i = 0; i < at->node.items.size(); ++i) {
    At item = at->item(i);
    if (!item.node.is_map()) {
      reader.problem(item, fmt::format("a map with \"{}\" is expected, found {}", name_key,
                                       item.node.describe()));
      continue;
    }
    std::string name = reader.text(item, name_key, true);
    if (name.empty()) continue;
    if (!names.insert(name).second)
      reader.problem(item, fmt::format("{} \"{}\" is defined twice", name_key, name));
    Node definition = item.node;
    std::erase_if(definition.fields, [&](const auto& field) { return field.first == name_key; });
    saved.emplace_back(std::move(name), std::move(definition));
  }
  return saved;
}

void parse_sources(NodeReader& reader, const At& root, Model& model) {
  if (std::optional<At> events = reader.field(root, "events"); events && reader.list(*events)) {
    for (size_t i = 0; i < events->node.items.size(); ++i) {
      model.events.push_back(parse_event_source(reader, events->item(i)));
    }
  } else if (!events) {
    reader.problem(root,
                   "\"events\" is missing: a list of {event: NAME, table: TABLE, time: COLUMN, …}");
  }
  name_sources(model.events);
  if (std::optional<At> users = reader.field(root, "users"))
    model.users = parse_user_source(reader, *users);
  if (std::optional<At> lookups = reader.field(root, "lookups"); lookups && reader.list(*lookups)) {
    std::set<std::string> names;
    for (size_t i = 0; i < lookups->node.items.size(); ++i) {
      model.lookups.push_back(parse_lookup_source(reader, lookups->item(i)));
      const std::string& name = model.lookups.back().lookup;
      if (!name.empty() && !names.insert(name).second) {
        reader.problem(lookups->item(i), fmt::format("lookup \"{}\" is defined twice", name));
      }
    }
  }
}

}  // namespace

Result<Model> parse(std::string_view yaml, const std::string& folder) {
  Node document = TRY(base::parse_document(yaml));
  At root{document, ""};
  NodeReader reader;
  Model model;
  bool is_map = reader.map(
      root, {"version", "project", "timezone", "week_start", "warehouse", "events", "users",
             "lookups", "cohorts", "metrics", "sessions", "custom_events", "custom_properties"});
  if (!is_map) return base::invalid(reader.problems());
  if (std::optional<At> version = reader.field(root, "version");
      version && version->node.text != "1") {
    reader.problem(*version,
                   fmt::format("version 1 is expected, found {}", version->node.describe()));
  }
  model.project = reader.text(root, "project", false);
  if (model.project.empty()) model.project = "project";
  model.timezone = parse_timezone(reader, root, "UTC");
  model.warehouse_timezone = model.timezone;
  parse_week_start(reader, root, model);
  parse_warehouse(reader, root, folder, model);
  if (std::optional<At> warehouse = reader.field(root, "warehouse");
      warehouse && warehouse->node.is_map()) {
    model.warehouse_timezone = parse_timezone(reader, *warehouse, model.timezone);
  }
  parse_sources(reader, root, model);
  model.cohorts = parse_saved(reader, root, "cohorts", "cohort");
  model.metrics = parse_saved(reader, root, "metrics", "metric");
  model.custom_events = parse_saved(reader, root, "custom_events", "event");
  // Read as a report's own are (query/bind/property_formula.h).
  if (auto at = reader.field(root, "custom_properties"); at && reader.list(*at))
    model.custom_properties = at->node.items;
  parse_sessions(reader, root, model);
  if (!reader.problems().empty()) return base::invalid(reader.problems());
  return model;
}

}  // namespace starling::model
