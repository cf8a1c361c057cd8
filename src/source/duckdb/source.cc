// Both kinds of DuckDB warehouse: a database file, and a folder of files as views of a database in
// memory.
//
// Every read has a connection of its own, so that a stream of rows stays whole while the caller
// asks other questions.
#include "source/duckdb/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "base/document.h"
#include "source/duckdb/database.h"
#include "source/duckdb/files.h"
#include "source/duckdb/handles.h"
#include "source/duckdb/pieces.h"
#include "source/duckdb/text.h"
#include "source/duckdb/types.h"

namespace starling::source::duckdb {
namespace {

using base::Error;

Error unavailable(std::string message) { return {Error::Code::kUnavailable, std::move(message)}; }

class DuckdbSource : public Source {
 public:
  static Result<std::unique_ptr<Source>> open(const Location& location);

  Result<std::vector<std::string>> table_names() override;
  Result<TableInfo> describe_table(const std::string& table) override;
  Result<TableInfo> describe_query(const std::string& sql) override;
  Result<void> read(const Query& query, const std::function<Result<void>(Rows)>& take,
                    const std::function<void(Reject)>& reject) override;
  const TableNames& names() const override { return names_; }
  Product product() const override { return Product::kDuckdb; }
  Result<std::vector<Key>> keys() override;
  Result<base::TimeMs> settled() override;
  std::string describe() const override;

 private:
  DuckdbSource(Location location, Database database)
      : location_(std::move(location)), database_(std::move(database)) {}

  Result<void> make_views();
  Result<void> make_view(const FileTable& table);
  Result<std::string> select_of(const FileTable& table);
  Result<void> load_names();
  Result<Connection> connect() const;
  Result<Statement> prepare(const Connection& connection, const std::string& sql) const;
  Result<void> stream(const Connection& connection, const std::string& sql,
                      const std::function<Result<void>(Rows)>& take) const;
  Result<void> read_rejects(const Connection& connection,
                            const std::function<void(Reject)>& reject) const;
  Result<void> execute(const std::string& sql) const;
  Result<std::vector<std::vector<std::string>>> texts(const std::string& sql);

