// Brings the warehouse's rows into the store by the model: standard, Mirror, full and once
// (model.md, sync modes).
//
// One run of one source is one commit: rows, checkpoint, kept-aside rows and record become visible
// together or not at all, so a run killed at any instant leaves the last complete state and the
// next run ends as if it had not been killed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/sink.h"
#include "model/compile.h"
#include "source/source.h"
#include "sync/record.h"

namespace starling::sync {

using base::Result;

// Answers the model compiler's questions from a real warehouse.
class SourceDescriber : public model::Describer {
 public:
  explicit SourceDescriber(source::Source& source) : source_(source) {}
  Result<std::vector<std::string>> table_names() override { return source_.table_names(); }
  Result<source::TableInfo> describe_table(const std::string& table) override {
    return source_.describe_table(table);
  }
  Result<source::TableInfo> describe_query(const std::string& sql) override {
    return source_.describe_query(sql);
  }
  std::string table_sql(const std::string& table) const override {
    return source_.names().sql(table);
  }
  std::string quote(const std::string& identifier) const override {
    return source_.names().quote(identifier);
  }
  source::Product product() const override { return source_.product(); }

 private:
  source::Source& source_;
};

struct Progress {
  std::string source;
  enum class Phase { kChecking, kReading, kWriting, kComparing, kDone } phase = Phase::kReading;
  uint64_t rows_read = 0;
  uint64_t rows_expected = 0;  // 0 = unknown
};

struct Options {
  std::vector<std::string> only;  // names of sources; empty = all
  bool due_only = false;  // leave out sources whose `every` has not passed since their last run
  bool accept_removals = false;  // Mirror goes on where it would remove more than 30 % of the rows
  bool backfill = false;  // standard: all rows are read again, and changed ones replace the stored
  // Asked between pieces of rows: once it says yes, the run ends and leaves no trace.
  std::function<bool()> cancelled = [] { return false; };
  std::function<void(const Progress&)> progress = [](const Progress&) {};
};

// Runs the sources in model order. A source that fails is recorded as failed with its reason,
// changes nothing, and does not stop the others. Fails as a whole when the store cannot be written
// or `only` names no source.
Result<std::vector<SourceRecord>> run(const model::Compiled& compiled, source::Source& warehouse,
                                      event::EventSink& sink, const base::Clock& clock,
                                      const Options& options);

// What the next run would do; nothing is written.
struct Plan {
  std::string source, kind, table = {}, mode = {};
  // "insert", "mirror: 3 of 365 days differ", "replace", "nothing: …", "reload: …", "remove: …"
  std::string action = {};
  uint64_t rows_read = 0;
  event::WriteCounts counts = {};
  uint64_t kept_aside = 0;
  std::vector<KeptAside> samples = {};  // of rows kept aside, at most 5
  std::string objection = {};           // why the run would pause, "" when it would not
};
Result<std::vector<Plan>> plan(const model::Compiled& compiled, source::Source& warehouse,
                               event::EventSink& sink, const base::Clock& clock,
                               const Options& options);

// The stored record of every source the model names (or, without a model, every source there is a
// record of).
Result<std::vector<SourceRecord>> status(const event::EventSink& sink);

// Milliseconds until the next source is due (schedule.h); nothing when none ever is.
std::optional<int64_t> next_due_ms(const model::Compiled& compiled, const event::EventSink& sink,
                                   const base::Clock& clock);

// Pauses a source or lets it go on: a held one runs only when it is asked for. kNotFound for a
// source that has never been synced.
Result<void> hold(event::EventSink& sink, const std::string& source, bool held);

}  // namespace starling::sync
