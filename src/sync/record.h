// What is remembered of a source between runs. It lies in the store beside the data and changes in
// the same commit, so that the checkpoint can never be ahead of or behind the rows (document
// "source/NAME", shown by the API as it is).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace starling::sync {

using base::Result;

// Warehouse against store after a run.
struct Reconciliation {
  uint64_t warehouse_rows = 0;
  uint64_t store_rows = 0;
  uint64_t kept_aside = 0;  // rows of the warehouse that are not stored because they do not fit
  uint64_t duplicates = 0;  // rows of the warehouse that share the key of a stored row
  bool checksums = false;   // whether keys and times were summed on both sides, too
  bool equal = false;
};

struct SourceRecord {
  std::string source;
  std::string kind;  // "events", "users", "lookup"
  std::string table;
  std::string mode;                    // "standard", "mirror", "full", "once"
  std::string every;                   // "1 hour", or ""
  std::string state = "never run";     // "ok", "failed", "paused"
  std::string last_run, last_success;  // RFC 3339, or ""
  std::string message;                 // why it failed, or what to know
  uint64_t failures = 0;               // runs that failed since the last one that did not
  bool held = false;                   // a person has paused it: it runs only when asked to
  uint64_t duration_ms = 0;            // of the last run
  std::string
      definition;  // fingerprint of what decides which rows there are: a change reloads the source
  // Of the last run. Rows changed: those that standard sync ignores; Mirror has rows replaced.
  uint64_t rows_read = 0, rows_stored = 0, rows_known = 0, rows_changed = 0;
  uint64_t rows_replaced = 0, rows_removed = 0;
  uint64_t rows_kept_aside = 0;  // now
  uint64_t rows_total = 0;       // in the store
  std::string cursor;            // as SQL literal text without quotes, "" before the first run
  std::optional<int64_t> cursor_value;  // the same as a number in the cursor column's own unit
  std::optional<Reconciliation> reconciliation;
};

// One run of a source, as the list of its last runs keeps it.
struct RunRecord {
  std::string started;  // RFC 3339
  uint64_t duration_ms = 0;
  std::string state, message;
  uint64_t rows_read = 0, rows_stored = 0, rows_replaced = 0, rows_removed = 0, rows_kept_aside = 0;
};
constexpr size_t kRunsKept = 30;

std::string runs_document(const std::string& source);
// The newest run first. What cannot be read is empty.
std::vector<RunRecord> parse_runs(const std::string& json);
std::string to_json(const std::vector<RunRecord>& runs);

std::string to_json(const SourceRecord& record);
// Fails with kCorrupt when the text is no record.
Result<SourceRecord> parse_record(const std::string& json);

std::string record_document(const std::string& source);  // the document's name
std::string kept_aside_document(const std::string& source);
std::string days_document(const std::string& source);  // mirror.h

// A row of the warehouse that does not fit, and why.
struct KeptAside {
  std::string id;  // text of the row's id, or of its key; "" when it has none
  std::string reason;
  std::string first_seen;  // RFC 3339
  std::string row;         // the mapped values as JSON
};

// How the reason of a line starts that a text file's reader could not take apart.
constexpr const char* kUnreadable = "unreadable";

std::string to_json_lines(const std::vector<KeptAside>& rows);
Result<std::vector<KeptAside>> parse_kept_aside(const std::string& json_lines);

}  // namespace starling::sync
