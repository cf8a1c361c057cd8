// One connection to a PostgreSQL server, and what its errors mean.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace starling::source::postgres {

using base::Result;

// Owned answer of the server.
struct FreeAnswer {
  void operator()(pg_result* answer) const;
};
using Answer = std::unique_ptr<pg_result, FreeAnswer>;

class Connection {
 public:
  // `url` as libpq takes it: postgresql://user@host:port/database?sslmode=…; what it leaves out
  // comes from the environment (PGPASSWORD, PGSERVICE, ~/.pgpass). `options` are added to it.
  // kUnavailable with what the server said, never with the password.
  static Result<Connection> open(const std::string& url,
                                 const std::vector<std::pair<std::string, std::string>>& options);

  // Runs a statement; with parameters only one, else several may stand in `sql`. An error of the
  // statement (SQLSTATE class 42, but for rights) is kInvalid, all others are kUnavailable.
  Result<Answer> run(const std::string& sql, const std::vector<std::string>& parameters = {});
  // The cells of an answer as texts, "" for NULL.
  Result<std::vector<std::vector<std::string>>> texts(
      const std::string& sql, const std::vector<std::string>& parameters = {});

  pg_conn* get() const { return connection_.get(); }
  // The error that the connection or an answer carries.
  base::Error error(const pg_result* answer) const;

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  explicit Connection(pg_conn* connection) : connection_(connection) {}

  std::unique_ptr<pg_conn, Close> connection_;
};

}  // namespace starling::source::postgres
