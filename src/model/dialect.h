// What differs between warehouses' SQL. Everything else the compiler writes is plain SQL.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "source/location.h"
#include "source/table.h"

namespace starling::model {

class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual std::string type(const event::PropertyType& type) const = 0;
  // `sql` of type `from` as `to`, which holds all of its values (event::common_type).
  virtual std::string cast(const std::string& sql, const event::PropertyType& from,
                           const event::PropertyType& to) const = 0;
  // Whether lists can be made; object_list() REQUIRES it.
  virtual bool has_lists() const { return true; }
  // One list of objects of a group's rows, the same whatever order the rows come in. `members`:
  // quoted name and expression.
  virtual std::string object_list(const std::vector<std::pair<std::string, std::string>>& members,
                                  const std::vector<std::string>& order_by) const = 0;
  // A timestamp with its zone as local to `zone`, or one without as the instant it is there.
  virtual std::string change_zone(const std::string& sql, const std::string& zone) const = 0;
  // The value's text as reports.md §8.1 writes it.
  virtual std::string text(const std::string& sql, const source::ColumnInfo& info) const = 0;
  // Whether an integer column may hold more than 64 bits.
  virtual bool is_wide(const source::ColumnInfo& info) const = 0;
  // `value` (compile.h, sql_since) as a literal of the column's type.
  virtual std::string literal(const std::string& value, const source::ColumnInfo& info) const = 0;
  virtual std::string text_literal(const std::string& value) const {
    std::string out = "'";
    for (char c : value) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
  }
  // The day of a date or time (UTC where it carries its zone).
  virtual std::string day(const std::string& sql, const source::ColumnInfo& info) const = 0;
  // Any value as a text of no particular form.
  virtual std::string as_text(const std::string& sql) const {
    return "CAST(" + sql + " AS VARCHAR)";
  }
  // A 64-bit hash of a row's columns, named as they leave a SELECT of the alias; "" where the
  // database has none.
  virtual std::string row_hash(const std::string& alias,
                               const std::vector<std::string>& columns) const = 0;
  // The sum modulo 2^64, as text, of the order keys of id texts; "" where the database cannot.
  virtual std::string order_key_sum(const std::string& id_text) const = 0;
  // The sum modulo 2^64, as text, of a date's or time's milliseconds.
  virtual std::string milliseconds_sum(const std::string& sql,
                                       const source::ColumnInfo& info) const = 0;
  // Whether a time lies before the end of a validity range; an end that is NULL is open.
  virtual std::string is_before(const std::string& time, const std::string& end) const {
    // An OR in the condition would keep DuckDB from joining by the keys alone.
    return time + " < coalesce(" + end + ", 'infinity')";
  }
  // `sql` of a type that may be NULL, so that a window function can say that there is no next row.
  virtual std::string nullable(const std::string& sql) const { return sql; }
  // What stands between the columns of an id in its text: the character U+001F.
  virtual std::string id_separator() const { return "chr(31)"; }
};

const Dialect& duckdb_dialect();
const Dialect& postgres_dialect();
const Dialect& clickhouse_dialect();
const Dialect& mariadb_dialect();
const Dialect& sqlite_dialect();
const Dialect& ansi_dialect();
const Dialect& dialect_of(source::Product product);

}  // namespace starling::model
