// Rows of facts, read as events, on their way into the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "event/column.h"
#include "event/row_key.h"
#include "event/schema.h"

namespace starling::event {

struct NamedColumn {
  std::string name;
  Column column;
};

// Rows of one event name from one source; all columns have the same length.
struct EventBatch {
  std::string source;  // the `events:` entry they come from
  std::string event;
  TextColumn users;                     // "" = no user
  std::vector<int64_t> times;           // ms
  std::vector<base::Hash128> row_keys;  // event::row_key of this event
  std::vector<uint64_t>
      content_hashes;  // of everything mapped, to tell a changed row from the same row again
  std::vector<int64_t>
      cursors;  // decides between rows of one key within a run; 0 where there is no cursor
  std::vector<NamedColumn> properties;
  // A row whose key is known with other content replaces the stored one (Mirror); otherwise it is
  // counted and ignored (standard). The same for all batches of a source in one write.
  bool replaces = false;

  size_t size() const { return times.size(); }
};

// Stored rows that the warehouse has no more.
struct RemovedRows {
  std::string source;
  std::vector<base::Hash128> row_keys;
  std::vector<int64_t> cursors;  // decides, as in EventBatch, against rows of the same key

  size_t size() const { return row_keys.size(); }
};

// Times in ms, [from, to).
struct TimeSpan {
  int64_t from = 0, to = 0;

  bool has(int64_t time) const { return from <= time && time < to; }
};

// Properties for stored rows of one event, known by their keys.
struct FilledRows {
  std::string source, event;
  std::vector<base::Hash128> row_keys;
  std::vector<uint64_t> content_hashes;  // of the rows with what is filled in
  std::vector<NamedColumn> properties;

  size_t size() const { return row_keys.size(); }
};

// Profiles, one row a user; with history, one row a user and start of a version, which holds until
// the user's next one.
struct UserBatch {
  TextColumn users;
  std::optional<AsOf> history;
  std::vector<int64_t> starts;  // ms, one a row, with history only
  std::vector<NamedColumn> properties;
};

// A whole lookup table; keys are compared by their text (semantics.md §1.9.8), which is to_text of
// the key value. With history (Lookup::history), one row a key and start.
struct LookupTable {
  TextColumn keys;
  std::vector<int64_t> starts;  // ms, one a row, with history only
  std::vector<NamedColumn> columns;
};

}  // namespace starling::event
