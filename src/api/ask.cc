#include "api/ask.h"

#include "api/handlers.h"
#include "report/run.h"

namespace starling::api {

Result<std::string> Asking::run(const base::Node& document) const {
  return report::run(document, catalog, *view->backend, now, cancelled);
}

Result<base::Node> Asking::answer(const base::Node& document) const {
  return base::parse_json(TRY(run(document)));
}

Result<void> add_saved_cohorts(query::Catalog& catalog, SavedThings& saved) {
  for (const Saved& cohort : TRY(saved.list(SavedKind::kCohort))) {
    catalog.cohorts.emplace(cohort.draft.name, TRY(base::parse_json(cohort.draft.document)));
  }
  return {};
}

Result<Asking> start_asking(const Context& context, const std::atomic<bool>* cancelled) {
  Asking asking;
  asking.view = TRY(context.data.view());
  asking.catalog = asking.view->catalog;
  TRY(add_saved_cohorts(asking.catalog, context.saved));
  asking.now = context.clock.now();
  asking.cancelled = cancelled;
  return asking;
}

Result<http::Response> ask(const Call& call) {
  Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  if (const std::string* text = call.request.parameter("as_of")) {
    const auto instant = base::parse_rfc3339(*text);
    if (!instant) {
      return base::invalid(
          {{"as_of", 0, "\"" + *text + "\" is no instant; write it like 2025-09-01T00:00:00Z"}});
    }
    asking.now = *instant;
  }
  return json_response(TRY(asking.run(call.body)));
}

}  // namespace starling::api
