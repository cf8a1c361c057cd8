#include "sync/record.h"

#include <charconv>

#include "base/document.h"
#include "base/json_writer.h"

namespace starling::sync {
namespace {

using base::Error;
using base::Node;

std::string text_of(const Node& node, std::string_view key) {
  const Node* field = node.find(key);
  return field != nullptr && field->is_text() ? field->text : "";
}

template <class T>
std::optional<T> number_of(const Node& node, std::string_view key) {
  const Node* field = node.find(key);
  if (field == nullptr || field->kind != Node::Kind::kNumber) return std::nullopt;
  T value{};
  auto [end, error] =
      std::from_chars(field->text.data(), field->text.data() + field->text.size(), value);
  if (error != std::errc() || end != field->text.data() + field->text.size()) return std::nullopt;
  return value;
}

bool boolean_of(const Node& node, std::string_view key) {
  const Node* field = node.find(key);
  return field != nullptr && field->boolean;
}

void write_text_or_null(base::JsonWriter& json, std::string_view key, const std::string& text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.text(text);
  }
}

}  // namespace

std::string record_document(const std::string& source) { return "source/" + source; }
std::string kept_aside_document(const std::string& source) { return "kept-aside/" + source; }
std::string runs_document(const std::string& source) { return "runs/" + source; }
std::string days_document(const std::string& source) { return "days/" + source; }

std::string to_json(const SourceRecord& record) {
  base::JsonWriter json;
  json.begin_object();
  json.key("source")
      .text(record.source)
      .key("kind")
      .text(record.kind)
      .key("table")
      .text(record.table);
  json.key("mode").text(record.mode);
  write_text_or_null(json, "every", record.every);
  json.key("state").text(record.state);
  write_text_or_null(json, "last_run", record.last_run);
  write_text_or_null(json, "last_success", record.last_success);
  write_text_or_null(json, "message", record.message);
  json.key("failures").unsigned_integer(record.failures);
  json.key("held").boolean(record.held);
  json.key("duration_ms").unsigned_integer(record.duration_ms);
  json.key("definition").text(record.definition);
  json.key("rows_read").unsigned_integer(record.rows_read);
  json.key("rows_stored").unsigned_integer(record.rows_stored);
  json.key("rows_known").unsigned_integer(record.rows_known);
  json.key("rows_changed").unsigned_integer(record.rows_changed);
  json.key("rows_replaced").unsigned_integer(record.rows_replaced);
  json.key("rows_removed").unsigned_integer(record.rows_removed);
  json.key("rows_kept_aside").unsigned_integer(record.rows_kept_aside);
  json.key("rows_total").unsigned_integer(record.rows_total);
  write_text_or_null(json, "cursor", record.cursor);
  if (record.cursor_value) json.key("cursor_value").integer(*record.cursor_value);
  json.key("reconciliation");
  if (!record.reconciliation) {
    json.null();
  } else {
    const Reconciliation& found = *record.reconciliation;
    json.begin_object();
    json.key("warehouse_rows").unsigned_integer(found.warehouse_rows);
    json.key("store_rows").unsigned_integer(found.store_rows);
    json.key("kept_aside").unsigned_integer(found.kept_aside);
    json.key("duplicates").unsigned_integer(found.duplicates);
    json.key("checksums").boolean(found.checksums).key("equal").boolean(found.equal);
    json.end_object();
  }
  json.end_object();
  return json.take();
}

std::string to_json(const std::vector<RunRecord>& runs) {
  base::JsonWriter json;
  json.begin_list();
  for (const RunRecord& run : runs) {
    json.begin_object();
    json.key("started").text(run.started).key("duration_ms").unsigned_integer(run.duration_ms);
    json.key("state").text(run.state);
    write_text_or_null(json, "message", run.message);
    json.key("rows_read").unsigned_integer(run.rows_read);
    json.key("rows_stored").unsigned_integer(run.rows_stored);
    json.key("rows_replaced").unsigned_integer(run.rows_replaced);
    json.key("rows_removed").unsigned_integer(run.rows_removed);
    json.key("rows_kept_aside").unsigned_integer(run.rows_kept_aside);
    json.end_object();
  }
  json.end_list();
  return json.take();
}

