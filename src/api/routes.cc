#include "api/handlers.h"

namespace starling::api {

namespace {

constexpr std::string_view kText = R"({"type": "string"})";
constexpr std::string_view kTexts = R"({"type": "array", "items": {"type": "string"}})";
constexpr std::string_view kLimit50 =
    R"({"type": "integer", "minimum": 1, "maximum": 1000, "default": 50})";
constexpr std::string_view kLimit100 =
    R"({"type": "integer", "minimum": 1, "maximum": 1000, "default": 100})";
constexpr std::string_view kInstant = R"({"type": "string", "format": "date-time"})";

const std::vector<Route>& table() {
  static const std::vector<Route> kTable = {
      {"POST",
       "/api/v1/query",
       "query",
       "Answers a report document",
       ask,
       "Report",
       200,
       "Result",
       {{"as_of", "The instant the report takes for now; the clock's when absent", kInstant}}},
      {"GET", "/api/v1/project", "getProject", "What the data are, and how many", get_project, "",
       200, "Project"},
      {"GET", "/api/v1/events", "listEvents", "The events, most frequent first", list_events, "",
       200, "Events"},
      {"GET",
       "/api/v1/properties",
       "listProperties",
       "What events and users can be told apart by",
       list_properties,
       "",
       200,
       "Properties",
       {{"event", "Only what these events have; may repeat; none is all", kTexts}}},
      {"GET",
       "/api/v1/values",
       "listValues",
       "Values of a property, most frequent first",
       list_values,
       "",
       200,
       "Values",
       {{"reference", "A property reference as JSON", kText, true},
        {"event", "Only values seen in these events; may repeat; none is all", kTexts},
        {"search", "Only values that contain this text", kText},
        {"limit", "At most so many", kLimit50}}},

      {"GET", "/api/v1/reports", "listReports", "Saved reports by name", list_reports, "", 200,
       "SavedReports"},
      {"POST", "/api/v1/reports", "createReport", "Saves a report", create_report, "ReportDraft",
       201, "SavedReport"},
      {"GET", "/api/v1/reports/{id}", "getReport", "A saved report", get_report, "", 200,
       "SavedReport"},
      {"PUT", "/api/v1/reports/{id}", "replaceReport", "Changes a saved report", replace_report,
       "ReportDraft", 200, "SavedReport"},
      {"DELETE", "/api/v1/reports/{id}", "deleteReport", "Deletes a saved report", delete_report,
       "", 204, ""},

      {"GET", "/api/v1/boards", "listBoards", "Boards by name", list_boards, "", 200, "Boards"},
      {"POST", "/api/v1/boards", "createBoard", "Saves a board", create_board, "BoardDraft", 201,
       "Board"},
      {"GET", "/api/v1/boards/{id}", "getBoard", "A board", get_board, "", 200, "Board"},
      {"PUT", "/api/v1/boards/{id}", "replaceBoard", "Changes a board", replace_board, "BoardDraft",
       200, "Board"},
      {"DELETE", "/api/v1/boards/{id}", "deleteBoard", "Deletes a board", delete_board, "", 204,
       ""},

      {"GET", "/api/v1/cohorts", "listCohorts", "The model's and the saved cohorts by name",
       list_cohorts, "", 200, "Cohorts"},
      {"POST", "/api/v1/cohorts", "createCohort", "Saves a cohort", create_cohort, "CohortDraft",
       201, "Cohort"},
      {"GET", "/api/v1/cohorts/{id}", "getCohort", "A cohort", get_cohort, "", 200, "Cohort"},
      {"PUT", "/api/v1/cohorts/{id}", "replaceCohort", "Changes a saved cohort", replace_cohort,
       "CohortDraft", 200, "Cohort"},
      {"DELETE", "/api/v1/cohorts/{id}", "deleteCohort", "Deletes a saved cohort", delete_cohort,
       "", 204, ""},

      {"GET", "/api/v1/metrics", "listMetrics", "The model's metrics by name", list_metrics, "",
       200, "Metrics"},
      {"GET", "/api/v1/sources", "listSources", "Each source and its last sync", list_sources, "",
       200, "Sources"},
      {"GET", "/api/v1/sources/{name}/runs", "listRuns", "The last runs of a source", list_runs, "",
       200, "Runs"},
      {"POST", "/api/v1/sources/{name}/runs", "runSource", "Runs a source as soon as possible",
       run_source, "RunRequest", 202, "RunAsked"},
      {"PUT", "/api/v1/sources/{name}/schedule", "scheduleSource",
       "Keeps a source from running by itself, or lets it again", schedule_source, "Schedule", 200,
       "Source"},
      {"GET", "/api/v1/sync", "getSync", "What is synced at the moment", get_sync, "", 200,
       "SyncState"},
      {"GET",
       "/api/v1/sources/{name}/kept-aside",
       "listKeptAside",
       "Rows that do not fit, and why",
       list_kept_aside,
       "",
       200,
       "KeptAside",
       {{"limit", "At most so many", kLimit100}}},

      {"GET", "/api/v1/openapi.json", "getOpenApi", "This description", get_openapi, "", 200,
       "OpenApi"},
      {"GET", "/healthz", "getHealth", "Whether the server answers", get_health, "", 200, "Health"},
  };
  return kTable;
}

}  // namespace

std::span<const Route> routes() { return table(); }

std::vector<std::string_view> pattern_segments(std::string_view pattern) {
  std::vector<std::string_view> out;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const size_t slash = pattern.find('/');
    out.push_back(pattern.substr(0, slash));
    if (slash == std::string_view::npos) break;
    pattern.remove_prefix(slash);
  }
  return out;
}

http::Response json_response(std::string json, int status) {
  http::Response response;
  response.status = status;
  response.set("Content-Type", "application/json");
  response.set("Cache-Control", "no-store");
  response.body = std::move(json);
  return response;
}

}  // namespace starling::api
