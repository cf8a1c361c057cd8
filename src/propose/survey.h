// What a warehouse's tables hold, measured: the evidence that a proposal rests on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "source/source.h"

namespace starling::propose {

using base::Result;

struct Column {
  source::ColumnInfo info;
  uint64_t filled = 0;    // rows that have a value
  uint64_t distinct = 0;  // different values; 0 where they were not counted
};

struct Table {
  std::string name;
  uint64_t rows = 0;
  std::vector<Column> columns;
  std::vector<std::string> key;  // by which one row is known; empty = none was found
  std::string key_evidence;      // "unique over 1,234 rows"

  const Column* find(std::string_view column) const;
  bool has_single_key(std::string_view column) const { return key.size() == 1 && key[0] == column; }
};

// A column of one table that holds keys of another.
struct Link {
  std::string table, column;
  std::string to, to_column;
  uint64_t filled = 0;   // rows of `table` that have a value
  uint64_t orphans = 0;  // of these, without a row in `to`
  std::string source;    // why it was looked at: "same name", "dbt test"
};

// What is declared elsewhere (dbt), and goes before what the names suggest.
struct Declared {
  std::map<std::string, std::vector<std::string>> keys;  // by table
  std::vector<Link> links;                               // without counts
  std::vector<std::string> tables;  // only these are looked at; empty = all there are
};

struct Survey {
  std::vector<Table> tables;          // by name
  std::vector<Link> links;            // by table and column: at most one a column
  std::vector<std::string> left_out;  // "stg_orders: a staging table"

  const Table* find(std::string_view table) const;
  const Link* link(std::string_view table, std::string_view column) const;
  std::vector<const Link*> links_of(std::string_view table) const;
  std::vector<const Link*> links_to(std::string_view table) const;
};

// Reads every table once or twice. Tables that cannot be read are left out, with the reason.
Result<Survey> survey(source::Source& warehouse, const Declared& declared);

}  // namespace starling::propose
