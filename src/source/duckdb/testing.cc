#include <fmt/format.h>

#include "source/source.h"
#include "source/testing.h"

#include "source/duckdb/handles.h"
#include "source/duckdb/text.h"

namespace starling::source {

std::set<std::string> key_texts(Source& source) {
  std::set<std::string> out;
  for (const Key& key : source.keys().value()) {
    std::string text = fmt::format("{}({})", key.table, fmt::join(key.columns, ","));
    if (!key.to_table.empty())
      text += fmt::format(" -> {}({})", key.to_table, fmt::join(key.to_columns, ","));
    out.insert(text);
  }
  return out;
}

base::Result<void> write_duckdb(const std::string& path, const std::string& sql) {
  duckdb::Database database;
  char* message = nullptr;
  if (duckdb_open_ext(path.c_str(), database.out(), nullptr, &message) != DuckDBSuccess) {
    return duckdb::open_error(path, duckdb::take_text(message));
  }
  duckdb::Connection connection;
  duckdb_connect(database.get(), connection.out());
  duckdb::QueryResult result;
  if (duckdb_query(connection.get(), sql.c_str(), result.out()) != DuckDBSuccess) {
    return duckdb::read_error(duckdb_result_error(result.out()), base::Error::Code::kInvalid);
  }
  return {};
}

}  // namespace starling::source
