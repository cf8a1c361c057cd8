// Values of a property for pickers, most frequent first, narrowed by what the user has typed.
#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "api/explore/documents.h"
#include "api/explore/property_list.h"
#include "api/handlers.h"
#include "base/json_writer.h"

namespace starling::api {

namespace {

using base::Node;

constexpr uint64_t kScannedMax =
    10'000;  // values looked through when a report cannot narrow them itself
constexpr uint64_t kLimitMax = 1'000;

struct Wanted {
  Node reference;
  std::vector<std::string> events;
  std::string search;
  uint64_t limit = 50;
};

Result<Wanted> read_parameters(const Call& call) {
  Wanted wanted;
  const std::string* reference = call.request.parameter("reference");
  if (reference == nullptr) {
    return base::invalid(
        {{"reference", 0,
          "missing; give a property reference as JSON, like {\"property\": \"size\"}"}});
  }
  auto node = base::parse_json(*reference);
  if (!node || !node.value().is_map()) {
    return base::invalid(
        {{"reference", 0, "no property reference as JSON, like {\"property\": \"size\"}"}});
  }
  wanted.reference = std::move(node).value();
  for (const auto& [name, value] : call.request.parameters) {
    if (name == "event" && value != "*") wanted.events.push_back(value);
  }
  if (const std::string* search = call.request.parameter("search")) wanted.search = *search;
  if (const std::string* limit = call.request.parameter("limit")) {
    const auto [end, error] =
        std::from_chars(limit->data(), limit->data() + limit->size(), wanted.limit);
    if (error != std::errc() || end != limit->data() + limit->size() || wanted.limit < 1 ||
        wanted.limit > kLimitMax) {
      return base::invalid(
          {{"limit", 0, "must be a number from 1 to 1000, not \"" + *limit + "\""}});
    }
  }
  return wanted;
}

// Whether a filter `contains` leaves exactly the values that contain the text: one text an event.
// Of a list it would leave all elements of the events in which one fits.
bool report_can_search(const Asking& asking, const Node& reference) {
  for (const PropertyEntry& entry : list_entries(asking.catalog, asking.now, {})) {
    if (entry.reference == reference)
      return entry.type.type == event::Type::kText && entry.list.empty();
  }
  return false;
}

struct Found {
  std::vector<ResultRow> rows;
  bool more = false;
};

// A value as JSON, or nothing for segments that are no value.
std::optional<Node> value_of(const Node& segment) {
  if (!segment.is_map()) return segment;
  const Node* special = segment.find("special");
  if (special != nullptr && special->text == "empty string") return Node::of("");
  return std::nullopt;
}

Result<Found> find_values(const Asking& asking, const Wanted& wanted) {
  const auto from = first_date(asking);
  if (!from) return Found{};
  const bool narrowed = !wanted.search.empty() && report_can_search(asking, wanted.reference);
  const bool looked_through = !wanted.search.empty() && !narrowed;
  Node metric = object({{"name", Node::of("count")}, {"event", event_selector(wanted.events)}});
  if (narrowed) {
    Node filter = wanted.reference;
    filter.fields.emplace_back("op", Node::of("contains"));
    filter.fields.emplace_back("value", Node::of(wanted.search));
    metric.fields.emplace_back("where", Node::of_list({std::move(filter)}));
  }
  // Two more than asked for: "not set" may be one, and one tells that there are more.
  const uint64_t limit = looked_through ? kScannedMax : wanted.limit + 2;
  const Node result =
      TRY(asking.answer(insights_document(*from, {std::move(metric)}, wanted.reference, limit)));

  const RE2 pattern("(?i)" + RE2::QuoteMeta(wanted.search), RE2::Quiet);
  Found found;
  for (ResultRow& row : result_rows(result)) {
    if (row.all) continue;
    const auto value = value_of(row.segment);
    if (!value) continue;
    const std::string text = value->is_text() ? value->text : base::to_json(*value);
    if (looked_through && !RE2::PartialMatch(text, pattern)) continue;
    if (found.rows.size() == wanted.limit) {
      found.more = true;
      break;
    }
    row.segment = *value;
    found.rows.push_back(std::move(row));
  }
  return found;
}

}  // namespace

Result<http::Response> list_values(const Call& call) {
  const Wanted wanted = TRY(read_parameters(call));
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  const Found found = TRY(find_values(asking, wanted));
  base::JsonWriter json;
  json.begin_object().key("values").begin_list();
  for (const ResultRow& row : found.rows) {
    json.begin_object().key("value").raw(base::to_json(row.segment));
    json.key("count").raw(base::to_json(row.overall)).end_object();
  }
  json.end_list().key("more").boolean(found.more).end_object();
  return json_response(json.take());
}

}  // namespace starling::api
