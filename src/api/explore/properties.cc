// Properties for pickers: how often each is filled, and one example.
#include <algorithm>

#include "api/explore/documents.h"
#include "api/explore/property_list.h"
#include "api/handlers.h"
#include "base/json_writer.h"

namespace starling::api {

namespace {

using base::Node;

constexpr size_t kMetricsMax = 40;   // is-set metrics asked in one report
constexpr size_t kCountedMax = 400;  // properties beyond it are listed without counts
constexpr int64_t kExampleDays =
    7;  // where examples are looked for first: the last days that have data

struct Measured {
  std::optional<double> filled;
  Node example;
};

Node is_set(const PropertyEntry& entry) {
  Node filter = entry.reference;
  filter.fields.emplace_back("op", Node::of("is set"));
  return filter;
}

Node total(std::string name, const std::vector<std::string>& events, std::optional<Node> filter) {
  std::vector<std::pair<std::string, Node>> fields;
  fields.emplace_back("name", Node::of(std::move(name)));
  fields.emplace_back("event", event_selector(events));
  fields.emplace_back("measure", Node::of("total"));
  if (filter) fields.emplace_back("where", Node::of_list({std::move(*filter)}));
  return object(std::move(fields));
}

// The share of events that have each of entries[first, last).
Result<void> measure_events(const Asking& asking, const std::string& from,
                            const std::vector<std::string>& events,
                            const std::vector<PropertyEntry>& entries,
                            const std::vector<size_t>& chosen, std::vector<Measured>& out) {
  for (size_t first = 0; first < chosen.size(); first += kMetricsMax) {
    std::vector<Node> metrics = {total("all", events, std::nullopt)};
    const size_t last = std::min(chosen.size(), first + kMetricsMax);
    for (size_t i = first; i < last; ++i)
      metrics.push_back(total(std::to_string(i), events, is_set(entries[chosen[i]])));
    const auto rows = result_rows(
        TRY(asking.answer(insights_document(from, std::move(metrics), std::nullopt, 1))));
    double all = 0;
    for (const ResultRow& row : rows) {
      if (row.metric == "all") all = to_double(row.overall);
    }
    for (const ResultRow& row : rows) {
      if (row.metric == "all" || all == 0) continue;
      out[chosen[std::stoul(row.metric)]].filled = to_double(row.overall) / all;
    }
  }
  return {};
}

// How many users have the property, and what the first of them has; without one, how many users
// there are.
struct Users {
  double count = 0;
  Node example;
};
Result<Users> ask_users(const Asking& asking, const PropertyEntry* entry) {
  std::vector<std::pair<std::string, Node>> fields = {{"report", Node::of("users")},
                                                      {"limit", Node::of_number("1")}};
  if (entry != nullptr) {
    fields.emplace_back("where", Node::of_list({is_set(*entry)}));
    fields.emplace_back("columns", Node::of_list({entry->reference}));
  }
  const Node result = TRY(asking.answer(object(std::move(fields))));
  Users users;
  if (const Node* size = result.find("size")) users.count = to_double(*size);
  const Node* rows = result.find("users");
  const bool has_example = entry != nullptr && rows != nullptr && !rows->items.empty() &&
                           rows->items[0].fields.size() == 2;  // the id, and the column
  if (has_example) users.example = rows->items[0].fields[1].second;
  return users;
}

// The greatest number of the last days: finding it is cheap even where every event has another one.
Result<Node> find_number(const Asking& asking, const std::string& from,
                         const std::vector<std::string>& events, const PropertyEntry& entry) {
  const Node metric = object({{"name", Node::of("example")},
                              {"event", event_selector(events)},
                              {"measure", object({{"max", entry.reference}})}});
  const Node result = TRY(asking.answer(insights_document(from, {metric}, std::nullopt, 1)));
  const auto rows = result_rows(result);
  return rows.empty() ? Node() : rows[0].overall;
}

// The most frequent value of the last days; null for lists of objects, which have no one value.
Result<Node> find_example(const Asking& asking, const std::string& from,
                          const std::vector<std::string>& events, const PropertyEntry& entry) {
  if (entry.type.type == event::Type::kObjects) return Node();
  if (entry.type.is_number()) return find_number(asking, from, events, entry);
  const Node document =
      insights_document(from, {total("all", events, std::nullopt)}, entry.reference, 2);
  for (const ResultRow& row : result_rows(TRY(asking.answer(document)))) {
    if (!row.all && !row.segment.is_map() && !row.segment.is_null()) return row.segment;
  }
  return Node();
}

std::string example_start(const Asking& asking, const std::string& from,
                          const std::vector<std::string>& events) {
  base::TimeMs last{INT64_MIN};
  for (const EventExtent& extent : asking.view->extents) {
    const bool chosen =
        events.empty() || std::find(events.begin(), events.end(), extent.event) != events.end();
    if (chosen) last = std::max(last, extent.last);
  }
  if (last.value == INT64_MIN) return from;
  last.value = std::min(last.value, asking.now.value) - kExampleDays * base::kDayMs;
  return std::max(from, base::utc_text(last).substr(0, 10));
}

Result<std::vector<Measured>> measure(const Asking& asking, const std::vector<std::string>& events,
                                      const std::vector<PropertyEntry>& entries) {
  std::vector<Measured> out(entries.size());
  const auto from = first_date(asking);
  if (!from || entries.size() > kCountedMax) return out;
  std::vector<size_t> of_events;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].of_user) of_events.push_back(i);
  }
  TRY(measure_events(asking, *from, events, entries, of_events, out));
  const double users = TRY(ask_users(asking, nullptr)).count;
  const std::string recent = example_start(asking, *from, events);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].of_user) {
      out[i].example = TRY(find_example(asking, recent, events, entries[i]));
      const bool older = out[i].example.is_null() && out[i].filled.value_or(0) > 0;
      if (older) out[i].example = TRY(find_example(asking, *from, events, entries[i]));
      continue;
    }
    Users having = TRY(ask_users(asking, &entries[i]));
    if (users > 0) out[i].filled = having.count / users;
    out[i].example = std::move(having.example);
  }
  return out;
}

