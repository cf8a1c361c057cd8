#include "sync/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>
#include <set>

#include "model/dialect.h"
#include "source/local_time.h"
#include "sync/follow.h"
#include "sync/map_tables.h"
#include "sync/mirror.h"
#include "sync/row_text.h"

namespace starling::sync {
namespace {

using model::Select;
using source::Rows;

// A lookup's target says which event property it describes; the sink wants it with the table's
// columns.
event::Lookup lookup_of(const Select& select) {
  return event::Lookup{select.source, select.on, select.properties, select.history};
}

// The number of rows a read will give, for the progress bar only: 0 when it cannot be told.
uint64_t expected_rows(const Context& context, const Select& select, const Decision& decision) {
  if (decision.action == Decision::Action::kSince || select.count_sql.empty()) return 0;
  uint64_t rows = 0;
  auto counted = context.warehouse.read(
      {select.count_sql},
      [&](Rows found) -> Result<void> {
        if (found.size() > 0) rows = static_cast<uint64_t>(found.columns[0].integers[0]);
        return {};
      },
      [](source::Reject) {});
  return counted.ok() ? rows : 0;
}

// Lines of text files that cannot be read at all are found again by every read of the file.
void keep_reject(source::Reject reject, MapState& state) {
  ++state.kept_aside_count;
  if (state.kept_aside.size() >= kKeptAsideMax) return;
  state.kept_aside.push_back(
      {"", kUnreadable + std::string(": ") + reject.reason, "",
       "{\"line\":" + event::to_json(event::Value{std::move(reject.row)}) + "}"});
}

// Rows kept aside before and older than this run's cursor condition, by their ids: mended rows come
// in, the others stay.
std::string retry_sql(const Select& select, const model::Dialect& dialect,
                      const std::vector<KeptAside>& kept, const std::string& since) {
  std::string ids;
  for (const KeptAside& row : kept) {
    if (!row.id.empty()) ids += (ids.empty() ? "" : ", ") + dialect.text_literal(row.id);
  }
  if (ids.empty()) return "";
  std::string id;
  for (int i = 1; i <= select.id_columns; ++i) {
    if (i > 1) id += " || " + dialect.id_separator() + " || ";
    const source::ColumnInfo& info = select.ids[static_cast<size_t>(i) - 1];
    id += fmt::format("coalesce({}, '')", dialect.text(fmt::format("\"id_{}\"", i), info));
  }
  return fmt::format("SELECT * FROM ({}) AS kept WHERE {} IN ({}) AND \"cursor\" < {}", select.sql,
                     id, ids, dialect.literal(since, select.cursor));
}

class SourceReader {
 public:
  SourceReader(const Context& context, const Select& select, const Decision& decision,
               const MirrorStep* mirror, event::Write& write)
      : context_(context),
        select_(select),
        decision_(decision),
        mirror_(mirror),
        write_(write),
        events_(select, context.warehouse_zone, context.project_zone, context.clock.now()),
        table_(select, context.warehouse_zone, context.project_zone) {}

  Result<Reading> read() {
    progress_.source = select_.source;
    progress_.rows_expected = expected_rows(context_, select_, decision_);
    if (auto kept = context_.sink.document(kept_aside_document(select_.source))) {
      before_ = TRY(parse_kept_aside(*kept));
    }
    if (mirror_ != nullptr) {
      if (!mirror_->sql.empty()) TRY(read_sql(mirror_->sql, true));
      if (!mirror_->spans.empty()) TRY(write_.remove_others(select_.source, mirror_->spans));
      if (mirror_->keys && !mirror_->keys->empty())
        TRY(write_.remove_rows(missing_rows(context_, select_, *mirror_->keys, seen_)));
    } else if (decision_.since) {
      std::string since = cursor_literal(select_.cursor, *decision_.since);
      TRY(read_sql(select_.sql_since(since), true));
      TRY(retry_kept_aside(since));
    } else {
      TRY(read_sql(select_.sql, true));
    }
    stamp_kept_aside();
    if (select_.kind != Select::Kind::kEvents) TRY(write_table());
    return std::move(reading_);
  }

 private:
  Result<void> read_sql(const std::string& sql, bool with_rejects) {
    Result<void> taken;  // rejects are kept where rows are, so these have to be done
    TRY(context_.warehouse.read(
        {sql, select_.columns()}, [&](Rows rows) { return take(std::move(rows)); },
        [&](source::Reject reject) {
          if (taken) taken = finish_taking();
          if (with_rejects) keep_reject(std::move(reject), reading_.map);
        }));
    TRY(std::move(taken));
    return finish_taking();
  }

  // Rows are mapped and written in the background, a piece at a time and in their order, while the
  // next ones are read.
  Result<void> take(Rows rows) {
    TRY(finish_taking());
    if (context_.options.cancelled())
      return base::Error{base::Error::Code::kCancelled, "the sync was stopped"};
    reading_.rows_read += rows.size();
    progress_.rows_read = reading_.rows_read;
    context_.options.progress(progress_);
    taking_ = std::async(std::launch::async, [this, rows = std::move(rows)]() mutable {
      return write_rows(std::move(rows));
    });
    return {};
  }

