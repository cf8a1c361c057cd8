// The model's SELECTs as files of a dbt project (`starling model dbt`): a model for every event,
// user and lookup table, the tables they read as sources or refs, and the tests that a model of
// events needs (dbt 1.8 and newer).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "model/compile.h"
#include "source/table.h"

namespace starling::model {

// How every SQL file begins: what is known by it may be replaced or removed.
constexpr const char* kDbtHeader = "-- Written by `starling model dbt`; edit the event model.\n";

// Names tables so that dbt_files() finds them in the SQL; all else is the warehouse's.
class DbtDescriber : public Describer {
 public:
  explicit DbtDescriber(Describer& warehouse) : warehouse_(warehouse) {}

  Result<std::vector<std::string>> table_names() override { return warehouse_.table_names(); }
  Result<source::TableInfo> describe_table(const std::string& table) override {
    return warehouse_.describe_table(table);
  }
  Result<source::TableInfo> describe_query(const std::string& sql) override;
  std::string table_sql(const std::string& table) const override;
  std::string quote(const std::string& identifier) const override {
    return warehouse_.quote(identifier);
  }
  source::Product product() const override { return warehouse_.product(); }

 private:
  Describer& warehouse_;
};

// What dbt knows a table by.
struct DbtNames {
  std::map<std::string, std::string> nodes;  // table -> the model, seed or snapshot that builds it
  std::map<std::string, source::TableName> sources;  // every table -> its schema and name
};

struct DbtFile {
  std::string name, text;
};

// REQUIRES: compiled with a DbtDescriber.
std::vector<DbtFile> dbt_files(const Compiled& compiled, const DbtNames& names);

}  // namespace starling::model
