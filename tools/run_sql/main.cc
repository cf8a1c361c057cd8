// Runs a file of SQL in DuckDB, in memory, and prints the result of its last statement as CSV. The
// benchmark makes its data and its expected answers with it.
#include <duckdb.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

constexpr const char* kUsage = R"(Runs a file of SQL in DuckDB and prints the last result as CSV.

usage: run_sql FILE.sql [NAME=VALUE]...      {NAME} in the file stands for VALUE
)";

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

void print_cell(std::string_view cell) {
  if (cell.find_first_of(",\"\n") == std::string_view::npos) {
    std::fwrite(cell.data(), 1, cell.size(), stdout);
    return;
  }
  std::putchar('"');
  for (char letter : cell) {
    if (letter == '"') std::putchar('"');
    std::putchar(letter);
  }
  std::putchar('"');
}

void print_csv(duckdb_result& result) {
  idx_t columns = duckdb_column_count(&result), rows = duckdb_row_count(&result);
  for (idx_t column = 0; column < columns; ++column) {
    if (column > 0) std::putchar(',');
    print_cell(duckdb_column_name(&result, column));
  }
  std::putchar('\n');
  for (idx_t row = 0; row < rows; ++row) {
    for (idx_t column = 0; column < columns; ++column) {
      if (column > 0) std::putchar(',');
      char* text = duckdb_value_varchar(&result, column, row);
      print_cell(text ? text : "");
      duckdb_free(text);
    }
    std::putchar('\n');
  }
}

}  // namespace

int main(int count, char** values) {
  if (count < 2 || std::string_view(values[1]) == "--help") {
    std::fputs(kUsage, count < 2 ? stderr : stdout);
    return count < 2 ? 2 : 0;
  }
  std::ifstream file(values[1]);
  if (!file) return std::fprintf(stderr, "run_sql: cannot read %s\n", values[1]), 2;
  std::string sql((std::istreambuf_iterator<char>(file)), {});
  for (int i = 2; i < count; ++i) {
    std::string argument = values[i];
    size_t equals = argument.find('=');
    if (equals == std::string::npos) {
      return std::fprintf(stderr, "run_sql: \"%s\" is not NAME=VALUE\n", values[i]), 2;
    }
    replace_all(sql, "{" + argument.substr(0, equals) + "}", argument.substr(equals + 1));
  }

  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  duckdb_result result;
  duckdb_open(nullptr, &database);
  duckdb_connect(database, &connection);
  bool done = duckdb_query(connection, sql.c_str(), &result) == DuckDBSuccess;
  if (done) {
    print_csv(result);
  } else {
    std::fprintf(stderr, "run_sql: %s: %s\n", values[1], duckdb_result_error(&result));
  }
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return done ? 0 : 1;
}
