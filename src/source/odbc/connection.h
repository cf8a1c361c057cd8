// One connection through unixODBC's driver manager, its statements, and what its errors mean.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/location.h"

namespace starling::source::odbc {

using base::Result;

// A handle of the driver manager, freed with it.
struct FreeStatement {
  void operator()(void* statement) const;
};
using Statement = std::unique_ptr<void, FreeStatement>;

class Connection {
 public:
  // `dsn`: the name of a data source of odbc.ini, or a connection string (DRIVER=…;SERVER=…). The
  // password may come from ODBC_PASSWORD. kUnavailable with what the driver said, never with the
  // password.
  static Result<Connection> open(const std::string& dsn);

  // Whose SQL the driver's database speaks, by its own name.
  Product product() const { return product_; }
  const std::string& product_name() const { return product_name_; }

  // A statement of the database, compiled but not run.
  Result<Statement> prepare(const std::string& sql) const;
  Result<void> execute(const Statement& statement) const;
  Result<void> run(const std::string& sql) const;
  // The cells of a result as texts, "" for NULL.
  Result<std::vector<std::vector<std::string>>> texts(const std::string& sql) const;
  // An error of SQLSTATE class 42 and of a driver's own (HY000 while preparing) is kInvalid, all
  // others are kUnavailable.
  base::Error error(const Statement& statement, bool preparing) const;

 private:
  struct Close {
    void operator()(void* connection) const;
  };
  explicit Connection(void* connection) : connection_(connection) {}

  Result<void> settle();

  std::unique_ptr<void, Close> connection_;
  std::string shown_;
  Product product_ = Product::kOther;
  std::string product_name_;
};

}  // namespace starling::source::odbc
