// Reads one source by its SELECT and writes what fits: the part that a run and a plan have in
// common.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "event/sink.h"
#include "source/source.h"
#include "sync/decide.h"
#include "sync/map_events.h"
#include "sync/sync.h"

namespace starling::sync {

// Rows that have changed since a source was read, by the parts of their ids (follow.h).
struct PendingRows {
  bool everything = false;  // which rows is not known
  std::string reason;       // why, in words; may be ""
  std::set<std::vector<std::string>> keys;
  std::string of;  // fingerprint of the SELECT and of the tables it reads
};

// Everything a run works with.
struct Context {
  const model::Compiled& compiled;
  source::Source& warehouse;
  event::EventSink& sink;
  const base::Clock& clock;
  const Options& options;
  base::TimeZone warehouse_zone, project_zone;
  std::map<std::string, PendingRows> pending = {};  // of the sources whose log is followed
};

// kInvalid when `options.only` names no source.
Result<Context> make_context(const model::Compiled& compiled, source::Source& warehouse,
                             event::EventSink& sink, const base::Clock& clock,
                             const Options& options);
bool is_chosen(const Options& options, const model::Select& select);

struct Reading {
  uint64_t rows_read = 0;
  MapState map;
  uint64_t table_duplicates = 0;  // users and lookups: rows beaten by another of their key
  uint64_t table_rows = 0;        // users and lookups: rows taken
};

struct MirrorStep;

// Refuses joins that would multiply facts, naming the keys that do it.
Result<void> check_fanout(const Context& context, const model::Select& select);
// Keys between whose validity ranges lies time, a sentence a join.
Result<std::vector<std::string>> describe_gaps(const Context& context, const model::Select& select);

// Appends the rows to `write` that `decision` or the step of a Mirror (mirror.h, else nullptr) asks
// for, and tries the rows kept aside before once more. Nothing is committed.
Result<Reading> read_source(const Context& context, const model::Select& select,
                            const Decision& decision, const MirrorStep* mirror,
                            event::Write& write);

}  // namespace starling::sync
