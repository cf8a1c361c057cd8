// What the expressions of one source may name: its own table's columns, and `alias.column` of its
// joins; and the FROM clause that goes with it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/compile.h"
#include "model/dialect.h"
#include "model/fanout.h"

namespace starling::model {

using base::Problem;

// What all of a model's sources share while they are compiled.
struct Workshop {
  const Model& model;
  Describer& warehouse;
  const Dialect& dialect;
  std::vector<Problem> problems = {};
  std::vector<std::string> notes = {};
  std::map<std::string, Result<source::TableInfo>> described = {};  // by table, or "query: …"

  void problem(std::string path, int line, std::string message) {
    problems.push_back({std::move(path), line, std::move(message)});
  }
  const Result<source::TableInfo>& describe(const Relation& relation);
};

// Where in the model file something stands.
struct Place {
  std::string path;
  int line = 0;
  Place field(const std::string& name, int at_line = 0) const {
    return {path + "." + name, at_line > 0 ? at_line : line};
  }
};

// An expression and what it gives.
struct Expression {
  std::string sql;
  source::ColumnInfo info;
  bool of_join = false;  // it needs the joins, not only the own table
};

class Scope {
 public:
  // Nothing when the relation is not there; the problem has been noted. `others`: names the own
  // alias must not take.
  static std::optional<Scope> create(Workshop& workshop, const Relation& relation,
                                     const std::vector<Join>& joins, const Place& place);

  // A column or alias.column. Notes a problem when there is none, or when its type cannot be read.
  std::optional<Expression> column(const std::string& name, const Place& place);
  std::optional<Expression> sql(const std::string& sql, const Place& place);
  std::optional<Expression> property(const PropertySource& source, const Place& place);

  // Adds the joins in their order. `time` is what as-of joins look at; nothing where there is no
  // event.
  void add_join(const Join& join, const std::optional<Expression>& time, const Place& place);
  void add_joins(const std::vector<Join>& joins, const std::optional<Expression>& time,
                 const Place& place);

  // A join that stands already written: `before` + ["AND " condition over the own table's rows] +
  // `after`.
  struct JoinSql {
    std::string before;
    std::string restriction;  // completed by a condition and ")" when only some facts are read; ""
                              // = never restricted
    std::string after;
  };
  void add_join_sql(JoinSql join) { joins_sql_.push_back(std::move(join)); }

  // "FROM orders\nLEFT JOIN …". `condition`: which facts are read, to read no more of the lists
  // than they need.
  std::string from(const std::string& condition = "") const;
  // The least FROM in which `expressions` stand.
  std::string from_for(const std::vector<Expression>& expressions) const;
  std::string from_own_table() const { return "FROM " + own_sql_; }
  const std::string& own_alias() const { return own_alias_; }
  const source::TableInfo& own_table() const { return own_; }
  std::string quoted_own(const std::string& column) const;
  std::string relation_name() const { return relation_.table.empty() ? "query" : relation_.table; }
  bool takes_alias(const std::string& alias) const;
  const std::vector<Select::FanoutCheck>& fanout_checks() const { return fanout_checks_; }
  Workshop& workshop() { return *workshop_; }

 private:
  struct Joined {
    std::string alias;
    std::string quoted_alias;
    source::TableInfo table;
    std::string table_name;
  };

  Scope(Workshop& workshop, Relation relation, source::TableInfo own)
      : workshop_(&workshop), relation_(std::move(relation)), own_(std::move(own)) {}

  std::optional<std::string> equality_sql(const Join& join, const Joined& joined,
                                          const Place& place, JoinKeys& keys);
  std::optional<std::string> validity_sql(const Join& join, const Joined& joined,
                                          const std::optional<Expression>& time,
                                          const Place& place);
  std::optional<std::string> validity_end(const std::string& name, const Joined& joined,
                                          const Expression& time, const Place& place, bool is_to);
  std::optional<Expression> readable(const source::ColumnInfo& info, std::string sql, bool of_join,
                                     const std::string& table, const Place& place);
  void unknown_column(const std::string& name, const Place& place);
  std::set<std::string> ambiguous_columns() const;

  Workshop* workshop_;
  Relation relation_;
  source::TableInfo own_;
  std::string own_sql_;    // "orders", "marts.orders AS orders", "(select …) AS fact"
  std::string own_alias_;  // quoted
  std::vector<Joined> joins_;
  std::vector<JoinSql> joins_sql_;
  std::set<std::string> broken_;  // aliases of joins with a problem, which is noted once
  std::vector<Select::FanoutCheck> fanout_checks_;
};

// Numbers, texts, dates with times, and booleans are comparable among themselves.
bool comparable(const event::PropertyType& a, const event::PropertyType& b);

std::string relation_sql(Workshop& workshop, const Relation& relation);

}  // namespace starling::model
