// Where a warehouse is.
#pragma once

#include <map>
#include <string>

namespace starling::source {

// Whose SQL a warehouse speaks.
enum class Product { kDuckdb, kPostgres, kClickhouse, kMariadb, kSqlite, kOther };

// As `warehouse` in model.md says. Paths are already made absolute or relative to the working
// folder.
struct Location {
  enum class Kind { kDuckdb, kFiles, kPostgres, kClickhouse, kOdbc } kind = Kind::kDuckdb;
  std::string path;  // the .duckdb file, or the folder
  std::string url;   // kPostgres: postgresql://…, as libpq reads it; kClickhouse: http(s)://…
  std::string slot;  // kPostgres: the logical replication slot that Mirror follows; "" = none
  std::string dsn;   // kOdbc: a data source of odbc.ini, or a connection string
  struct FileTable {
    std::string file;  // a glob below the folder; "" = the file of the table's name
    std::map<std::string, std::string> columns;  // column -> SQL type the file cannot tell
  };
  std::map<std::string, FileTable> tables;  // kFiles: named tables beside those found by file name
};

// A URL without its password, for files and messages.
std::string without_password(const std::string& url);
// The same for an ODBC data source or connection string.
std::string dsn_without_password(const std::string& dsn);

}  // namespace starling::source
