#include "source/clickhouse/source.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "source/clickhouse/blocks.h"
#include "source/clickhouse/connection.h"

namespace starling::source::clickhouse {
namespace {

using base::Error;

// The first whose joins by ranges and whose names mean what SQL says.
constexpr int kOldestYear = 25, kOldestMonth = 3;

// What makes ClickHouse's SQL that of the standard, where it is not by itself: a join's missing
// rows and a cast's missing values are NULL, and a name is a column before it is another column's
// alias.
const Connection::Settings& settings() {
  static const Connection::Settings all = {
      {"join_use_nulls", "1"},
      {"cast_keep_nullable", "1"},
      {"prefer_column_name_to_alias", "1"},
      {"allow_experimental_join_condition", "1"},
      {"output_format_decimal_trailing_zeros", "1"},
      {"session_timezone", "UTC"},
      {"date_time_output_format", "simple"},
      {"http_write_exception_in_output_format", "0"},
      {"cancel_http_readonly_queries_on_client_close", "1"},
  };
  return all;
}

// Words that ClickHouse's SQL reads as such where a name could stand.
const std::set<std::string> kKeywords = {
    "all",     "and",       "anti",   "any",    "array",     "as",        "asc",       "asof",
    "between", "by",        "case",   "cast",   "collate",   "cross",     "cube",      "date",
    "desc",    "distinct",  "else",   "end",    "except",    "exists",    "extract",   "false",
    "final",   "for",       "format", "from",   "full",      "global",    "group",     "having",
    "if",      "ilike",     "in",     "inner",  "intersect", "interval",  "into",      "is",
    "join",    "left",      "like",   "limit",  "not",       "null",      "nulls",     "offset",
    "on",      "or",        "order",  "outer",  "over",      "partition", "prewhere",  "qualify",
    "right",   "rollup",    "sample", "select", "semi",      "settings",  "substring", "table",
    "then",    "timestamp", "top",    "totals", "trim",      "true",      "union",     "using",
    "values",  "when",      "where",  "window", "with"};

class ClickhouseSource : public Source {
 public:
  static Result<std::unique_ptr<Source>> open(const Location& location) {
    Connection connection = TRY(Connection::open(location.url));
    std::unique_ptr<ClickhouseSource> source(new ClickhouseSource(location, std::move(connection)));
    TRY(source->check_version());
    TRY(source->load_names());
    return std::unique_ptr<Source>(std::move(source));
  }

  Result<std::vector<std::string>> table_names() override { return names_.all(); }
  Result<TableInfo> describe_query(const std::string& sql) override;
  Result<void> read(const Query& query, const std::function<Result<void>(Rows)>& take,
                    const std::function<void(Reject)>&) override;
  const TableNames& names() const override { return names_; }
  Product product() const override { return Product::kClickhouse; }
  Result<base::TimeMs> settled() override;
  std::string describe() const override { return "ClickHouse " + without_password(location_.url); }

 private:
  ClickhouseSource(Location location, Connection connection)
      : location_(std::move(location)), connection_(std::move(connection)) {}

  Result<void> check_version();
  Result<void> load_names();

  Location location_;
  Connection connection_;
  TableNames names_;  // its own schema: the database of the URL
};

Result<void> ClickhouseSource::check_version() {
  std::string version = TRY(connection_.texts("SELECT version()", {}))[0][0];
  int year = 0, month = 0;
  std::sscanf(version.c_str(), "%d.%d", &year, &month);
  if (std::pair(year, month) >= std::pair(kOldestYear, kOldestMonth)) return {};
  return Error{Error::Code::kUnsupported,
               fmt::format("{} is version {}; {}.{} or newer is needed", describe(), version,
                           kOldestYear, kOldestMonth)};
}

Result<void> ClickhouseSource::load_names() {
  std::string schema = TRY(connection_.texts("SELECT currentDatabase()", {}))[0][0];
  std::vector<TableName> tables;
  for (auto& row : TRY(connection_.texts(
           "SELECT database, name FROM system.tables WHERE NOT is_temporary AND NOT "
           "startsWith(name, '.inner') AND database NOT IN ('system', 'INFORMATION_SCHEMA', "
           "'information_schema') ORDER BY database != currentDatabase(), database, name",
           {}))) {
    tables.push_back({row[0], row[1]});
  }
  names_ = TableNames(std::move(tables), std::move(schema), kKeywords);
  return {};
}

Result<TableInfo> ClickhouseSource::describe_query(const std::string& sql) {
  TableInfo info;
  for (const auto& row :
       TRY(connection_.texts(fmt::format("DESCRIBE TABLE (\n{}\n)", sql), settings()))) {
    info.columns.push_back(column_info(row[0], row[1]));
  }
  return info;
}

Result<void> ClickhouseSource::read(const Query& query,
                                    const std::function<Result<void>(Rows)>& take,
                                    const std::function<void(Reject)>&) {
  BlockReader reader({}, take);
  TRY(connection_.run(query.sql + "\nFORMAT Native", settings(),
                      [&](std::string_view bytes) { return reader.append(bytes); }));
  return reader.finish();
}

Result<base::TimeMs> ClickhouseSource::settled() {
  std::string text = TRY(connection_.texts("SELECT toUnixTimestamp64Milli(now64(3))", {}))[0][0];
  base::TimeMs settled;
  std::from_chars(text.data(), text.data() + text.size(), settled.value);
  return settled;
}

}  // namespace

Result<std::unique_ptr<Source>> open(const Location& location) {
  return ClickhouseSource::open(location);
}

}  // namespace starling::source::clickhouse
