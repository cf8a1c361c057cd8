// A flow as people see it: beside each anchor, at each step, the most frequent events and one node
// for the others (docs/semantics/flow.md).
#pragma once

#include <string>
#include <vector>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

struct FlowGraph {
  struct Node {
    std::string id;  // "1/2/event:added to cart", "1/2/other", "1/2/drop-off"
    int anchor = 0;  // from 0
    int step = 0;
    engine::Coordinate what;  // an event's name, or a special
    uint64_t count = 0;
  };
  struct Edge {
    size_t from = 0, to = 0;  // indexes into nodes
    uint64_t count = 0;
  };
  std::vector<Node> nodes;  // by anchor and step, most frequent first, then other, then drop-off
  std::vector<Edge> edges;  // by from and to
  uint64_t entries = 0;
};

// Keeps the `rows` most frequent events of each step, ties by name, and joins the rest.
FlowGraph make_flow_graph(const engine::FlowAnswer& answer, uint64_t rows);

// The events that have a node of their own at a step, sorted: what "other" leaves out.
std::vector<std::string> events_at(const FlowGraph& graph, int anchor, int step);

}  // namespace starling::report
