#include "api/ask.h"

#include <fmt/format.h>

#include "api/handlers.h"
#include "report/run.h"

namespace starling::api {

Result<std::string> Asking::run(const base::Node& document) const {
  return report::run(document, catalog, *view->backend, now, cancelled);
}

Result<base::Node> Asking::answer(const base::Node& document) const {
  return base::parse_json(TRY(run(document)));
}

Result<std::string> add_saved_cohorts(query::Catalog& catalog, SavedThings& saved) {
  std::string texts;
  for (const Saved& cohort : TRY(saved.list(SavedKind::kCohort))) {
    catalog.cohorts.emplace(cohort.draft.name, TRY(base::parse_json(cohort.draft.document)));
    texts += cohort.draft.name + '\0' + cohort.draft.document + '\0';
  }
  return texts;
}

base::TimeMs default_as_of(base::TimeMs newest, base::TimeMs now) {
  const base::TimeMs minute{now.value - now.value % base::kMinuteMs};
  return newest < minute ? minute : now;
}

Result<Asking> start_asking(const Context& context, const std::atomic<bool>* cancelled) {
  Asking asking;
  asking.view = TRY(context.data.view());
  asking.catalog = asking.view->catalog;
  asking.saved_cohorts = TRY(add_saved_cohorts(asking.catalog, context.saved));
  asking.now = default_as_of(asking.view->newest, context.clock.now());
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
  const std::string* caching = call.request.header("cache-control");
  if (caching != nullptr && *caching == "no-cache")
    return json_response(TRY(asking.run(call.body)));
  const std::string key =
      fmt::format("answer/{}/{}\n{}{}", asking.now.value, asking.saved_cohorts.size(),
                  asking.saved_cohorts, call.request.body);
  return json_response(
      TRY(call.context.memo.get(asking.view->version, key, [&] { return asking.run(call.body); })));
}

}  // namespace starling::api
