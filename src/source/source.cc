#include "source/source.h"

#include "source/clickhouse/source.h"
#include "source/duckdb/source.h"
#include "source/odbc/source.h"
#include "source/postgres/source.h"

namespace starling::source {

Result<std::unique_ptr<Source>> Source::open(const Location& location) {
  switch (location.kind) {
    case Location::Kind::kDuckdb:
    case Location::Kind::kFiles:
      return duckdb::open(location);
    case Location::Kind::kPostgres:
      return postgres::open(location);
    case Location::Kind::kClickhouse:
      return clickhouse::open(location);
    case Location::Kind::kOdbc:
      return odbc::open(location);
  }
  CHECK(false);
  return {nullptr};
}

Result<TableInfo> Source::describe_table(const std::string& table) {
  if (names().find(table) == nullptr) return names().not_found(describe(), table);
  TableInfo info = TRY(describe_query("SELECT * FROM " + names().sql(table)));
  info.name = table;
  return info;
}

}  // namespace starling::source
