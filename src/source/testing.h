// For tests: makes warehouses.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/result.h"

namespace starling::source {

class Source;

// Declared keys, in any order: "orders(shop,number)" of a table's own, "orders(carrier) ->
// shippers(id)" of those that name rows of another.
std::set<std::string> key_texts(Source& source);

// Runs SQL statements on the DuckDB file at `path`, which is made when it is not there.
base::Result<void> write_duckdb(const std::string& path, const std::string& sql);

// Runs SQL statements in the database of a URL; what the last of them gives, a line a row, cells
// separated by "|".
base::Result<std::string> write_postgres(const std::string& url, const std::string& sql);

// A PostgreSQL server of this process, on a free port of 127.0.0.1 and with logical decoding; it
// ends with the process.
class PostgresServer {
 public:
  // Nothing where PostgreSQL is not installed. The first call starts it.
  static const PostgresServer* shared();

  // Makes an empty database of this name, in the place of an older one.
  std::string fresh_database(const std::string& name) const;
  std::string url(const std::string& database) const;

  ~PostgresServer();

 private:
  PostgresServer(std::string programs, std::string folder, int port)
      : programs_(std::move(programs)), folder_(std::move(folder)), port_(port) {}
  static std::unique_ptr<PostgresServer> start();

  std::string programs_, folder_;
  int port_;
};

}  // namespace starling::source