std::vector<RunRecord> parse_runs(const std::string& text) {
  std::vector<RunRecord> runs;
  auto parsed = base::parse_json(text);
  if (!parsed) return runs;
  for (const Node& node : parsed.value().items) {
    RunRecord run;
    run.started = text_of(node, "started");
    run.state = text_of(node, "state");
    run.message = text_of(node, "message");
    run.duration_ms = number_of<uint64_t>(node, "duration_ms").value_or(0);
    run.rows_read = number_of<uint64_t>(node, "rows_read").value_or(0);
    run.rows_stored = number_of<uint64_t>(node, "rows_stored").value_or(0);
    run.rows_replaced = number_of<uint64_t>(node, "rows_replaced").value_or(0);
    run.rows_removed = number_of<uint64_t>(node, "rows_removed").value_or(0);
    run.rows_kept_aside = number_of<uint64_t>(node, "rows_kept_aside").value_or(0);
    runs.push_back(std::move(run));
  }
  return runs;
}

Result<SourceRecord> parse_record(const std::string& text) {
  auto parsed = base::parse_json(text);
  if (!parsed || !parsed.value().is_map()) {
    return Error{Error::Code::kCorrupt, "a source's record in the store cannot be read"};
  }
  const Node& node = parsed.value();
  SourceRecord record;
  record.source = text_of(node, "source");
  record.kind = text_of(node, "kind");
  record.table = text_of(node, "table");
  record.mode = text_of(node, "mode");
  record.every = text_of(node, "every");
  record.state = text_of(node, "state");
  record.last_run = text_of(node, "last_run");
  record.last_success = text_of(node, "last_success");
  record.message = text_of(node, "message");
  record.failures = number_of<uint64_t>(node, "failures").value_or(0);
  record.held = boolean_of(node, "held");
  record.duration_ms = number_of<uint64_t>(node, "duration_ms").value_or(0);
  record.definition = text_of(node, "definition");
  record.rows_read = number_of<uint64_t>(node, "rows_read").value_or(0);
  record.rows_stored = number_of<uint64_t>(node, "rows_stored").value_or(0);
  record.rows_known = number_of<uint64_t>(node, "rows_known").value_or(0);
  record.rows_changed = number_of<uint64_t>(node, "rows_changed").value_or(0);
  record.rows_replaced = number_of<uint64_t>(node, "rows_replaced").value_or(0);
  record.rows_removed = number_of<uint64_t>(node, "rows_removed").value_or(0);
  record.rows_kept_aside = number_of<uint64_t>(node, "rows_kept_aside").value_or(0);
  record.rows_total = number_of<uint64_t>(node, "rows_total").value_or(0);
  record.cursor = text_of(node, "cursor");
  record.cursor_value = number_of<int64_t>(node, "cursor_value");
  if (const Node* found = node.find("reconciliation"); found != nullptr && found->is_map()) {
    Reconciliation reconciliation;
    reconciliation.warehouse_rows = number_of<uint64_t>(*found, "warehouse_rows").value_or(0);
    reconciliation.store_rows = number_of<uint64_t>(*found, "store_rows").value_or(0);
    reconciliation.kept_aside = number_of<uint64_t>(*found, "kept_aside").value_or(0);
    reconciliation.duplicates = number_of<uint64_t>(*found, "duplicates").value_or(0);
    reconciliation.checksums = boolean_of(*found, "checksums");
    reconciliation.equal = boolean_of(*found, "equal");
    record.reconciliation = reconciliation;
  }
  return record;
}

std::string to_json_lines(const std::vector<KeptAside>& rows) {
  std::string out;
  for (const KeptAside& row : rows) {
    base::JsonWriter json;
    json.begin_object();
    json.key("id")
        .text(row.id)
        .key("reason")
        .text(row.reason)
        .key("first_seen")
        .text(row.first_seen);
    json.key("row").raw(row.row.empty() ? "{}" : row.row);
    json.end_object();
    out += json.str() + "\n";
  }
  return out;
}

Result<std::vector<KeptAside>> parse_kept_aside(const std::string& json_lines) {
  std::vector<KeptAside> out;
  for (size_t at = 0; at < json_lines.size();) {
    size_t end = json_lines.find('\n', at);
    if (end == std::string::npos) end = json_lines.size();
    Node node = TRY(base::parse_json(std::string_view(json_lines).substr(at, end - at)));
    KeptAside row{text_of(node, "id"), text_of(node, "reason"), text_of(node, "first_seen"), ""};
    if (const Node* values = node.find("row")) row.row = base::to_json(*values);
    out.push_back(std::move(row));
    at = end + 1;
  }
  return out;
}

}  // namespace starling::sync