  Result<void> finish_taking() { return taking_.valid() ? taking_.get() : Result<void>(); }

  Result<void> write_rows(Rows rows) {
    size_t first_property = rows.columns.size() - select_.properties.size();
    for (size_t i = 0; i < select_.properties.size(); ++i) {
      source::to_instants(rows.columns[first_property + i], select_.property_columns[i],
                          context_.warehouse_zone);
    }
    if (select_.kind != Select::Kind::kEvents) {
      table_.add(rows, reading_.map);
      return {};
    }
    for (event::EventBatch& batch : events_.map(std::move(rows), reading_.map)) {
      batch.replaces = mirror_ != nullptr || context_.options.backfill;
      if (mirror_ != nullptr && mirror_->keys)
        seen_.insert(batch.row_keys.begin(), batch.row_keys.end());
      TRY(write_.append(std::move(batch)));
    }
    return {};
  }

  Result<void> retry_kept_aside(const std::string& since) {
    const model::Dialect& dialect = model::dialect_of(context_.warehouse.product());
    std::string sql = select_.id_columns > 0 ? retry_sql(select_, dialect, before_, since) : "";
    if (!sql.empty()) TRY(read_sql(sql, false));
    // A row without an id cannot be asked for: it stays until the run that reads everything.
    std::set<std::string> seen;
    for (const KeptAside& row : reading_.map.kept_aside) seen.insert(row.row);
    for (const KeptAside& row : before_) {
      if (!row.id.empty() || row.reason.starts_with(kUnreadable) || seen.contains(row.row))
        continue;
      ++reading_.map.kept_aside_count;
      reading_.map.kept_aside.push_back(row);
    }
    return {};
  }

  void stamp_kept_aside() {
    std::map<std::string, std::string> earlier;
    for (const KeptAside& row : before_) earlier.emplace(row.id + row.row, row.first_seen);
    std::string now = base::utc_text(context_.clock.now());
    for (KeptAside& row : reading_.map.kept_aside) {
      auto found = earlier.find(row.id + row.row);
      if (row.first_seen.empty()) row.first_seen = found != earlier.end() ? found->second : now;
    }
  }

  Result<void> write_table() {
    if (select_.kind == Select::Kind::kLookup) {
      event::LookupTable table = table_.take_lookup(reading_.map, reading_.table_duplicates);
      reading_.table_rows = table.keys.size();
      return write_.replace_lookup(lookup_of(select_), std::move(table));
    }
    event::UserBatch users = table_.take_users(reading_.map, reading_.table_duplicates);
    reading_.table_rows = users.users.size();
    if (select_.sync.mode == model::SyncMode::kStandard)
      return write_.merge_users(std::move(users));
    return write_.replace_users(std::move(users));
  }

  const Context& context_;
  const Select& select_;
  const Decision& decision_;
  const MirrorStep* mirror_;
  event::Write& write_;
  EventMapper events_;
  TableMapper table_;
  Progress progress_;
  Reading reading_;
  std::vector<KeptAside> before_;
  std::set<base::Hash128> seen_;      // row keys, of a Mirror by keys
  std::future<Result<void>> taking_;  // last, so that it ends before anything it uses
};

}  // namespace

Result<Context> make_context(const model::Compiled& compiled, source::Source& warehouse,
                             event::EventSink& sink, const base::Clock& clock,
                             const Options& options) {
  for (const std::string& name : options.only) {
    std::vector<std::string> names;
    for (const Select& select : compiled.selects) names.push_back(select.source);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return base::Error{
          base::Error::Code::kInvalid,
          fmt::format("the model has no source \"{}\"{}", name, base::did_you_mean(name, names))};
    }
  }
  return Context{compiled,
                 warehouse,
                 sink,
                 clock,
                 options,
                 TRY(base::TimeZone::load(compiled.model.warehouse_timezone)),
                 TRY(base::TimeZone::load(compiled.model.timezone))};
}

bool is_chosen(const Options& options, const Select& select) {
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), select.source) != options.only.end();
}

namespace {

Result<model::KeyCounts> key_counts(const Context& context, const std::string& sql) {
  model::KeyCounts counts;
  TRY(context.warehouse.read(
      {sql},
      [&](Rows rows) -> Result<void> {
        for (size_t row = 0; row < rows.size(); ++row)
          counts.emplace_back(key_text(rows.columns[0], row), rows.columns[1].integers[row]);
        return {};
      },
      [](source::Reject) {}));
  return counts;
}

}  // namespace

Result<void> check_fanout(const Context& context, const Select& select) {
  return model::check_fanout(select,
                             [&](const std::string& sql) { return key_counts(context, sql); });
}

Result<std::vector<std::string>> describe_gaps(const Context& context, const Select& select) {
  return model::describe_gaps(select,
                              [&](const std::string& sql) { return key_counts(context, sql); });
}

Result<Reading> read_source(const Context& context, const Select& select, const Decision& decision,
                            const MirrorStep* mirror, event::Write& write) {
  return SourceReader(context, select, decision, mirror, write).read();
}

}  // namespace starling::sync
