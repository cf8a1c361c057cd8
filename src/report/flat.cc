#include "report/flat.h"

#include <algorithm>

namespace starling::report {
namespace {

using base::Node;

const Node kMissing;

std::string bucket_text(const Node& bucket) {
  if (bucket.items.size() != 2) return base::to_json(bucket);
  const Node& low = bucket.items[0];
  const Node& high = bucket.items[1];
  if (low.is_null() && high.is_null()) return "any number";
  if (low.is_null()) return "below " + high.text;
  if (high.is_null()) return low.text + " and above";
  return low.text + " - " + high.text;
}

}  // namespace

Result<Node> parse_result(const std::string& result_json) {
  Node result = TRY(base::parse_json(result_json));
  const Node* report = result.find("report");
  if (report == nullptr || !report->is_text()) {
    return base::Error{base::Error::Code::kInvalid,
                       "this is no result document: it has no \"report\""};
  }
  return result;
}

const Node& field(const Node& node, std::string_view name) {
  const Node* found = node.find(name);
  return found == nullptr ? kMissing : *found;
}

std::string cell_text(const Node& value) {
  switch (value.kind) {
    case Node::Kind::kNull:
      return "";
    case Node::Kind::kBoolean:
      return value.boolean ? "true" : "false";
    case Node::Kind::kNumber:
    case Node::Kind::kText:
      return value.text;
    case Node::Kind::kList:
    case Node::Kind::kMap:
      return base::to_json(value);
  }
  return "";
}

std::string coordinate_text(const Node& coordinate) {
  if (!coordinate.is_map()) return cell_text(coordinate);
  if (const Node* special = coordinate.find("special")) return "(" + special->text + ")";
  if (const Node* bucket = coordinate.find("bucket")) return bucket_text(*bucket);
  if (const Node* cohort = coordinate.find("cohort")) {
    return (field(coordinate, "in").boolean ? "in " : "not in ") + cohort->text;
  }
  return base::to_json(coordinate);
}

Cells segment_cells(const Node& series, size_t breakdowns) {
  const Node& segment = field(series, "segment");
  if (segment.items.empty()) return Cells(breakdowns, "(all)");
  Cells cells;
  for (const Node& coordinate : segment.items) cells.push_back(coordinate_text(coordinate));
  return cells;
}

std::string events_text(const Node& step) {
  const Node& event = field(step, "event");
  if (event.is_text()) return event.text == "*" ? "any event" : event.text;
  std::string out;
  for (const Node& name : event.items) out += (out.empty() ? "" : " or ") + name.text;
  return out;
}

size_t breakdown_count(const Node& result) {
  size_t count = 0;
  for (const Node& series : field(result, "series").items)
    count = std::max(count, field(series, "segment").items.size());
  return count;
}

}  // namespace starling::report
