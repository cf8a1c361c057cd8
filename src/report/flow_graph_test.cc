#include "report/flow_graph.h"

#include <gtest/gtest.h>

namespace starling::report {
namespace {

using engine::FlowAnswer;

// The anchor "a" with three events after it and somebody who stops.
FlowAnswer answer() {
  FlowAnswer out;
  out.nodes = {{0, 0, "a", false, 10},
               {0, 1, "b", false, 2},
               {0, 1, "c", false, 5},
               {0, 1, "d", false, 2},
               {0, 1, "", true, 1}};
  out.edges = {{0, 1, 2}, {0, 2, 5}, {0, 3, 2}, {0, 4, 1}};
  return out;
}

std::vector<std::string> ids(const FlowGraph& graph) {
  std::vector<std::string> out;
  for (const FlowGraph::Node& node : graph.nodes)
    out.push_back(node.id + " " + std::to_string(node.count));
  return out;
}

TEST(FlowGraph, RanksByCountThenNameWithTheDropOffLast) {
  EXPECT_EQ(ids(make_flow_graph(answer(), 5)),
            (std::vector<std::string>{"1/0/event:a 10", "1/1/event:c 5", "1/1/event:b 2",
                                      "1/1/event:d 2", "1/1/drop-off 1"}));
}

TEST(FlowGraph, JoinsWhatIsNotKeptIntoOtherWithItsEdges) {
  FlowGraph graph = make_flow_graph(answer(), 1);
  EXPECT_EQ(ids(graph), (std::vector<std::string>{"1/0/event:a 10", "1/1/event:c 5", "1/1/other 4",
                                                  "1/1/drop-off 1"}));
  ASSERT_EQ(graph.edges.size(), 3u);
  EXPECT_EQ(graph.edges[1].to, 2u);
  EXPECT_EQ(graph.edges[1].count, 4u);
  EXPECT_EQ(graph.entries, 10u);
}

TEST(FlowGraph, SaysWhichEventsOtherLeavesOut) {
  EXPECT_EQ(events_at(make_flow_graph(answer(), 2), 0, 1), (std::vector<std::string>{"b", "c"}));
}

TEST(FlowGraph, ADropOffIsNoRow) {
  FlowAnswer only;
  only.nodes = {{0, 1, "b", false, 1}, {0, 1, "", true, 50}};
  EXPECT_EQ(ids(make_flow_graph(only, 1)),
            (std::vector<std::string>{"1/1/event:b 1", "1/1/drop-off 50"}));
}

}  // namespace
}  // namespace starling::report
