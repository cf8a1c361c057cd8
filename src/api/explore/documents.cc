#include "api/explore/documents.h"

#include <algorithm>
#include <cstdlib>

namespace starling::api {

using base::Node;

Node object(std::vector<std::pair<std::string, Node>> fields) {
  return Node::of_map(std::move(fields));
}

Node event_selector(const std::vector<std::string>& events) {
  if (events.empty()) return Node::of("*");
  if (events.size() == 1) return Node::of(events[0]);
  std::vector<Node> names;
  for (const std::string& event : events) names.push_back(Node::of(event));
  return Node::of_list(std::move(names));
}

std::optional<std::string> first_date(const Asking& asking) {
  const auto& extents = asking.view->extents;
  if (extents.empty()) return std::nullopt;
  base::TimeMs first = asking.now;
  for (const EventExtent& extent : extents) first = std::min(first, extent.first);
  auto zone = base::TimeZone::load(asking.catalog.timezone);
  return (zone ? zone.value() : base::TimeZone::utc()).to_local(first).date.text();
}

Node insights_document(std::string from, std::vector<Node> metrics, std::optional<Node> breakdown,
                       uint64_t limit) {
  std::vector<std::pair<std::string, Node>> fields;
  fields.emplace_back("report", Node::of("insights"));
  fields.emplace_back("from", Node::of(std::move(from)));
  fields.emplace_back("metrics", Node::of_list(std::move(metrics)));
  if (breakdown) fields.emplace_back("breakdown", Node::of_list({std::move(*breakdown)}));
  fields.emplace_back("limit", Node::of_number(std::to_string(limit)));
  return object(std::move(fields));
}

std::vector<ResultRow> result_rows(const Node& result) {
  std::vector<ResultRow> out;
  const Node* series = result.find("series");
  if (series == nullptr) return out;
  for (const Node& row : series->items) {
    ResultRow entry;
    if (const Node* metric = row.find("metric")) entry.metric = metric->text;
    if (const Node* segment = row.find("segment"); segment != nullptr && !segment->items.empty()) {
      entry.segment = segment->items[0];
    } else {
      entry.all = true;
    }
    if (const Node* overall = row.find("overall")) entry.overall = *overall;
    out.push_back(std::move(entry));
  }
  return out;
}

double to_double(const Node& number) {
  return number.kind == Node::Kind::kNumber ? std::strtod(number.text.c_str(), nullptr) : 0;
}

}  // namespace starling::api
