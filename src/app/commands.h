// What each subcommand does. Results go to stdout, progress to stderr; an error comes back and is
// printed by the caller, which also makes it the exit status.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace starling::app {

using base::Result;

// command_model.cc
Result<void> check_model(const std::string& model);
Result<void> print_model_sql(const std::string& model);
// Writes dbt models into the folder `out`; `dbt`: a project's target/ whose models are named by
// ref, "" = none.
Result<void> write_dbt_models(const std::string& model, const std::string& out,
                              const std::string& dbt);
Result<void> plan_sync(const std::string& model, const std::string& data);

// command_propose.cc
struct ProposeOptions {
  std::string warehouse, dbt, out;  // dbt, out: "" = none
  std::string timezone = "UTC";
};
Result<void> propose_model(const ProposeOptions& options);

// command_sync.cc
struct SyncOptions {
  std::string model, data;
  std::vector<std::string> only;
  bool watch = false;
  bool accept_removals = false, backfill = false;  // sync::Options
};
Result<void> run_sync(const SyncOptions& options);
Result<void> print_status(const std::string& data);
Result<void> print_runs(const std::string& source, const std::string& data);
Result<void> hold_source(const std::string& source, const std::string& data, bool held);

// command_query.cc
struct QueryOptions {
  std::string report, data;
  std::string format = "table";  // table, json, csv
  std::string as_of;             // "" = the clock
  bool explain = false;          // say what is asked and what was read instead of the result
  bool sql = false;              // print the SELECT that computes the same instead of the result
};
Result<void> run_query(const QueryOptions& options);
// Runs a report's SELECT in the model's warehouse and compares every cell with the report's own.
struct VerifyReportOptions {
  std::string report, model, data;
  std::string as_of;  // "" = the clock
};
Result<void> verify_report(const VerifyReportOptions& options);

// command_serve.cc
struct ServeOptions {
  std::string data;
  std::string listen = "127.0.0.1:8080";
  bool insecure = false;
  std::string model;          // whose sources run when they are due; "" = none
  uint64_t query_memory = 0;  // bytes of values a question may keep; 0: half of the memory there is
};
Result<void> serve(const ServeOptions& options);

// command_store.cc
Result<void> dump_store(const std::string& data, bool with_rows);
struct VerifyOptions {
  std::string data;
  std::string model;  // "" = only the folder's files
  std::vector<std::string> only;
  bool repair = false;
};
Result<void> verify(const VerifyOptions& options);

// command_board.cc
Result<void> import_board_file(const std::string& file, const std::string& data);

}  // namespace starling::app
