// The names a warehouse knows, and how they are written in its SQL: one rule for all warehouses.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "source/table.h"

namespace starling::source {

class TableNames {
 public:
  TableNames() = default;
  // Tables of `schema` are named without it. `keywords` need quotes, in lower case; without them
  // every name is quoted.
  TableNames(std::vector<TableName> tables, std::string schema,
             std::optional<std::set<std::string>> keywords);

  // As a model names them, ascending.
  std::vector<std::string> all() const;
  // "orders" is the table of the own schema, or the only one of that name elsewhere;
  // "schema.orders" is that one.
  const TableName* find(const std::string& table) const;
  // How a model names the table.
  std::string name_of(const TableName& table) const;
  // With the nearest name. `warehouse`: Source::describe().
  base::Error not_found(const std::string& warehouse, const std::string& table) const;

  std::string quote(const std::string& identifier) const;
  std::string sql(const std::string& table) const;
  // The schema that a table is in, whether its name says it or not.
  std::string schema_of(const std::string& table) const;

 private:
  std::vector<TableName> tables_;
  std::string schema_;
  std::optional<std::set<std::string>> keywords_ = std::set<std::string>();
};

}  // namespace starling::source
