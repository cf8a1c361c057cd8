#include "sync/sources.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "model/selects.h"
#include "sync/schedule.h"
#include "sync/sync.h"

namespace starling::sync {

using base::Error;
using model::kind_name;
using model::Select;

std::string_view mode_name(model::SyncMode mode) {
  switch (mode) {
    case model::SyncMode::kStandard:
      return "standard";
    case model::SyncMode::kMirror:
      return "mirror";
    case model::SyncMode::kFull:
      return "full";
    case model::SyncMode::kOnce:
      return "once";
  }
  return "";
}

std::optional<SourceRecord> stored_record(const event::EventSink& sink, const std::string& source) {
  auto text = sink.document(record_document(source));
  if (!text) return std::nullopt;
  auto record = parse_record(*text);
  if (!record) return std::nullopt;
  return std::move(record).value();
}

std::string sources_json(const std::vector<Select>& selects) {
  base::JsonWriter json;
  json.begin_list();
  for (const Select& select : selects) {
    json.begin_object()
        .key("source")
        .text(select.source)
        .key("kind")
        .text(kind_name(select.kind))
        .end_object();
  }
  json.end_list();
  return json.take();
}

std::vector<std::pair<std::string, std::string>> stored_sources(const event::EventSink& sink) {
  std::vector<std::pair<std::string, std::string>> out;
  auto parsed = base::parse_json(sink.document(kSourcesDocument).value_or("[]"));
  if (!parsed) return out;
  for (const base::Node& item : parsed.value().items) {
    const base::Node* source = item.find("source");
    const base::Node* kind = item.find("kind");
    if (source != nullptr && kind != nullptr) out.emplace_back(source->text, kind->text);
  }
  return out;
}

Result<std::vector<SourceRecord>> status(const event::EventSink& sink) {
  std::vector<SourceRecord> records;
  for (auto& [source, kind] : stored_sources(sink)) {
    auto text = sink.document(record_document(source));
    if (text) {
      records.push_back(TRY(parse_record(*text)));
      continue;
    }
    SourceRecord record;
    record.source = source;
    record.kind = kind;
    records.push_back(std::move(record));
  }
  return records;
}

std::optional<int64_t> next_due_ms(const model::Compiled& compiled, const event::EventSink& sink,
                                   const base::Clock& clock) {
  std::optional<int64_t> wait;
  for (const Select& select : compiled.selects) {
    std::optional<base::TimeMs> due = due_at(select, stored_record(sink, select.source));
    if (!due) continue;
    int64_t left = std::max<int64_t>(due->value - clock.now().value, 0);
    wait = std::min(wait.value_or(left), left);
  }
  return wait;
}

Result<void> hold(event::EventSink& sink, const std::string& source, bool held) {
  std::vector<std::string> names;
  for (auto& [name, kind] : stored_sources(sink)) names.push_back(name);
  std::optional<SourceRecord> record = stored_record(sink, source);
  if (!record || std::find(names.begin(), names.end(), source) == names.end()) {
    return Error{Error::Code::kNotFound, fmt::format("there is no source \"{}\"{}", source,
                                                     base::did_you_mean(source, names))};
  }
  record->held = held;
  auto write = TRY(sink.begin());
  TRY(write->set_document(record_document(source), to_json(*record)));
  TRY(write->commit());
  return {};
}

}  // namespace starling::sync
