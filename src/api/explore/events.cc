// The project and its events: counts from reports over all history, first and last times from the
// view.
#include <algorithm>
#include <map>

#include "api/explore/documents.h"
#include "api/handlers.h"
#include "api/version.h"
#include "base/json_writer.h"

namespace starling::api {

namespace {

using base::Node;

constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                 "friday", "saturday", "sunday"};

struct Counts {
  std::string events = "0", users = "0", last_30_days = "0";
};

Node metric(const char* name, const char* measure) {
  return object(
      {{"name", Node::of(name)}, {"event", Node::of("*")}, {"measure", Node::of(measure)}});
}

void take(const Node& result, std::map<std::string, Counts>& counts) {
  for (const ResultRow& row : result_rows(result)) {
    if (row.overall.kind != Node::Kind::kNumber) continue;
    Counts& event = counts[row.all ? "" : row.segment.text];
    if (row.metric == "events") event.events = row.overall.text;
    if (row.metric == "users") event.users = row.overall.text;
    if (row.metric == "last") event.last_30_days = row.overall.text;
  }
}

// By event name; "" stands for all of them together.
Result<std::map<std::string, Counts>> count_events(const Asking& asking) {
  std::map<std::string, Counts> counts;
  const auto from = first_date(asking);
  if (!from) return counts;
  const Node breakdown = object({{"event", Node::of_boolean(true)}});
  const uint64_t limit = asking.catalog.schema.events.size() + 1;
  take(TRY(asking.answer(insights_document(
           *from, {metric("events", "total"), metric("users", "users")}, breakdown, limit))),
       counts);
  take(TRY(asking.answer(object({{"report", Node::of("insights")},
                                 {"last", Node::of("30 days")},
                                 {"metrics", Node::of_list({metric("last", "total")})},
                                 {"breakdown", Node::of_list({breakdown})},
                                 {"limit", Node::of_number(std::to_string(limit))}}))),
       counts);
  return counts;
}

void write_time(base::JsonWriter& json, const char* key, std::optional<base::TimeMs> time) {
  json.key(key);
  if (time) {
    json.text(base::utc_text(*time));
  } else {
    json.null();
  }
}

std::string known_users(const Asking& asking) {
  auto result =
      asking.answer(object({{"report", Node::of("users")}, {"limit", Node::of_number("1")}}));
  const Node* size = result ? result.value().find("size") : nullptr;
  return size != nullptr && size->kind == Node::Kind::kNumber ? size->text : "0";
}

std::string synced_at(const std::vector<sync::SourceRecord>& sources) {
  std::optional<base::TimeMs> last;
  std::string text;
  for (const sync::SourceRecord& source : sources) {
    const auto time = base::parse_rfc3339(source.last_success);
    if (!time || (last && *time <= *last)) continue;
    last = time;
    text = source.last_success;
  }
  return text;
}

// Counts are the same until the data change or the day does, as far as a person sees.
Result<std::map<std::string, Counts>> remembered_counts(const Context& context,
                                                        const Asking& asking) {
  const std::string key = "events/" + std::to_string(asking.now.value / base::kHourMs);
  const std::string text =
      TRY(context.memo.get(asking.view->version, key, [&]() -> Result<std::string> {
        base::JsonWriter json;
        json.begin_object();
        auto counts = TRY(count_events(asking));
        for (const auto& [event, count] : counts) {
          json.key(event)
              .begin_list()
              .raw(count.events)
              .raw(count.users)
              .raw(count.last_30_days)
              .end_list();
        }
        return json.end_object().take();
      }));
  std::map<std::string, Counts> counts;
  const Node stored = TRY(base::parse_json(text));
  for (const auto& [event, list] : stored.fields) {
    counts[event] = {list.items[0].text, list.items[1].text, list.items[2].text};
  }
  return counts;
}

}  // namespace

Result<http::Response> get_project(const Call& call) {
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  auto counts = TRY(remembered_counts(call.context, asking));
  const std::string users = TRY(call.context.memo.get(
      asking.view->version, "users", [&]() -> Result<std::string> { return known_users(asking); }));
  const std::string synced = synced_at(TRY(call.context.data.sources()));
  std::optional<base::TimeMs> first, last;
  for (const EventExtent& extent : asking.view->extents) {
    first = first ? std::min(*first, extent.first) : extent.first;
    last = last ? std::max(*last, extent.last) : extent.last;
  }
  base::JsonWriter json;
  json.begin_object();
  json.key("project").text(asking.catalog.project);
  json.key("timezone").text(asking.catalog.timezone);
  json.key("week_start").text(kDays[asking.catalog.week_start]);
  json.key("version").text(kVersion);
  json.key("data_version").unsigned_integer(asking.view->version);
  json.key("now").text(base::utc_text(asking.now));
  json.key("events").raw(counts[""].events);
  json.key("users").raw(users);
  write_time(json, "first_event", first);
  write_time(json, "last_event", last);
  json.key("synced_at");
  if (synced.empty()) {
    json.null();
  } else {
    json.text(synced);
  }
  json.end_object();
  return json_response(json.take());
}

Result<http::Response> list_events(const Call& call) {
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  auto counts = TRY(remembered_counts(call.context, asking));
  std::vector<std::string> names;
  for (const event::EventType& type : asking.catalog.schema.events) names.push_back(type.name);
  std::stable_sort(names.begin(), names.end(),
                   [&counts](const std::string& a, const std::string& b) {
                     const std::string& left = counts[a].events;
                     const std::string& right = counts[b].events;
                     return left.size() != right.size() ? left.size() > right.size() : left > right;
                   });
  base::JsonWriter json;
  json.begin_object().key("events").begin_list();
  for (const std::string& name : names) {
    const Counts& count = counts[name];
    json.begin_object().key("event").text(name);
    json.key("count")
        .raw(count.events)
        .key("users")
        .raw(count.users)
        .key("last_30_days")
        .raw(count.last_30_days);
    std::optional<base::TimeMs> first, last;
    for (const EventExtent& extent : asking.view->extents) {
      if (extent.event == name) first = extent.first, last = extent.last;
    }
    write_time(json, "first", first);
    write_time(json, "last", last);
    json.end_object();
  }
  json.end_list().end_object();
  return json_response(json.take());
}

}  // namespace starling::api
