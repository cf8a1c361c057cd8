// The event model as plain data: what model.md's file says, names not yet checked against the
// warehouse (check.h does that).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/document.h"
#include "base/result.h"
#include "base/time.h"
#include "event/schema.h"
#include "source/location.h"

namespace starling::model {

using base::Result;

enum class SyncMode : uint8_t { kStandard, kMirror, kFull, kOnce };

struct Sync {
  SyncMode mode = SyncMode::kOnce;
  std::string cursor;  // column; "" where the mode has none
  base::Span overlap{0, base::Span::Unit::kDay};
  std::optional<base::Span> every;
};

// A table by name, or a query.
struct Relation {
  std::string table;
  std::string query;
};

// Pairs (column of the other table, column of the fact).
using On = std::vector<std::pair<std::string, std::string>>;

struct Join {
  std::string alias;
  Relation relation;
  On on;
  std::string valid_from, valid_to;  // as-of validity range; "" = a plain join
  int line = 0;
};

struct PropertySource;

struct ListSource {
  Relation relation;
  On on;
  std::vector<std::string> order_by;
  std::vector<Join> joins;
  std::vector<PropertySource> properties;
};

// What a property is made of: a column (or alias.column), an SQL expression, or a list of objects
// from a child table.
struct PropertySource {
  std::string name;
  std::string column;
  std::string sql;
  std::optional<ListSource> list;
  int line = 0;
};

struct EventSource {
  std::string source;        // unique name of this entry: the event's name, or table and event when
                             // several share it
  std::string event;         // constant name, or
  std::string event_column;  // the column that holds it
  Relation relation;
  std::string time;
  std::string user;             // "" = events without users
  std::vector<std::string> id;  // may be empty
  std::vector<Join> joins;
  bool all_properties = false;  // properties: "*"
  std::vector<PropertySource> properties;
  Sync sync;
  int line = 0;
};

// Every version of a row is kept: it holds from its start until the next version of its user or
// key.
struct History {
  std::string from;                         // column: when the version began
  event::AsOf as_of = event::AsOf::kEvent;  // what a report means that does not say
};

struct UserSource {
  Relation relation;
  std::string user;
  std::optional<History> history;
  std::vector<Join> joins;
  bool all_properties = false;
  std::vector<PropertySource> properties;
  Sync sync;
  int line = 0;
};

struct LookupSource {
  std::string lookup;
  Relation relation;
  std::string key;
  event::LookupTarget on;
  std::optional<History> history;
  std::vector<Join> joins;
  bool all_properties = false;
  std::vector<PropertySource> properties;
  Sync sync;
  int line = 0;
};

struct Model {
  std::string project;
  std::string timezone = "UTC";
  int week_start = 0;                      // 0 Monday
  std::string warehouse_timezone = "UTC";  // of timestamps that carry no zone
  source::Location warehouse;
  std::vector<EventSource> events;
  std::optional<UserSource> users;
  std::vector<LookupSource> lookups;
  std::vector<std::pair<std::string, base::Node>> cohorts;  // name, {all: …} or {any: …}
  std::vector<std::pair<std::string, base::Node>> metrics;  // name, metric without the `metric` key
  std::vector<std::pair<std::string, base::Node>> custom_events;  // name, {any: […]}
  std::vector<base::Node> custom_properties;  // {property or user: NAME, formula: TEXT}
  int64_t session_timeout_ms = 30 * base::kMinuteMs;
};

// Reads a model file's text. Names every problem at once, with line and nearest known key. `folder`
// is where the file lies: relative warehouse paths start there.
Result<Model> parse(std::string_view yaml, const std::string& folder);

}  // namespace starling::model
