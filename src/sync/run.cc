#include <fmt/format.h>

#include <algorithm>

#include "model/selects.h"
#include "model/settings.h"
#include "sync/follow.h"
#include "sync/mirror.h"
#include "sync/reconcile.h"
#include "sync/sources.h"
#include "sync/sync.h"

namespace starling::sync {
namespace {

using base::Error;
using model::kind_name;
using model::Select;

constexpr const char* kProjectDocument = "project";
constexpr const char* kSelectsDocument = "selects";

SourceRecord record_of(const Select& select, const std::optional<SourceRecord>& before) {
  SourceRecord record = before.value_or(SourceRecord{});
  record.source = select.source;
  record.kind = kind_name(select.kind);
  record.table = select.relation;
  record.mode = mode_name(select.sync.mode);
  record.every = select.sync.every ? select.sync.every->text() : "";
  return record;
}

// The settings of the model and the list of its sources; sources that are gone from the model take
// their rows along.
Result<void> write_settings(const Context& context) {
  auto write = TRY(context.sink.begin());
  TRY(write->set_document(kProjectDocument, model::settings_json(context.compiled.model)));
  TRY(write->set_document(kSelectsDocument, model::selects_json(context.compiled)));
  TRY(write->set_document(kSourcesDocument, sources_json(context.compiled.selects)));
  for (auto& [source, kind] : stored_sources(context.sink)) {
    auto& selects = context.compiled.selects;
    bool stays = std::any_of(selects.begin(), selects.end(), [&](const Select& select) {
      return select.source == source && kind_name(select.kind) == kind;
    });
    if (stays) continue;
    if (kind == "events") TRY(write->remove_source(source));
    if (kind == "lookup") TRY(write->remove_lookup(source));
    if (kind == "users") TRY(write->replace_users({}));
    TRY(write->set_document(record_document(source), ""));
    TRY(write->set_document(kept_aside_document(source), ""));
    TRY(write->set_document(days_document(source), ""));
    TRY(write->set_document(pending_document(source), ""));
    TRY(write->set_document(runs_document(source), ""));
  }
  TRY(write->commit());
  return {};
}

// The record, and the run it tells of at the head of the last ones.
Result<void> write_record(const Context& context, const SourceRecord& record) {
  std::vector<RunRecord> runs =
      parse_runs(context.sink.document(runs_document(record.source)).value_or(""));
  runs.insert(runs.begin(), {record.last_run, record.duration_ms, record.state, record.message,
                             record.rows_read, record.rows_stored, record.rows_replaced,
                             record.rows_removed, record.rows_kept_aside});
  if (runs.size() > kRunsKept) runs.resize(kRunsKept);
  auto write = TRY(context.sink.begin());
  TRY(write->set_document(record_document(record.source), to_json(record)));
  TRY(write->set_document(runs_document(record.source), to_json(runs)));
  TRY(write->commit());
  return {};
}

bool is_mirrored(const Select& select) { return select.sync.mode == model::SyncMode::kMirror; }

Decision decision_of(const Context& context, const Select& select,
                     const std::optional<SourceRecord>& before) {
  Decision decision = decide(select, definition_of(context.compiled, select), before,
                             context.clock.now(), context.options.due_only);
  bool reads_again = context.options.backfill && decision.action == Decision::Action::kSince;
  return reads_again ? Decision{Decision::Action::kAll, "", std::nullopt} : decision;
}

uint64_t stored_rows(const Context& context, const Select& select) {
  if (select.kind == Select::Kind::kUsers) return context.sink.user_rows();
  if (select.kind == Select::Kind::kLookup)
    return context.sink.lookup_rows(select.source).value_or(0);
  auto totals = context.sink.source_totals(select.source);
  return totals.ok() ? totals.value().rows : 0;
}

// The rows of one run, read into a write that is not committed.
struct Rows {
  std::unique_ptr<event::Write> write;
  Reading reading;
  std::optional<MirrorStep> mirror;  // of mirrored events
  event::WriteCounts counts;
  uint64_t removed = 0;  // as counts.removed; of users and lookups, how many fewer there are
};

Result<Rows> read_rows(const Context& context, const Select& select, const Decision& decision) {
  Rows rows;
  bool reloads = decision.action == Decision::Action::kReload;
  bool of_events = select.kind == Select::Kind::kEvents;
  uint64_t before = stored_rows(context, select);
  rows.write = TRY(context.sink.begin());
  if (reloads && of_events) TRY(rows.write->remove_source(select.source));
  if (is_mirrored(select) && of_events) rows.mirror = TRY(plan_mirror(context, select, reloads));
  rows.reading = TRY(
      read_source(context, select, decision, rows.mirror ? &*rows.mirror : nullptr, *rows.write));
  rows.counts = TRY(rows.write->count());
  rows.removed = rows.counts.removed;
  if (!of_events && before > rows.reading.table_rows)
    rows.removed = before - rows.reading.table_rows;
  return rows;
}

// Why a run of a mirror has to be asked for first; "" when it may go on.
std::string objection(const Context& context, const Select& select, const Rows& rows) {
  uint64_t before = stored_rows(context, select);
  bool asks = is_mirrored(select) && !context.options.accept_removals &&
              removes_too_much(rows.removed, before);
  if (!asks) return "";
  return fmt::format(
      "this run would remove {} of {} rows, more than 30 %, as if the table had been emptied or "
      "replaced by another one; nothing is changed. If it is meant, run sync with "
      "--accept-removals",
      rows.removed, before);
}

// Which days rows were on before they changed is not known, so a run by keys leaves no checksum: a
// day could come back to what it was.
Result<void> remember_days(const Select& select, const Rows& rows) {
  std::string document = days_document(select.source);
  if (!rows.mirror->keys) {
    return rows.write->set_document(
        document, days_to_remember(select, *rows.mirror, rows.reading.map.kept_aside_days,
                                   rows.counts.duplicates > 0));
  }
  return rows.mirror->keys->empty() ? Result<void>() : rows.write->set_document(document, "");
}

// What a source holds still between its load and the comparison that follows.
struct Loaded {
  source::OneInstant instant;
  std::optional<Reading> reading;  // nothing when the run is paused
};

// Reads, then commits rows, checkpoint and record together.
Result<Loaded> load(const Context& context, const Select& select, const Decision& decision,
                    SourceRecord& record) {
  TRY(check_fanout(context, select));
  base::TimeMs settled = TRY(context.warehouse.settled());
  Loaded loaded{TRY(source::OneInstant::of(context.warehouse)), std::nullopt};
  Rows rows = TRY(read_rows(context, select, decision));
  const Reading& reading = rows.reading;
  record.rows_read = reading.rows_read;
  record.message = objection(context, select, rows);
  if (!record.message.empty()) {
    record.state = "paused";
    return loaded;
  }
  if (decision.action == Decision::Action::kReload) record.cursor_value.reset();
  if (select.has_cursor && reading.map.cursor_max != INT64_MIN) {
    int64_t cursor =
        bounded_cursor(select, reading.map.cursor_max, settled, context.warehouse_zone);
    record.cursor_value = std::max(cursor, record.cursor_value.value_or(cursor));
    record.cursor = cursor_literal(select.cursor, *record.cursor_value);
  }
  record.state = "ok";
  record.failures = 0;
  record.definition = definition_of(context.compiled, select);
  record.last_success = record.last_run;
  record.rows_kept_aside = reading.map.kept_aside_count;
  record.rows_stored =
      select.kind == Select::Kind::kEvents ? rows.counts.stored : reading.table_rows;
  record.rows_known = rows.counts.known;
  record.rows_changed = rows.counts.changed;
  record.rows_replaced = rows.counts.replaced;
  record.rows_removed = rows.removed;
  context.options.progress({select.source, Progress::Phase::kWriting, reading.rows_read, 0});
  TRY(rows.write->set_document(record_document(select.source), to_json(record)));
  TRY(rows.write->set_document(kept_aside_document(select.source),
                               to_json_lines(reading.map.kept_aside)));
  auto pending = context.pending.find(select.source);
  if (pending != context.pending.end()) {
    TRY(rows.write->set_document(pending_document(select.source),
                                 nothing_pending(pending->second)));
  }
  if (rows.mirror) TRY(remember_days(select, rows));
  TRY(rows.write->commit());
  loaded.reading = std::move(rows.reading);
  return loaded;
}

Result<void> compare(const Context& context, const Select& select, const Reading& reading,
                     SourceRecord& record) {
  context.options.progress({select.source, Progress::Phase::kComparing, reading.rows_read, 0});
  record.reconciliation = TRY(reconcile(context, select, reading));
  record.rows_total = record.reconciliation->store_rows;
  record.message = explain(select, *record.reconciliation);
  auto pending = context.pending.find(select.source);
  if (record.message.empty() && pending != context.pending.end())
    record.message = pending->second.reason;
  if (record.rows_changed > 0) {
    record.message += fmt::format(
        "{}{} rows have changed since they were read: standard sync keeps the first version",
        record.message.empty() ? "" : "; ", record.rows_changed);
  }
  return {};
}

// Runs one source; its failure becomes its record's. Fails only when the record itself cannot be
// written.
Result<SourceRecord> run_source(const Context& context, const Select& select) {
  std::optional<SourceRecord> before = stored_record(context.sink, select.source);
  SourceRecord record = record_of(select, before);
  Decision decision = decision_of(context, select, before);
  if (decision.action == Decision::Action::kSkip) return record;
  base::TimeMs began = context.clock.now();
  record.last_run = base::utc_text(began);
  context.options.progress({select.source, Progress::Phase::kChecking, 0, 0});
  SourceRecord next = record;
  auto loaded = load(context, select, decision, next);
  if (loaded) {
    record = next;
    if (loaded.value().reading) {
      auto compared = compare(context, select, *loaded.value().reading, record);
      if (!compared)
        record.message = "the comparison with the warehouse failed: " + compared.error().message;
    }
  } else if (loaded.error().code == Error::Code::kCancelled) {
    return before.value_or(SourceRecord{});
  } else {
    record.state = "failed";
    record.message = loaded.error().message;
    ++record.failures;
  }
  record.duration_ms = static_cast<uint64_t>(context.clock.now().value - began.value);
  TRY(write_record(context, record));
  context.options.progress(
      {select.source, Progress::Phase::kDone, record.rows_read, record.rows_read});
  return record;
}

std::string action_of(const Select& select, const Decision& decision, const Rows& rows) {
  if (decision.action == Decision::Action::kReload) return "reload: " + decision.reason;
  if (select.kind != Select::Kind::kEvents) return "replace";
  if (!rows.mirror) return "insert";
  if (rows.mirror->everything) return "mirror";
  return fmt::format("mirror: {} of {} days differ", rows.mirror->days_changed,
                     rows.mirror->days.size());
}

}  // namespace

Result<std::vector<SourceRecord>> run(const model::Compiled& compiled, source::Source& warehouse,
                                      event::EventSink& sink, const base::Clock& clock,
                                      const Options& options) {
  Context context = TRY(make_context(compiled, warehouse, sink, clock, options));
  TRY(write_settings(context));
  context.pending = TRY(take_changes(context));
  std::vector<SourceRecord> records;
  for (const Select& select : compiled.selects) {
    if (is_chosen(options, select)) records.push_back(TRY(run_source(context, select)));
  }
  return records;
}

Result<std::vector<Plan>> plan(const model::Compiled& compiled, source::Source& warehouse,
                               event::EventSink& sink, const base::Clock& clock,
                               const Options& options) {
  Context context = TRY(make_context(compiled, warehouse, sink, clock, options));
  std::vector<Plan> plans;
  for (const Select& select : compiled.selects) {
    if (!is_chosen(options, select)) continue;
    Plan plan{select.source, std::string(kind_name(select.kind)), select.relation,
              std::string(mode_name(select.sync.mode))};
    Decision decision = decision_of(context, select, stored_record(sink, select.source));
    if (decision.action == Decision::Action::kSkip) {
      plan.action = "nothing: " + decision.reason;
      plans.push_back(std::move(plan));
      continue;
    }
    TRY(check_fanout(context, select));
    auto instant = TRY(source::OneInstant::of(warehouse));
    Rows rows = TRY(read_rows(context, select, decision));
    plan.action = action_of(select, decision, rows);
    plan.counts = rows.counts;
    if (select.kind != Select::Kind::kEvents)
      plan.counts = {rows.reading.table_rows, 0, 0, rows.reading.table_duplicates};
    plan.objection = objection(context, select, rows);
    plan.rows_read = rows.reading.rows_read;
    plan.kept_aside = rows.reading.map.kept_aside_count;
    plan.samples = std::move(rows.reading.map.kept_aside);
    plan.samples.resize(std::min<size_t>(plan.samples.size(), 5));
    plans.push_back(std::move(plan));
  }
  for (auto& [source, kind] : stored_sources(sink)) {
    bool stays = std::any_of(compiled.selects.begin(), compiled.selects.end(),
                             [&](const Select& select) { return select.source == source; });
    if (stays || !options.only.empty()) continue;
    Plan plan{source, kind};
    plan.action = "remove: the model no longer names it";
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace starling::sync
