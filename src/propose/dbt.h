// What a dbt project's artifacts (target/: manifest.json, semantic_manifest.json) declare: models,
// keys, foreign keys, and the metrics of its semantic layer.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "propose/outline.h"

namespace starling::propose {

// One aggregate over a table's rows.
struct Measured {
  std::string table;
  std::string aggregate;  // dbt's: sum, count, count_distinct, average, median, …
  std::string column;     // or the name of a ComputedValue; "" = the rows themselves
  struct Condition {
    std::string column, op, value;  // value as YAML
  };
  std::vector<Condition> conditions;
};

struct DbtMetric {
  std::string name, description;
  std::string formula;             // "A / B"; "" for a single aggregate
  std::vector<Measured> operands;  // A, B, …
  bool cumulative = false;
  std::string unsupported;  // why it cannot be said here; the others are then empty
};

struct DbtProject {
  std::string name;
  std::map<std::string, std::string> nodes;  // table -> the model, seed or snapshot that builds it
  Declared declared;
  std::vector<ComputedValue> computed;
  std::vector<DbtMetric> metrics;
};

// Reads the folder `target`; tables are named as the warehouse names them. manifest.json has to be
// there (kNotFound, kInvalid with what is wrong); without a semantic manifest there are no metrics.
// Versions 10 to 12 of the manifest (dbt 1.6 to 1.11).
Result<DbtProject> read_dbt(const std::string& target, const std::vector<std::string>& table_names);

}  // namespace starling::propose
