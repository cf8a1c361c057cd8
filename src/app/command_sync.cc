#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "app/commands.h"
#include "app/progress.h"
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
    rows.push_back({record.source, record.kind, record.mode, record.state, record.last_run,
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

Result<void> run_once(const LoadedModel& model, store::Store& store, const SyncOptions& options,
                      bool due_only) {
  const base::SystemClock clock;
  std::vector<SourceRecord> records;
  {
    ProgressDisplay display;
    sync::Options run;
    run.only = options.only;
    run.due_only = due_only;
    run.accept_removals = options.accept_removals;
    run.backfill = options.backfill;
    run.progress = [&display](const sync::Progress& progress) { display.show(progress); };
    records = TRY(sync::run(model.compiled, *model.warehouse, store, clock, run));
  }
  print_records(records);
  // Whoever writes meanwhile merges after its own run.
  auto merged = store.compact();
  if (!merged && merged.error().code != Error::Code::kConflict) return merged;
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

// A run that fails is said and tried again when it is due: a watch ends only when asked to.
Result<void> watch(const SyncOptions& options) {
  std::signal(SIGINT, ask_to_stop);
  std::signal(SIGTERM, ask_to_stop);
  const base::SystemClock clock;
  while (stop_asked == 0) {
    const LoadedModel model = TRY(load_model(options.model));
    auto store = TRY(open_store(options.data, true));
    if (!sync::next_due_ms(model.compiled, *store, clock)) {
      return Error{Error::Code::kInvalid,
                   "no source of the model says how often it runs; give one `every: 1 hour`"};
    }
    auto run = run_once(model, *store, options, true);
    if (!run) std::fprintf(stderr, "starling: %s\n", run.error().message.c_str());
    constexpr int64_t kPauseMinMs = 1'000;
    const int64_t wait = std::max(
        kPauseMinMs, sync::next_due_ms(model.compiled, *store, clock).value_or(kPauseMinMs));
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait);
    while (stop_asked == 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  return {};
}

}  // namespace

Result<void> run_sync(const SyncOptions& options) {
  if (options.watch) return watch(options);
  const LoadedModel model = TRY(load_model(options.model));
  auto store = TRY(open_store(options.data, true));
  return run_once(model, *store, options, false);
}

Result<void> print_status(const std::string& data) {
  const auto store = TRY(open_store(data, false));
  print_records(TRY(sync::status(*store)));
  return {};
}

}  // namespace starling::app
