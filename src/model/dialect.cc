#include "model/dialect.h"

#include "base/result.h"

namespace starling::model {

const Dialect& dialect_of(source::Location::Kind kind) {
  switch (kind) {
    case source::Location::Kind::kDuckdb:
    case source::Location::Kind::kFiles:
      return duckdb_dialect();
    case source::Location::Kind::kPostgres:
      return postgres_dialect();
    case source::Location::Kind::kClickhouse:
      return clickhouse_dialect();
  }
  CHECK(false);
  return duckdb_dialect();
}

}  // namespace starling::model