  Location location_;
  Database database_;
  TableNames names_;
  std::map<std::string, std::string> faults_;  // table -> why it cannot be read (files)
};

Result<std::unique_ptr<Source>> DuckdbSource::open(const Location& location) {
  bool is_database = location.kind == Location::Kind::kDuckdb;
  std::error_code ignored;
  if (is_database && !std::filesystem::exists(location.path, ignored)) {
    return unavailable(fmt::format("there is no warehouse file {}", location.path));
  }
  if (is_database && std::filesystem::is_directory(location.path, ignored)) {
    return unavailable(fmt::format("{} is a folder; a folder of files is {{type: files, path: {}}}",
                                   location.path, location.path));
  }
  Database database = TRY(open_database(location.path, is_database));
  std::unique_ptr<DuckdbSource> source(new DuckdbSource(location, std::move(database)));
  TRY(source->execute("SET GLOBAL TimeZone = 'UTC'"));
  if (!is_database) TRY(source->make_views());
  TRY(source->load_names());
  return std::unique_ptr<Source>(std::move(source));
}

// A file that cannot be read is a fault of its own table only.
Result<void> DuckdbSource::make_views() {
  for (const FileTable& table : TRY(file_tables(location_))) {
    auto made = table.fault.empty() ? make_view(table) : Error{Error::Code::kInvalid, table.fault};
    if (!made) faults_.emplace(table.table, made.error().message);
  }
  return {};
}

Result<void> DuckdbSource::make_view(const FileTable& table) {
  std::string select = TRY(select_of(table));
  TableInfo info = TRY(describe_query(select));
  std::vector<std::string> names;
  for (const ColumnInfo& column : info.columns) names.push_back(column.name);
  for (const auto& [column, type] : table.columns) {
    if (info.find(column) != nullptr) continue;
    return Error{Error::Code::kInvalid, fmt::format(R"({} has no column "{}"{})", table.pattern,
                                                    column, base::did_you_mean(column, names))};
  }
  return execute(fmt::format("CREATE VIEW {} AS {}", quoted_name(table.table), select));
}

// DuckDB sets bad lines aside only where all files of a glob have the columns of the first: files
// that do not are read one by one and put together.
Result<std::string> DuckdbSource::select_of(const FileTable& table) {
  std::string all = rows_of(table, table.pattern);
  if (!table.is_text() || table.pattern.find_first_of("*?[") == std::string::npos) return all;
  auto files = TRY(
      texts(fmt::format("SELECT file FROM glob({}) ORDER BY file", quoted_text(table.pattern))));
  std::set<std::set<std::string>> headers;
  std::string one_by_one;
  for (const auto& row : files) {
    std::set<std::string> names;
    for (const ColumnInfo& column : TRY(describe_query(header_of(table, row[0]))).columns)
      names.insert(column.name);
    headers.insert(std::move(names));
    one_by_one += (one_by_one.empty() ? "" : " UNION ALL BY NAME ") + rows_of(table, row[0]);
  }
  return headers.size() > 1 ? one_by_one : all;
}

Result<void> DuckdbSource::load_names() {
  auto rows =
      TRY(texts("SELECT table_schema, table_name FROM information_schema.tables "
                "WHERE table_catalog = current_database() ORDER BY table_schema <> 'main', 1, 2"));
  std::vector<TableName> tables;
  std::set<std::string> keywords;
  for (auto& row : rows) tables.push_back({row[0], row[1]});
  for (auto& row : TRY(texts(
           "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"))) {
    keywords.insert(row[0]);
  }
  names_ = TableNames(std::move(tables), "main", std::move(keywords));
  return {};
}

Result<Connection> DuckdbSource::connect() const {
  Connection connection;
  if (duckdb_connect(database_.get(), connection.out()) != DuckDBSuccess) {
    return unavailable(fmt::format("{} gives no connection", location_.path));
  }
  return connection;
}

Result<Statement> DuckdbSource::prepare(const Connection& connection,
                                        const std::string& sql) const {
  Statement statement;
  if (duckdb_prepare(connection.get(), sql.c_str(), statement.out()) != DuckDBSuccess) {
    const char* message = duckdb_prepare_error(statement.get());
    return read_error(message ? message : "the statement cannot be prepared",
                      Error::Code::kInvalid);
  }
  return statement;
}

Result<void> DuckdbSource::execute(const std::string& sql) const {
  Connection connection = TRY(connect());
  QueryResult result;
  if (duckdb_query(connection.get(), sql.c_str(), result.out()) != DuckDBSuccess) {
    duckdb_result failed = result.get();
    return read_error(duckdb_result_error(&failed), Error::Code::kInvalid);
  }
  return {};
}

Result<std::vector<std::vector<std::string>>> DuckdbSource::texts(const std::string& sql) {
  std::vector<std::vector<std::string>> out;
  TRY(read(
      {sql},
      [&](Rows rows) -> Result<void> {
        for (size_t row = 0; row < rows.size(); ++row) {
          auto& cells = out.emplace_back();
          for (const event::Column& column : rows.columns) cells.emplace_back(column.texts[row]);
        }
        return {};
      },
      [](Reject) {}));
  return out;
}

Result<std::vector<std::string>> DuckdbSource::table_names() {
  std::vector<std::string> names = names_.all();
  for (const auto& [table, fault] : faults_) names.push_back(table);
  std::sort(names.begin(), names.end());
  return names;
}

Result<TableInfo> DuckdbSource::describe_table(const std::string& table) {
  auto fault = faults_.find(table);
  if (fault != faults_.end())
    return unavailable(fmt::format(R"(table "{}": {})", table, fault->second));
  return Source::describe_table(table);
}

Result<TableInfo> DuckdbSource::describe_query(const std::string& sql) {
  Connection connection = TRY(connect());
  Statement statement = TRY(prepare(connection, sql));
  if (duckdb_prepared_statement_type(statement.get()) != DUCKDB_STATEMENT_TYPE_SELECT) {
    return Error{Error::Code::kInvalid, "a query must be one SELECT"};
  }
  TableInfo info;
  for (idx_t i = 0; i < duckdb_prepared_statement_column_count(statement.get()); ++i) {
    LogicalType type(duckdb_prepared_statement_column_logical_type(statement.get(), i));
    const char* name = duckdb_prepared_statement_column_name(statement.get(), i);
    info.columns.push_back(column_info(name ? name : "", type.get()));
    duckdb_free(const_cast<char*>(name));
  }
  return info;
}

Result<void> DuckdbSource::stream(const Connection& connection, const std::string& sql,
                                  const std::function<Result<void>(Rows)>& take) const {
  Statement statement = TRY(prepare(connection, sql));
  Pending pending;
  QueryResult result;
  if (duckdb_pending_prepared_streaming(statement.get(), pending.out()) != DuckDBSuccess) {
    return read_error(duckdb_pending_error(pending.get()), Error::Code::kUnavailable);
  }
  if (duckdb_execute_pending(pending.get(), result.out()) != DuckDBSuccess) {
    return read_error(duckdb_result_error(result.out()), Error::Code::kUnavailable);
  }
  Pieces pieces = TRY(Pieces::create(result.get(), take));
  while (true) {
    Chunk chunk(duckdb_fetch_chunk(result.get()));
    if (chunk.get() == nullptr) break;
    TRY(pieces.add(chunk.get()));
  }
  const char* message = duckdb_result_error(result.out());
  if (message != nullptr && *message != '\0') return read_error(message, Error::Code::kUnavailable);
  return pieces.finish();
}

// A file that is scanned twice in one query (as facts and as a list) leaves its bad lines twice.
Result<void> DuckdbSource::read_rejects(const Connection& connection,
                                        const std::function<void(Reject)>& reject) const {
  const char* sql =
      "SELECT DISTINCT ON (s.file_path, e.line) s.file_path, e.line, coalesce(e.column_name, ''), "
      "coalesce(e.csv_line, ''), coalesce(e.error_message, '') "
      "FROM reject_errors AS e JOIN reject_scans AS s USING (scan_id, file_id) ORDER BY ALL";
  return stream(connection, sql, [&](Rows rows) -> Result<void> {
    for (size_t row = 0; row < rows.size(); ++row) {
      auto text = [&](size_t column) { return std::string(rows.columns[column].texts[row]); };
      std::string where = fmt::format("{} line {}", text(0), rows.columns[1].integers[row]);
      reject({text(3), reject_reason(where, text(2), text(4))});
    }
    return {};
  });
}

Result<void> DuckdbSource::read(const Query& query, const std::function<Result<void>(Rows)>& take,
                                const std::function<void(Reject)>& reject) {
  Connection connection = TRY(connect());
  TRY(stream(connection, query.sql, take));
  if (location_.kind != Location::Kind::kFiles) return {};
  // The tables of rejected lines are there once a text file has been read.
  if (!prepare(connection, "SELECT 1 FROM reject_errors")) return {};
  return read_rejects(connection, reject);
}

Result<std::vector<Key>> DuckdbSource::keys() {
  std::vector<Key> keys;
  // A row a column; a foreign key's schema is that of its own table.
  auto rows = TRY(texts(
      "SELECT schema_name, table_name, CAST(constraint_index AS VARCHAR), constraint_type, "
      "coalesce(referenced_table, ''), unnest(constraint_column_names), "
      "coalesce(unnest(referenced_column_names), '') FROM duckdb_constraints() WHERE database_name "
      "= current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY') ORDER BY 1, 2, "
      "3"));
  std::string last;
  for (const auto& row : rows) {
    std::string one = row[0] + "." + row[1] + "." + row[2];
    if (one != last) {
      std::string to = row[4].empty() ? "" : names_.name_of({row[0], row[4]});
      keys.push_back({names_.name_of({row[0], row[1]}), {}, to, {}});
    }
    last = one;
    keys.back().columns.push_back(row[5]);
    if (!row[6].empty()) keys.back().to_columns.push_back(row[6]);
  }
  return keys;
}

Result<base::TimeMs> DuckdbSource::settled() {
  base::TimeMs now;
  TRY(read(
      {"SELECT epoch_ms(now())"},
      [&](Rows rows) -> Result<void> {
        now.value = rows.columns[0].integers[0];
        return {};
      },
      [](Reject) {}));
  return now;
}

std::string DuckdbSource::describe() const {
  return (location_.kind == Location::Kind::kDuckdb ? "DuckDB file " : "folder of files ") +
         location_.path;
}

}  // namespace

Result<std::unique_ptr<Source>> open(const Location& location) {
  return DuckdbSource::open(location);
}

}  // namespace starling::source::duckdb
