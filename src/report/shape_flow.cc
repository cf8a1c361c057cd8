#include "report/shape_flow.h"

#include "report/flow_graph.h"
#include "report/segment_json.h"

namespace starling::report {

std::string shape_flow(const query::Query& query, const engine::FlowAnswer& answer,
                       uint64_t events_scanned, int64_t elapsed_ms) {
  FlowGraph graph = make_flow_graph(answer, std::get<query::Flow>(query.report).rows);
  base::JsonWriter out;
  begin_result(out, {"flow", elapsed_ms, events_scanned}, query);
  out.key("entries").unsigned_integer(graph.entries);
  out.key("nodes").begin_list();
  for (const FlowGraph::Node& node : graph.nodes) {
    out.begin_object();
    out.key("id").text(node.id);
    out.key("anchor").integer(node.anchor + 1);
    out.key("step").integer(node.step);
    out.key("event");
    write_coordinate(out, node.what);
    out.key("count").unsigned_integer(node.count);
    out.end_object();
  }
  out.end_list();
  out.key("edges").begin_list();
  for (const FlowGraph::Edge& edge : graph.edges) {
    out.begin_object();
    out.key("from").text(graph.nodes[edge.from].id);
    out.key("to").text(graph.nodes[edge.to].id);
    out.key("count").unsigned_integer(edge.count);
    out.end_object();
  }
  out.end_list();
  out.end_object();
  return out.take();
}

}  // namespace starling::report
