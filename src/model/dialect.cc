#include "model/dialect.h"

#include "base/result.h"

namespace starling::model {

const Dialect& dialect_of(source::Product product) {
  switch (product) {
    case source::Product::kDuckdb:
      return duckdb_dialect();
    case source::Product::kPostgres:
      return postgres_dialect();
    case source::Product::kClickhouse:
      return clickhouse_dialect();
    case source::Product::kMariadb:
      return mariadb_dialect();
    case source::Product::kSqlite:
      return sqlite_dialect();
    case source::Product::kOther:
      return ansi_dialect();
  }
  CHECK(false);
  return ansi_dialect();
}

}  // namespace starling::model
