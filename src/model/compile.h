// From a model and a warehouse's columns to what a sync reads: checked, typed, as SELECTs in the
// warehouse's dialect.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/schema.h"
#include "model/model.h"
#include "source/location.h"
#include "source/table.h"

namespace starling::model {

// What the compiler asks of a warehouse; answered by source/ (and by a fake in tests).
class Describer {
 public:
  virtual ~Describer() = default;
  virtual Result<std::vector<std::string>> table_names() = 0;
  virtual Result<source::TableInfo> describe_table(const std::string& table) = 0;
  virtual Result<source::TableInfo> describe_query(const std::string& sql) = 0;
  virtual std::string table_sql(const std::string& table) const = 0;
  virtual std::string quote(const std::string& identifier) const = 0;
  virtual source::Product product() const = 0;
};

// The SELECT of one source. Its columns, in this order (named "event", "time", "user", "key",
// "id_1" … "id_N", "cursor", so that a reader can wrap it: SELECT … FROM (sql) WHERE "id_1" = …;
// properties are named "p_1" … "p_N"):
//   events:  event name (only with event_column) · time · user (text or integer; only with a user)
//   · one a column of id ·
//            cursor (only in standard mode) · one a property
//   users:   user · [start] · [cursor] · one a property  lookups: key · [start] · one a property
//            (start only with history)
struct Select {
  enum class Kind : uint8_t { kEvents, kUsers, kLookup } kind = Kind::kEvents;
  std::string source;        // "order submitted", "users", or the lookup's name
  std::string relation;      // the table it reads, for people; "query" for a query
  std::string sql;           // without a cursor condition
  std::string readable_sql;  // the same with the model's own names for its columns, for people
  std::vector<std::string> readable_properties;  // what the properties are called there
  // The same for the rows whose cursor is at or after `from`, and those whose cursor is null.
  // `from` is written without type and quotes: "2024-09-01 10:00:00.250" (local where the column
  // carries no zone, else UTC), "2024-09-01" for a date, "12" for a number. Empty function without
  // a cursor.
  std::function<std::string(const std::string& from)> sql_since;
  // Of events: a row for every day of "time" (UTC where the column is zoned, local where not; NULL
  // for rows without a time): the day as text, and how many rows and what sum of their hashes as
  // text, so that a day whose text stays the same has the same rows. What the hash is made of is
  // the warehouse's own: the texts of two warehouses are not to be compared. "" where the database
  // has no hash.
  std::string days_sql;
  // `sql` for the rows of days in one of the ranges [from, to), and those without a time.
  std::function<std::string(const std::vector<std::pair<base::Date, base::Date>>& days)>
      sql_of_days;
  std::string count_sql;  // one row: number of fact rows (bigint)
  // Over all rows of the facts, one row: rows (bigint), sum of order keys modulo 2^64 as text, sum
  // of times in ms modulo 2^64 as text (rows without a time add nothing). "" where the source has
  // no id. The third column is NULL where times are local to another zone than UTC: daylight saving
  // is not left to the warehouse.
  std::string totals_sql;
  // The same rows and key sums, a row for every day (as days_sql has them); key sums are "" where
  // the source has no id.
  std::string day_totals_sql;
  std::string event;  // the constant name, or ""
  bool has_user = false;
  int id_columns = 0;
  bool has_cursor = false;
  source::ColumnInfo time;  // its type: date or timestamp, zoned or not
  source::ColumnInfo cursor;
  std::vector<source::ColumnInfo> ids;
  size_t columns_before_properties = 0;
  std::vector<event::Property> properties;  // as they leave the SELECT
  std::vector<source::ColumnInfo>
      property_columns;    // the same: tells which times are local (source/local_time.h)
  event::LookupTarget on;  // kLookup
  source::ColumnInfo key;  // kLookup
  std::optional<event::AsOf> history;  // of users and lookups: every version is kept
  source::ColumnInfo start;            // with history: a date or timestamp
  Sync sync;

  // Every column that `sql` gives, in its order; those before the properties without a type.
  std::vector<source::ColumnInfo> columns() const;

  // Queries that must give no row: keys (and how often) by which a join would multiply facts; each
  // with what to say.
  struct FanoutCheck {
    std::string what;  // `join "store" on location_id`
    std::string sql;   // key columns as one text, count; at most 5 rows
    // The same of keys between whose validity ranges lies time: there the join finds no row, which
    // may be meant. "" for a join without ranges.
    std::string gaps_sql;
  };
  std::vector<FanoutCheck> fanout_checks;
};

struct Compiled {
  Model model;
  event::Schema schema;            // what the model's sources give together
  std::vector<Select> selects;     // events, users, lookups in model order
  std::vector<std::string> notes;  // what `properties: "*"` leaves out because it cannot be read
};

// All errors at once, with line, what was found and the nearest existing name. Cohorts and metrics
// are checked too.
Result<Compiled> compile(const Model& model, Describer& warehouse);

// Runs the fan-out checks of a source. `rows_of` answers a query of two columns, text and bigint.
// Fails with kInvalid and the keys that would multiply the facts.
using KeyCounts = std::vector<std::pair<std::string, int64_t>>;
Result<void> check_fanout(const Select& select,
                          const std::function<Result<KeyCounts>(const std::string& sql)>& rows_of);

// What the gaps between validity ranges come down to, a sentence a join that has some.
Result<std::vector<std::string>> describe_gaps(
    const Select& select, const std::function<Result<KeyCounts>(const std::string& sql)>& rows_of);

// The SELECTs as a person reads them (`starling model sql`).
std::string to_sql(const Compiled& compiled);

}  // namespace starling::model
