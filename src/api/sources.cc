// What a sync left behind: each source's record, the rows it kept aside, the model's metrics.
#include <algorithm>
#include <charconv>

#include "api/handlers.h"
#include "base/json_writer.h"

namespace starling::api {

namespace {

constexpr uint64_t kKeptAsideMax = 1'000;

void write_text_or_null(base::JsonWriter& json, const char* key, const std::string& text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.text(text);
  }
}

void write(base::JsonWriter& json, const sync::SourceRecord& record) {
  json.begin_object();
  json.key("source").text(record.source);
  json.key("kind").text(record.kind == "events" ? "event" : record.kind);
  json.key("table").text(record.table).key("mode").text(record.mode);
  write_text_or_null(json, "every", record.every);
  json.key("state").text(record.state);
  write_text_or_null(json, "last_run", record.last_run);
  write_text_or_null(json, "last_success", record.last_success);
  write_text_or_null(json, "message", record.message);
  json.key("paused").boolean(record.held);
  json.key("failures").unsigned_integer(record.failures);
  json.key("duration_ms").unsigned_integer(record.duration_ms);
  json.key("rows_read").unsigned_integer(record.rows_read);
  json.key("rows_stored").unsigned_integer(record.rows_stored);
  json.key("rows_known").unsigned_integer(record.rows_known);
  json.key("rows_changed").unsigned_integer(record.rows_changed);
  json.key("rows_replaced").unsigned_integer(record.rows_replaced);
  json.key("rows_removed").unsigned_integer(record.rows_removed);
  json.key("rows_kept_aside").unsigned_integer(record.rows_kept_aside);
  json.key("rows_total").unsigned_integer(record.rows_total);
  write_text_or_null(json, "cursor", record.cursor);
  json.key("reconciliation");
  if (const auto& found = record.reconciliation) {
    json.begin_object();
    json.key("warehouse_rows").unsigned_integer(found->warehouse_rows);
    json.key("store_rows").unsigned_integer(found->store_rows);
    json.key("kept_aside").unsigned_integer(found->kept_aside);
    json.key("duplicates").unsigned_integer(found->duplicates);
    json.key("checksums").boolean(found->checksums).key("equal").boolean(found->equal);
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
}

Result<uint64_t> read_limit(const Call& call) {
  const std::string* text = call.request.parameter("limit");
  if (text == nullptr) return uint64_t{100};
  uint64_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc() || end != text->data() + text->size() || limit < 1 ||
      limit > kKeptAsideMax) {
    return base::invalid({{"limit", 0, "must be a number from 1 to 1000, not \"" + *text + "\""}});
  }
  return limit;
}

// kNotFound with the nearest name for a source that is not there.
Result<void> check_source(const Call& call, const std::string& name) {
  std::vector<std::string> names;
  for (const sync::SourceRecord& record : TRY(call.context.data.sources())) {
    if (record.source == name) return {};
    names.push_back(record.source);
  }
  return base::Error{base::Error::Code::kNotFound,
                     "there is no source \"" + name + "\"" + base::did_you_mean(name, names)};
}

const char* phase_name(sync::Progress::Phase phase) {
  switch (phase) {
    case sync::Progress::Phase::kChecking:
      return "checking";
    case sync::Progress::Phase::kReading:
      return "reading";
    case sync::Progress::Phase::kWriting:
      return "writing";
    case sync::Progress::Phase::kComparing:
    case sync::Progress::Phase::kDone:
      break;
  }
  return "comparing";
}

std::string sync_state(const SyncControl* sync) {
  auto progress = sync == nullptr ? std::nullopt : sync->progress();
  base::JsonWriter json;
  json.begin_object().key("runs").boolean(sync != nullptr && sync->runs()).key("running");
  if (progress) {
    json.begin_object().key("source").text(progress->source);
    json.key("phase").text(phase_name(progress->phase));
    json.key("rows_read").unsigned_integer(progress->rows_read).key("rows_expected");
    if (progress->rows_expected > 0) {
      json.unsigned_integer(progress->rows_expected);
    } else {
      json.null();
    }
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
  return json.take();
}

// An object of these keys and no others.
Result<void> check_keys(const base::Node& body, const std::vector<std::string>& keys) {
  if (!body.is_map()) return base::invalid({{"", 0, "must be an object, not " + body.describe()}});
  std::vector<base::Problem> problems;
  for (const auto& [key, value] : body.fields) {
    if (std::ranges::find(keys, key) == keys.end())
      problems.push_back({key, 0, "unknown key \"" + key + "\"" + base::did_you_mean(key, keys)});
  }
  return problems.empty() ? Result<void>() : base::invalid(std::move(problems));
}

Result<SyncControl*> steering(const Call& call) {
  if (call.context.sync != nullptr) return call.context.sync;
  return base::Error{base::Error::Code::kUnsupported,
                     "syncs cannot be steered through this server"};
}

}  // namespace

Result<http::Response> get_sync(const Call& call) {
  return json_response(sync_state(call.context.sync));
}

Result<http::Response> run_source(const Call& call) {
  const std::string& name = call.arguments[0];
  TRY(check_keys(call.body, {}));
  TRY(check_source(call, name));
  TRY(TRY(steering(call))->run(name));
  base::JsonWriter json;
  json.begin_object().key("asked").text(name).end_object();
  return json_response(json.take(), 202);
}

Result<http::Response> schedule_source(const Call& call) {
  const std::string& name = call.arguments[0];
  TRY(check_keys(call.body, {"paused"}));
  const base::Node* paused = call.body.find("paused");
  if (paused == nullptr || paused->kind != base::Node::Kind::kBoolean)
    return base::invalid({{"paused", 0, "must be true or false"}});
  TRY(check_source(call, name));
  TRY(TRY(steering(call))->hold(name, paused->boolean));
  base::JsonWriter json;
  for (const sync::SourceRecord& record : TRY(call.context.data.sources())) {
    if (record.source == name) write(json, record);
  }
  return json_response(json.take());
}

Result<http::Response> list_sources(const Call& call) {
  base::JsonWriter json;
  json.begin_object().key("sources").begin_list();
  for (const sync::SourceRecord& record : TRY(call.context.data.sources())) write(json, record);
  json.end_list().end_object();
  return json_response(json.take());
}

Result<http::Response> list_runs(const Call& call) {
  const std::string& name = call.arguments[0];
  TRY(check_source(call, name));
  base::JsonWriter json;
  json.begin_object()
      .key("runs")
      .raw(sync::to_json(TRY(call.context.data.runs(name))))
      .end_object();
  return json_response(json.take());
}

Result<http::Response> list_kept_aside(const Call& call) {
  const std::string& name = call.arguments[0];
  const uint64_t limit = TRY(read_limit(call));
  TRY(check_source(call, name));
  const auto rows = TRY(call.context.data.kept_aside(name));
  base::JsonWriter json;
  json.begin_object().key("rows").begin_list();
  for (size_t i = 0; i < rows.size() && i < limit; ++i) {
    json.begin_object();
    write_text_or_null(json, "id", rows[i].id);
    json.key("reason").text(rows[i].reason).key("first_seen").text(rows[i].first_seen);
    json.key("row").raw(rows[i].row.empty() ? "{}" : rows[i].row);
    json.end_object();
  }
  json.end_list().key("total").unsigned_integer(rows.size()).end_object();
  return json_response(json.take());
}

Result<http::Response> list_metrics(const Call& call) {
  const auto view = TRY(call.context.data.view());
  base::JsonWriter json;
  json.begin_object().key("metrics").begin_list();
  for (const auto& [name, definition] : view->catalog.metrics) {
    json.begin_object()
        .key("name")
        .text(name)
        .key("definition")
        .raw(base::to_json(definition))
        .end_object();
  }
  json.end_list().end_object();
  return json_response(json.take());
}

}  // namespace starling::api
