// What answers each route; the table in routes.cc says which. Each gives the answer docs/api.md
// describes, or an error that becomes a problem.
#pragma once

#include "api/route.h"

namespace starling::api {

// ask.cc
Result<http::Response> ask(const Call& call);

// explore/events.cc
Result<http::Response> get_project(const Call& call);
Result<http::Response> list_events(const Call& call);

// explore/properties.cc, explore/values.cc
Result<http::Response> list_properties(const Call& call);
Result<http::Response> list_values(const Call& call);

// saved/pages.cc
Result<http::Response> list_reports(const Call& call);
Result<http::Response> create_report(const Call& call);
Result<http::Response> get_report(const Call& call);
Result<http::Response> replace_report(const Call& call);
Result<http::Response> delete_report(const Call& call);

Result<http::Response> list_boards(const Call& call);
Result<http::Response> create_board(const Call& call);
Result<http::Response> get_board(const Call& call);
Result<http::Response> replace_board(const Call& call);
Result<http::Response> delete_board(const Call& call);

// saved/cohorts.cc
Result<http::Response> list_cohorts(const Call& call);
Result<http::Response> create_cohort(const Call& call);
Result<http::Response> get_cohort(const Call& call);
Result<http::Response> replace_cohort(const Call& call);
Result<http::Response> delete_cohort(const Call& call);

// sources.cc
Result<http::Response> list_metrics(const Call& call);
Result<http::Response> list_sources(const Call& call);
Result<http::Response> list_runs(const Call& call);
Result<http::Response> list_kept_aside(const Call& call);
Result<http::Response> get_sync(const Call& call);
Result<http::Response> run_source(const Call& call);
Result<http::Response> schedule_source(const Call& call);

// openapi.cc
Result<http::Response> get_openapi(const Call& call);
Result<http::Response> get_health(const Call& call);

}  // namespace starling::api
