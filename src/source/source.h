// A warehouse, read only: what tables it has, and the rows of a query.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/column.h"
#include "source/location.h"
#include "source/table.h"

namespace starling::source {

using base::Result;

// Some rows of a result: a column each, all of one length. Timestamps without a zone come as local
// milliseconds (as if UTC); the caller knows their zone. Microseconds are cut to milliseconds in
// columns of type time.
struct Rows {
  std::vector<event::Column> columns;
  size_t size() const { return columns.empty() ? 0 : columns[0].size(); }
};

// A line of a text file that could not be read.
struct Reject {
  std::string row;     // the line as it stands in the file
  std::string reason;  // "orders.csv line 12, column order_total: \"abc\" is no DECIMAL(16,2)"
};

class Source {
 public:
  virtual ~Source() = default;

  // Fails with kUnavailable: the file is missing, locked by a writer, written by a newer version,
  // no database at all.
  static Result<std::unique_ptr<Source>> open(const Location& location);

  virtual Result<std::vector<std::string>> table_names() = 0;
  // kNotFound names the nearest table.
  virtual Result<TableInfo> describe_table(const std::string& table) = 0;
  // The columns a query gives; kInvalid with the warehouse's message when it does not compile.
  virtual Result<TableInfo> describe_query(const std::string& sql) = 0;
  // Streams the rows of a query in bounded pieces; the callback's error stops it. A row of a text
  // file with a cell that cannot be read as its declared type does not stop the rest (model.md,
  // sync modes): it is left out and handed to `reject` (DuckDB: read_csv's store_rejects and its
  // reject_errors table, read after the rows).
  virtual Result<void> read(const std::string& sql, const std::function<Result<void>(Rows)>& take,
                            const std::function<void(Reject)>& reject) = 0;
  // How a table is named inside SQL of this source.
  virtual std::string table_sql(const std::string& table) const = 0;
  virtual std::string quote(const std::string& identifier) const = 0;
  // The warehouse's own clock, ms.
  virtual Result<base::TimeMs> now() = 0;
  virtual std::string describe() const = 0;  // "DuckDB file jaffle.duckdb"
};

}  // namespace starling::source