void write(base::JsonWriter& json, const PropertyEntry& entry, const Measured& measured) {
  json.begin_object();
  json.key("reference").raw(base::to_json(entry.reference));
  json.key("label").text(entry.label);
  json.key("kind").text(kind_name(entry.kind));
  const bool objects = entry.type.type == event::Type::kObjects;
  json.key("type").text(objects ? "objects" : event::type_name(entry.type.type));
  if (!entry.list.empty()) json.key("list").text(entry.list);
  if (!entry.lookup.empty()) json.key("lookup").text(entry.lookup);
  if (entry.history)
    json.key("history").text(*entry.history == event::AsOf::kEvent ? "event" : "now");
  if (!entry.formula.empty()) json.key("formula").text(entry.formula);
  json.key("filled");
  if (measured.filled) {
    json.number(*measured.filled);
  } else {
    json.null();
  }
  json.key("example").raw(base::to_json(measured.example));
  json.end_object();
}

}  // namespace

Result<http::Response> list_properties(const Call& call) {
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  std::vector<std::string> events;
  std::string key = "properties/" + std::to_string(asking.now.value / base::kDayMs);
  for (const auto& [name, value] : call.request.parameters) {
    if (name != "event" || value == "*") continue;
    if (asking.catalog.schema.find_event(value) == nullptr) {
      std::vector<std::string> names;
      for (const event::EventType& type : asking.catalog.schema.events) names.push_back(type.name);
      return base::invalid(
          {{"event", 0, "unknown event \"" + value + "\"" + base::did_you_mean(value, names)}});
    }
    events.push_back(value);
  }
  std::sort(events.begin(), events.end());
  for (const std::string& event : events) key += "\n" + event;
  auto json = call.context.memo.get(asking.view->version, key, [&]() -> Result<std::string> {
    const auto entries = list_entries(asking.catalog, asking.now, events);
    const auto measured = TRY(measure(asking, events, entries));
    base::JsonWriter json;
    json.begin_object().key("properties").begin_list();
    for (size_t i = 0; i < entries.size(); ++i) write(json, entries[i], measured[i]);
    json.end_list().end_object();
    return json.take();
  });
  return json_response(TRY(std::move(json)));
}

}  // namespace starling::api
