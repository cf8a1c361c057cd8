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

}  // namespace starling::source
