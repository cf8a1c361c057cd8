#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

#include "app/commands.h"
#include "app/progress.h"
#include "app/sync_once.h"
#include "app/text_table.h"
#include "app/wire.h"
#include "sync/sync.h"

namespace starling::app {

namespace {

using base::Error;
using sync::SourceRecord;

volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int) { stop_asked = 1; }

std::string check_text(const SourceRecord& record) {
  if (!record.reconciliation) return "";
  const auto& found = *record.reconciliation;
  if (found.equal) return found.checksums ? "equal, with checksums" : "equal";
  return fmt::format("differs: warehouse {}, store {}", grouped(found.warehouse_rows),
                     grouped(found.store_rows));
}

void print_records(const std::vector<SourceRecord>& records) {
  std::vector<std::vector<std::string>> rows = {{"source", "kind", "mode", "state", "last run",
                                                 "rows", "last read", "new", "changed", "removed",
                                                 "kept aside", "warehouse and store"}};
  for (const SourceRecord& record : records) {
    rows.push_back({record.source, record.kind, record.mode,
                    record.held ? record.state + ", paused" : record.state, record.last_run,
                    grouped(record.rows_total), grouped(record.rows_read),
                    grouped(record.rows_stored), grouped(record.rows_replaced),
                    grouped(record.rows_removed), grouped(record.rows_kept_aside),
                    check_text(record)});
  }
  std::fputs(text_table(rows, {5, 6, 7, 8, 9, 10}).c_str(), stdout);
  for (const SourceRecord& record : records) {
    if (!record.message.empty())
      std::printf("%s: %s\n", record.source.c_str(), record.message.c_str());
  }
  std::fflush(stdout);
}

Result<void> failure_of(const std::vector<SourceRecord>& records) {
  size_t failed = 0, paused = 0;
  for (const SourceRecord& record : records) {
    failed += record.state == "failed";
    paused += record.state == "paused";
  }
  if (failed == 0 && paused == 0) return {};
  if (failed == 0) {
    return Error{
        Error::Code::kUnavailable,
        fmt::format("{} of {} sources paused and changed nothing", paused, records.size())};
  }
  return Error{
      Error::Code::kUnavailable,
      fmt::format(
          "{} of {} sources failed; what they had is unchanged, and the next run tries again",
          failed, records.size())};
}

Result<SyncOutcome> run_once(const SyncOptions& options, bool due_only) {
  ProgressDisplay display;
  sync::Options run;
  run.only = options.only;
  run.due_only = due_only;
  run.accept_removals = options.accept_removals;
  run.backfill = options.backfill;
  run.cancelled = [] { return stop_asked != 0; };
  run.progress = [&display](const sync::Progress& progress) { display.show(progress); };
  return sync_once(options.model, options.data, run);
}

// A run that fails is said and tried again when it is due: a watch ends only when asked to.
Result<void> watch(const SyncOptions& options) {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  constexpr int64_t kPauseMinMs = 1'000, kPauseMaxMs = 60'000;
  while (stop_asked == 0) {
    auto outcome = run_once(options, true);
    // A model that does not fit, or a folder that another sync has, may be mended meanwhile.
    int64_t wait = kPauseMaxMs;
    Result<void> said;
    if (!outcome) {
      said = std::move(outcome).error();
    } else {
      print_records(outcome.value().records);
      said = failure_of(outcome.value().records);
      bool repeats = std::ranges::any_of(outcome.value().records,
                                         [](const auto& record) { return !record.every.empty(); });
      if (!repeats) {
        return Error{Error::Code::kInvalid,
                     "no source of the model says how often it runs; give one `every: 1 hour`"};
      }
      wait = outcome.value().next_due_ms.value_or(kPauseMaxMs);
    }
    if (!said && stop_asked == 0)
      std::fprintf(stderr, "starling: %s\n", said.error().message.c_str());
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(std::max(wait, kPauseMinMs));
    while (stop_asked == 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  return {};
}

}  // namespace

Result<void> run_sync(const SyncOptions& options) {
  if (options.watch) return watch(options);
  const SyncOutcome outcome = TRY(run_once(options, false));
  print_records(outcome.records);
  return failure_of(outcome.records);
}

Result<void> hold_source(const std::string& source, const std::string& data, bool held) {
  const auto store = TRY(open_store(data, false));
  TRY(sync::hold(*store, source, held));
  std::printf("%s %s\n", source.c_str(),
              held ? "is paused: it runs only when it is asked for" : "runs again when it is due");
  return {};
}

Result<void> print_runs(const std::string& source, const std::string& data) {
  const auto store = TRY(open_store(data, false));
  std::vector<std::vector<std::string>> rows = {
      {"started", "seconds", "state", "read", "new", "changed", "removed", "kept aside", ""}};
  for (const sync::RunRecord& run :
       sync::parse_runs(store->document(sync::runs_document(source)).value_or(""))) {
    rows.push_back({run.started, fmt::format("{:.1f}", static_cast<double>(run.duration_ms) / 1000),
                    run.state, grouped(run.rows_read), grouped(run.rows_stored),
                    grouped(run.rows_replaced), grouped(run.rows_removed),
                    grouped(run.rows_kept_aside), run.message});
  }
  if (rows.size() == 1) {
    return Error{Error::Code::kNotFound, "there are no runs of a source \"" + source + "\""};
  }
  std::fputs(text_table(rows, {1, 3, 4, 5, 6, 7}).c_str(), stdout);
  return {};
}

Result<void> print_status(const std::string& data) {
  const auto store = TRY(open_store(data, false));
  print_records(TRY(sync::status(*store)));
  return {};
}

}  // namespace starling::app
