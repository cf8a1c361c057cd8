// One question's way: bind names what is asked, the engine counts, and the rest turns counts into
// rows.
#include "report/run.h"

#include <chrono>

#include "query/bind.h"
#include "query/print.h"
#include "query/say.h"
#include "report/compare.h"
#include "report/count.h"
#include "report/flow_graph.h"
#include "report/shape_flow.h"
#include "report/shape_funnel.h"
#include "report/shape_insights.h"
#include "report/shape_retention.h"
#include "report/shape_users.h"

namespace starling::report {
namespace {

using SteadyClock = std::chrono::steady_clock;

int64_t us_since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start).count();
}

int64_t ms_since(SteadyClock::time_point start) { return us_since(start) / 1000; }

struct Outcome {
  std::string result_json;
  uint64_t events_scanned = 0;
  engine::Work work;  // of the question itself, without what it is compared with
};

// One question being answered.
struct Run {
  const base::Node& document;
  const query::Catalog& catalog;
  const engine::Backend& backend;
  base::TimeMs as_of;
  const std::atomic<bool>* cancelled;
  SteadyClock::time_point start = SteadyClock::now();

  Result<Outcome> answer(query::Query query) const {
    if (query.who) return who(std::move(query));
    if (std::holds_alternative<query::Insights>(query.report)) return insights(std::move(query));
    engine::Answer answer = TRY(backend.answer(query, cancelled));
    std::string result = shape(query, answer);
    return Outcome{std::move(result), answer.events_scanned, std::move(answer.work)};
  }

  Result<Outcome> insights(query::Query query) const {
    std::optional<Counts> before;
    if (has_compare(document)) {
      base::Node earlier = TRY(earlier_document(document, query));
      before = TRY(Counts::count(TRY(query::bind(earlier, catalog, as_of)), backend, cancelled));
    }
    Counts counts = TRY(Counts::count(std::move(query), backend, cancelled));
    return Outcome{shape_insights(counts, before, ms_since(start)), counts.events_scanned(),
                   counts.work()};
  }

  // Which events "other" leaves out is known only once the flow is counted.
  Result<void> name_other_events(query::Query& query) const {
    const auto* flow = std::get_if<query::Flow>(&query.report);
    if (flow == nullptr || !query.who->node.other) return {};
    query::Query plain = query;
    plain.who.reset();
    engine::Answer answer = TRY(backend.answer(plain, cancelled));
    FlowGraph graph = make_flow_graph(std::get<engine::FlowAnswer>(answer.data), flow->rows);
    query.who->node.events = events_at(graph, query.who->node.anchor, query.who->node.step);
    return {};
  }

  Result<Outcome> who(query::Query query) const {
    TRY(name_other_events(query));
    engine::Answer answer = TRY(backend.answer(query, cancelled));
    return Outcome{
        shape_users(query, query.who->list.columns, std::get<engine::UsersAnswer>(answer.data),
                    answer.events_scanned, ms_since(start)),
        answer.events_scanned, std::move(answer.work)};
  }

  std::string shape(const query::Query& query, engine::Answer& answer) const {
    uint64_t scanned = answer.events_scanned;
    if (auto* funnel = std::get_if<engine::FunnelAnswer>(&answer.data))
      return shape_funnel(query, std::move(*funnel), scanned, ms_since(start));
    if (auto* retention = std::get_if<engine::RetentionAnswer>(&answer.data))
      return shape_retention(query, std::move(*retention), scanned, ms_since(start));
    if (const auto* flow = std::get_if<engine::FlowAnswer>(&answer.data))
      return shape_flow(query, *flow, scanned, ms_since(start));
    return shape_users(query, std::get<query::Users>(query.report).columns,
                       std::get<engine::UsersAnswer>(answer.data), scanned, ms_since(start));
  }
};

}  // namespace

Result<std::string> run(const base::Node& document, const query::Catalog& catalog,
                        const engine::Backend& backend, base::TimeMs as_of,
                        const std::atomic<bool>* cancelled) {
  Run run{document, catalog, backend, as_of, cancelled};
  return TRY(run.answer(TRY(query::bind(document, catalog, as_of)))).result_json;
}

Result<Explanation> explain(const base::Node& document, const query::Catalog& catalog,
                            const engine::Backend& backend, base::TimeMs as_of,
                            const std::atomic<bool>* cancelled) {
  SteadyClock::time_point start = SteadyClock::now();
  Run run{document, catalog, backend, as_of, cancelled};
  query::Query query = TRY(query::bind(document, catalog, as_of));
  int64_t bound_after = us_since(start);
  Explanation out{query::say(query), query::print(query), {}, 0};
  Outcome outcome = TRY(run.answer(std::move(query)));
  int64_t counted = bound_after;
  out.work = std::move(outcome.work);
  for (const engine::Work::Stage& stage : out.work.stages) counted += stage.microseconds;
  out.work.stages.insert(out.work.stages.begin(), {"bind", bound_after});
  out.work.stages.push_back({"shape", us_since(start) - counted});
  out.events_scanned = outcome.events_scanned;
  return out;
}

}  // namespace starling::report
