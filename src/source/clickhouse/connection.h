// A ClickHouse server behind its HTTP interface, and what its errors mean.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace starling::source::clickhouse {

using base::Result;

class Connection {
 public:
  using Settings = std::map<std::string, std::string>;

  // `url`: http(s)://user:password@host:port/database?setting=value. The password may also come
  // from CLICKHOUSE_PASSWORD. kInvalid when it is no such URL.
  static Result<Connection> open(const std::string& url);

  // Sends a statement and hands over the bytes of its answer as they come. An error of the
  // statement is kInvalid, all others are kUnavailable with what the server said, never with the
  // password; or what `take` says.
  Result<void> run(const std::string& sql, const Settings& settings,
                   const std::function<Result<void>(std::string_view)>& take) const;
  // The cells of an answer, which must be texts without tabs and line breaks.
  Result<std::vector<std::vector<std::string>>> texts(const std::string& sql,
                                                      const Settings& settings) const;

 private:
  std::string url_;  // without user and password, ends where settings can be added
  std::string shown_;
  std::string user_, password_;
};

}  // namespace starling::source::clickhouse
