#include "report/flow_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace starling::report {
namespace {

using engine::FlowAnswer;
using engine::FlowNode;
using Special = engine::Special::Kind;

auto place(const FlowNode& node) { return std::tie(node.anchor, node.step); }

FlowGraph::Node node_of(const FlowNode& node, std::string_view kind, engine::Coordinate what) {
  std::string id = fmt::format("{}/{}/{}", node.anchor + 1, node.step, kind);
  return {std::move(id), node.anchor, node.step, std::move(what), 0};
}

// The nodes of one place, most frequent first, ties by name; the drop-off last.
std::vector<size_t> ranked(const FlowAnswer& answer, size_t first, size_t last) {
  std::vector<size_t> order;
  for (size_t i = first; i < last; ++i) order.push_back(i);
  std::ranges::sort(order, [&](size_t a, size_t b) {
    const FlowNode& x = answer.nodes[a];
    const FlowNode& y = answer.nodes[b];
    if (x.drop_off != y.drop_off) return y.drop_off;
    return x.count != y.count ? x.count > y.count : x.event < y.event;
  });
  return order;
}

// Adds the nodes of one place; joined[i] becomes the index of the node that stands for the i-th.
void add_place(const FlowAnswer& answer, size_t first, size_t last, uint64_t rows, FlowGraph& graph,
               std::vector<size_t>& joined) {
  uint64_t kept = 0;
  std::optional<size_t> other;
  for (size_t i : ranked(answer, first, last)) {
    const FlowNode& node = answer.nodes[i];
    bool is_other = !node.drop_off && kept >= rows;
    if (is_other && other) {
      joined[i] = *other;
    } else {
      joined[i] = graph.nodes.size();
      if (is_other) {
        other = joined[i];
        graph.nodes.push_back(node_of(node, "other", {engine::Special{Special::kOther}}));
      } else if (node.drop_off) {
        graph.nodes.push_back(node_of(node, "drop-off", {engine::Special{Special::kDropOff}}));
      } else {
        graph.nodes.push_back(node_of(node, "event:" + node.event, {event::Value{node.event}}));
        ++kept;
      }
    }
    graph.nodes[joined[i]].count += node.count;
  }
}

}  // namespace

FlowGraph make_flow_graph(const FlowAnswer& answer, uint64_t rows) {
  FlowGraph graph;
  std::vector<size_t> joined(answer.nodes.size());
  for (size_t first = 0, last = 0; first < answer.nodes.size(); first = last) {
    while (last < answer.nodes.size() && place(answer.nodes[last]) == place(answer.nodes[first]))
      ++last;
    add_place(answer, first, last, rows, graph, joined);
  }
  std::map<std::pair<size_t, size_t>, uint64_t> edges;
  for (const engine::FlowEdge& edge : answer.edges)
    edges[{joined[edge.from], joined[edge.to]}] += edge.count;
  for (const auto& [ends, count] : edges) graph.edges.push_back({ends.first, ends.second, count});
  for (const FlowNode& node : answer.nodes) {
    if (node.anchor == 0 && node.step == 0) graph.entries += node.count;
  }
  return graph;
}

std::vector<std::string> events_at(const FlowGraph& graph, int anchor, int step) {
  std::vector<std::string> events;
  for (const FlowGraph::Node& node : graph.nodes) {
    const auto* name = std::get_if<event::Value>(&node.what.data);
    if (node.anchor == anchor && node.step == step && name != nullptr)
      events.push_back(std::get<std::string>(name->data));
  }
  std::ranges::sort(events);
  return events;
}

}  // namespace starling::report
