// Results as CSV (RFC 4180): one row a series and interval, a funnel's step, a cohort and bucket, a
// flow's edge or lonely node, or a user.
#include <map>
#include <set>

#include "report/flat.h"
#include "report/run.h"

namespace starling::report {
namespace {

using base::Node;

void append_line(std::string& out, const Cells& cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      out += cells[i];
      continue;
    }
    out += '"';
    for (char c : cells[i]) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += "\r\n";
}

void append_headings(Cells& cells, size_t breakdowns) {
  for (size_t i = 0; i < breakdowns; ++i) {
    cells.push_back(breakdowns == 1 ? "segment" : "segment " + std::to_string(i + 1));
  }
}

Cells joined(Cells start, const Cells& rest) {
  start.insert(start.end(), rest.begin(), rest.end());
  return start;
}

std::string item_text(const Node& list, size_t i) {
  return i < list.items.size() ? cell_text(list.items[i]) : "";
}

std::string insights_csv(const Node& result) {
  size_t breakdowns = breakdown_count(result);
  const Node* compare = result.find("compare");
  Cells headings = {"metric"};
  append_headings(headings, breakdowns);
  headings = joined(headings, {"interval", "value"});
  if (compare != nullptr) headings = joined(headings, {"compare_interval", "compare_value"});
  std::string out;
  append_line(out, headings);

  const Node& intervals = field(result, "intervals");
  for (const Node& series : field(result, "series").items) {
    Cells start = joined({field(series, "metric").text}, segment_cells(series, breakdowns));
    const Node& before = field(series, "compare");
    for (size_t i = 0; i < intervals.items.size(); ++i) {
      Cells row =
          joined(start, {cell_text(intervals.items[i]), item_text(field(series, "values"), i)});
      if (compare != nullptr) {
        row = joined(row, {item_text(field(*compare, "intervals"), i),
                           item_text(field(before, "values"), i)});
      }
      append_line(out, row);
    }
    Cells overall = joined(start, {"overall", cell_text(field(series, "overall"))});
    if (compare != nullptr)
      overall = joined(overall, {"overall", cell_text(field(before, "overall"))});
    append_line(out, overall);
  }
  return out;
}

// The steps over the whole range, then those of each interval where there is a trend.
std::string funnel_csv(const Node& result) {
  size_t breakdowns = breakdown_count(result);
  bool trend = result.find("unit") != nullptr;
  Cells headings;
  append_headings(headings, breakdowns);
  if (trend) headings.push_back("interval");
  std::string out;
  append_line(out, joined(headings, {"step", "event", "count", "from_previous", "from_first",
                                     "median_seconds", "avg_seconds"}));
  const Node& names = field(result, "steps");
  auto append_steps = [&](const Cells& start, const Node& steps) {
    for (size_t k = 0; k < steps.items.size(); ++k) {
      Cells row = joined(start, {std::to_string(k + 1), events_text(names.items[k])});
      for (const char* name :
           {"count", "from_previous", "from_first", "median_seconds", "avg_seconds"})
        row.push_back(cell_text(field(steps.items[k], name)));
      append_line(out, row);
    }
  };
  for (const Node& series : field(result, "series").items) {
    Cells start = segment_cells(series, breakdowns);
    append_steps(trend ? joined(start, {"overall"}) : start, field(series, "steps"));
    for (const Node& interval : field(series, "trend").items)
      append_steps(joined(start, {field(interval, "interval").text}), field(interval, "steps"));
  }
  return out;
}

std::string flow_csv(const Node& result) {
  std::map<std::string, const Node*> nodes;
  for (const Node& node : field(result, "nodes").items) nodes[field(node, "id").text] = &node;
  auto cells_of = [&](const std::string& id) -> Cells {
    const Node& node = *nodes[id];
    return {cell_text(field(node, "anchor")), cell_text(field(node, "step")),
            coordinate_text(field(node, "event")), cell_text(field(node, "count"))};
  };
  std::string out;
  append_line(out, {"anchor", "step", "event", "count", "next_anchor", "next_step", "next_event",
                    "next_count", "both"});
  std::set<std::string> joined_nodes;
  for (const Node& edge : field(result, "edges").items) {
    const std::string &from = field(edge, "from").text, &to = field(edge, "to").text;
    joined_nodes.insert({from, to});
    append_line(out,
                joined(joined(cells_of(from), cells_of(to)), {cell_text(field(edge, "count"))}));
  }
  for (const Node& node : field(result, "nodes").items) {
    const std::string& id = field(node, "id").text;
    if (!joined_nodes.contains(id)) append_line(out, joined(cells_of(id), {"", "", "", "", ""}));
  }
  return out;
}

std::string retention_csv(const Node& result) {
  size_t breakdowns = breakdown_count(result);
  Cells headings;
  append_headings(headings, breakdowns);
  std::string out;
  append_line(out,
              joined(headings, {"born", "size", "bucket", "users", "rate", "value", "complete"}));
  const Node& buckets = field(result, "buckets");
  for (const Node& series : field(result, "series").items) {
    Cells start = segment_cells(series, breakdowns);
    for (const Node& cohort : field(series, "cohorts").items) {
      const Node& cells = field(cohort, "cells");
      for (size_t k = 0; k < cells.items.size(); ++k) {
        if (cells.items[k].is_null()) continue;
        Cells row = joined(start, {cell_text(field(cohort, "born")),
                                   cell_text(field(cohort, "size")), item_text(buckets, k)});
        for (const char* name : {"users", "rate", "value", "complete"})
          row.push_back(cell_text(field(cells.items[k], name)));
        append_line(out, row);
      }
    }
  }
  return out;
}

// The columns are the keys of the first user: all users have the same.
std::string users_csv(const Node& result) {
  std::string out;
  Cells headings = {"id"};
  const Node& users = field(result, "users");
  if (!users.items.empty()) {
    headings.clear();
    for (const auto& [name, value] : users.items[0].fields) headings.push_back(name);
  }
  append_line(out, headings);
  for (const Node& user : users.items) {
    Cells row;
    for (const auto& [name, value] : user.fields) row.push_back(cell_text(value));
    append_line(out, row);
  }
  return out;
}

}  // namespace

Result<std::string> to_csv(const std::string& result_json) {
  Node result = TRY(parse_result(result_json));
  const std::string& report = field(result, "report").text;
  if (report == "insights") return insights_csv(result);
  if (report == "funnel") return funnel_csv(result);
  if (report == "retention") return retention_csv(result);
  if (report == "flow") return flow_csv(result);
  if (report == "users") return users_csv(result);
  return base::Error{base::Error::Code::kUnsupported,
                     "there is no CSV form of a " + report + " result"};
}

}  // namespace starling::report
