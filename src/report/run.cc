// One question's way: bind names what is asked, the engine counts, and the rest turns counts into
// rows.
#include "report/run.h"

#include <chrono>

#include "query/bind.h"
#include "report/compare.h"
#include "report/count.h"
#include "report/shape_insights.h"
#include "report/shape_retention.h"
#include "report/shape_users.h"

namespace starling::report {
namespace {

using SteadyClock = std::chrono::steady_clock;

int64_t ms_since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start).count();
}

}  // namespace

Result<std::string> run(const base::Node& document, const query::Catalog& catalog,
                        const engine::Backend& backend, base::TimeMs as_of,
                        const std::atomic<bool>* cancelled) {
  SteadyClock::time_point start = SteadyClock::now();
  query::Query query = TRY(query::bind(document, catalog, as_of));
  if (std::holds_alternative<query::Insights>(query.report)) {
    std::optional<Counts> before;
    if (has_compare(document)) {
      base::Node earlier = TRY(earlier_document(document, query));
      before = TRY(Counts::count(TRY(query::bind(earlier, catalog, as_of)), backend, cancelled));
    }
    Counts counts = TRY(Counts::count(std::move(query), backend, cancelled));
    return shape_insights(counts, before, ms_since(start));
  }
  engine::Answer answer = TRY(backend.answer(query, cancelled));
  if (std::holds_alternative<query::Retention>(query.report)) {
    auto& retention = std::get<engine::RetentionAnswer>(answer.data);
    return shape_retention(query, std::move(retention), answer.events_scanned, ms_since(start));
  }
  return shape_users(query, std::get<engine::UsersAnswer>(answer.data), answer.events_scanned,
                     ms_since(start));
}

}  // namespace starling::report
