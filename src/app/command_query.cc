#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "app/commands.h"
#include "app/wire.h"
#include "base/clock.h"
#include "base/file.h"
#include "query/bind.h"
#include "report/compare.h"
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

}  // namespace

Result<void> run_query(const QueryOptions& options) {
  const std::string text = TRY(read_report(options.report));
  auto document = base::parse_document(text);
  if (!document) return std::move(document).error().wrap(options.report);
  const auto store = TRY(open_store(options.data, false));
  const auto view = TRY(make_data(*store)->view());
  const query::Catalog catalog = TRY(question_catalog(*view, options.data));
  const base::TimeMs as_of = TRY(read_as_of(options.as_of, catalog.timezone));
  auto answer = answer_text(options, document.value(), catalog, *view, as_of);
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
