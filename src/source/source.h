// A warehouse, read only: what tables it has, and the rows of a query.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/column.h"
#include "source/changes.h"
#include "source/location.h"
#include "source/table.h"
#include "source/table_names.h"

namespace starling::source {

using base::Result;

// Some rows of a result: a column each, all of one length. Timestamps without a zone come as local
// milliseconds (as if UTC); the caller knows their zone. Microseconds are cut to milliseconds in
// columns of type time.
struct Rows {
  std::vector<event::Column> columns;
  size_t size() const { return columns.empty() ? 0 : columns[0].size(); }
};

// What is read, and what it gives where the caller knows more than the warehouse says: PostgreSQL
// calls a list of objects JSON, and DuckDB says all by itself.
struct Query {
  std::string sql;
  std::vector<ColumnInfo> columns = {};
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
  // no database at all; the server is not there, or refuses the role.
  static Result<std::unique_ptr<Source>> open(const Location& location);

  virtual Result<std::vector<std::string>> table_names() = 0;
  // kNotFound names the nearest table.
  virtual Result<TableInfo> describe_table(const std::string& table);
  // The columns a query gives; kInvalid with the warehouse's message when it does not compile.
  virtual Result<TableInfo> describe_query(const std::string& sql) = 0;
  // Streams the rows of a query in bounded pieces; the callback's error stops it. A row of a text
  // file with a cell that cannot be read as its declared type does not stop the rest (model.md,
  // sync modes): it is left out and handed to `reject` (DuckDB: read_csv's store_rejects and its
  // reject_errors table, read after the rows).
  virtual Result<void> read(const Query& query, const std::function<Result<void>(Rows)>& take,
                            const std::function<void(Reject)>& reject) = 0;
  // Primary and foreign keys as the warehouse declares them; none where it does not know any.
  virtual Result<std::vector<Key>> keys() { return std::vector<Key>(); }
  virtual const TableNames& names() const = 0;
  virtual Product product() const = 0;
  // By the warehouse's own clock: rows that were stamped before this time can all be seen. No later
  // than now, and than the begin of every transaction that is still open, where that can be known.
  virtual Result<base::TimeMs> settled() = 0;
  // What has changed in the tables since the position acknowledged last, all of it visible to reads
  // that begin later; nothing where the warehouse keeps no log for us (Location::slot). `last`: the
  // position the caller had last, "" = none; where others have acknowledged more, the log begins.
  virtual Result<std::optional<Changes>> changes(const std::vector<FollowedTable>& /*tables*/,
                                                 const std::string& /*last*/) {
    return std::optional<Changes>();
  }
  // Changes up to the position are not told again.
  virtual Result<void> acknowledge(const std::string&) { return {}; }
  // From here to release() all reads see the warehouse as it is now (OneInstant). Warehouses that
  // nobody can write to while they are open do that anyway.
  virtual Result<void> hold() { return {}; }
  virtual void release() {}
  virtual std::string describe() const = 0;  // "DuckDB file jaffle.duckdb"
};

// Holds a source while it lives.
class OneInstant {
 public:
  static Result<OneInstant> of(Source& source) {
    TRY(source.hold());
    return OneInstant(source);
  }
  ~OneInstant() {
    if (source_ != nullptr) source_->release();
  }
  OneInstant(OneInstant&& other) noexcept : source_(std::exchange(other.source_, nullptr)) {}
  OneInstant& operator=(OneInstant&&) = delete;

 private:
  explicit OneInstant(Source& source) : source_(&source) {}

  Source* source_;
};

}  // namespace starling::source
