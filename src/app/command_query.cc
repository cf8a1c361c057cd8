#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "app/commands.h"
#include "app/report_check.h"
#include "app/text_table.h"
#include "app/wire.h"
#include "base/clock.h"
#include "base/file.h"
#include "query/bind.h"
#include "report/compare.h"
#include "report/flat.h"
#include "report/run.h"
#include "sql/sql.h"

namespace starling::app {

namespace {

using base::Error;

Result<std::string> read_report(const std::string& path) {
  if (path == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  if (!base::file_exists(path))
    return Error{Error::Code::kNotFound, "there is no report file " + path};
  return base::read_file(path);
}

// An instant, or a local date or date and time in the project's zone.
Result<base::TimeMs> read_as_of(const std::string& text, const std::string& zone_name) {
  if (text.empty()) return base::SystemClock().now();
  if (const auto instant = base::parse_rfc3339(text)) return *instant;
  if (const auto date = base::Date::parse(text)) {
    return TRY(base::TimeZone::load(zone_name)).day_start(*date);
  }
  return Error{
      Error::Code::kInvalid,
      "--as-of: \"" + text + "\" is no instant; write it like 2025-09-01 or 2025-09-01T00:00:00Z"};
}

std::string duration_text(int64_t microseconds) {
  return fmt::format("{:.1f} ms", static_cast<double>(microseconds) / 1000);
}

std::string explanation_text(const report::Explanation& explanation) {
  std::string out = explanation.words + "\n\n" + explanation.bound;
  out += fmt::format("\nread: {} events in {} tables\n", explanation.events_scanned,
                     explanation.work.parts);
  for (const std::string& column : explanation.work.columns) out += "  " + column + "\n";
  out += "time:\n";
  for (const engine::Work::Stage& stage : explanation.work.stages)
    out += fmt::format("  {:<10} {:>12}\n", stage.name, duration_text(stage.microseconds));
  return out;
}

Result<std::string> sql_text(const base::Node& document, const query::Catalog& catalog,
                             const std::string& selects, base::TimeMs as_of) {
  const query::Query query = TRY(query::bind(document, catalog, as_of));
  if (report::has_compare(document)) {
    return Error{
        Error::Code::kUnsupported,
        "--sql: a comparison cannot be said in SQL yet; each of its ranges can, by itself"};
  }
  auto statement = sql::to_sql(query, catalog.schema, selects);
  if (!statement) return std::move(statement).error().wrap("--sql");
  return statement;
}

Result<std::string> answer_text(const QueryOptions& options, const base::Node& document,
                                const query::Catalog& catalog, const api::View& view,
                                base::TimeMs as_of) {
  const engine::Backend& backend = *view.backend;
  if (options.sql) return sql_text(document, catalog, view.selects, as_of);
  if (options.explain)
    return explanation_text(TRY(report::explain(document, catalog, backend, as_of, nullptr)));
  std::string result = TRY(report::run(document, catalog, backend, as_of, nullptr));
  if (options.format == "table") return report::to_table(result);
  if (options.format == "csv") return report::to_csv(result);
  return result;
}

// A report document, and what it is asked of.
struct Asked {
  base::Node document;
  std::unique_ptr<store::Store> store;
  std::shared_ptr<const api::View> view;
  query::Catalog catalog;
  base::TimeMs as_of;
};

Result<Asked> ask(const std::string& report, const std::string& data, const std::string& as_of) {
  Asked asked;
  const std::string text = TRY(read_report(report));
  auto document = base::parse_document(text);
  if (!document) return std::move(document).error().wrap(report);
  asked.document = std::move(document).value();
  asked.store = TRY(open_store(data, false));
  asked.view = TRY(make_data(*asked.store)->view());
  asked.catalog = TRY(question_catalog(*asked.view, data));
  asked.as_of = TRY(read_as_of(as_of, asked.catalog.timezone));
  return asked;
}

// What the warehouse gives to the report's SELECT.
Result<ReportCells> warehouse_cells(const Asked& asked, const base::Node& result,
                                    source::Source& warehouse) {
  if (warehouse.product() != source::Product::kDuckdb) {
    return Error{
        Error::Code::kUnsupported,
        "a report can be verified in DuckDB files and folders of files only: its SELECT is "
        "in DuckDB's dialect, and the warehouse is " +
            warehouse.describe()};
  }
  std::string sql = TRY(sql_text(asked.document, asked.catalog, asked.view->selects, asked.as_of));
  std::vector<std::string> columns;
  for (const source::ColumnInfo& column : TRY(warehouse.describe_query(sql)).columns)
    columns.push_back(column.name);
  ReportCells cells;
  TRY(warehouse.read(
      {sql},
      [&](source::Rows rows) -> Result<void> {
        add_warehouse_cells(result, columns, rows, cells);
        return {};
      },
      [](source::Reject) {}));
  return cells;
}

constexpr size_t kDifferencesShown = 20;

Result<void> print_comparison(const ReportCells& report, const ReportCells& warehouse) {
  std::vector<CellDifference> differences = differing_cells(report, warehouse);
  if (differences.empty()) {
    std::printf("%s cells, each equal to what the warehouse gives.\n",
                grouped(report.size()).c_str());
    return {};
  }
  for (size_t i = 0; i < differences.size() && i < kDifferencesShown; ++i) {
    const CellDifference& one = differences[i];
    std::printf("%s: report %s, warehouse %s\n", one.cell.c_str(),
                one.report.value_or("nothing").c_str(), one.warehouse.value_or("nothing").c_str());
  }
  if (differences.size() > kDifferencesShown)
    std::printf("and %zu more\n", differences.size() - kDifferencesShown);
  return Error{
      Error::Code::kUnavailable,
      fmt::format("{} of {} cells differ; `starling status` says whether the warehouse has "
                  "changed since the last sync",
                  differences.size(), report.size())};
}

}  // namespace

Result<void> verify_report(const VerifyReportOptions& options) {
  const Asked asked = TRY(ask(options.report, options.data, options.as_of));
  auto text =
      report::run(asked.document, asked.catalog, *asked.view->backend, asked.as_of, nullptr);
  if (!text) return std::move(text).error().wrap(options.report);
  const base::Node result = TRY(report::parse_result(text.value()));
  const base::Node* segments = result.find("segments");
  if (segments != nullptr &&
      report::field(*segments, "found").text != report::field(*segments, "returned").text) {
    return Error{
        Error::Code::kInvalid,
        fmt::format("{}: the report shows {} of {} segments; raise its \"limit\" to compare "
                    "all of them",
                    options.report, report::field(*segments, "returned").text,
                    report::field(*segments, "found").text)};
  }
  const LoadedModel model = TRY(load_model(options.model));
  auto cells = warehouse_cells(asked, result, *model.warehouse);
  if (!cells) return std::move(cells).error().wrap(options.report);
  return print_comparison(cells_of_result(result), cells.value());
}

Result<void> run_query(const QueryOptions& options) {
  const Asked asked = TRY(ask(options.report, options.data, options.as_of));
  auto answer = answer_text(options, asked.document, asked.catalog, *asked.view, asked.as_of);
  if (!answer) return std::move(answer).error().wrap(options.report);
  std::string out = std::move(answer).value();
  if (out.empty() || out.back() != '\n') out += '\n';
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    return Error{Error::Code::kUnavailable,
                 "the result cannot be written: " + base::errno_text(errno)};
  }
  return {};
}

}  // namespace starling::app
