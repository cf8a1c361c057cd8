// Every read has a connection of its own, so that a stream of rows stays whole while the caller
// asks other questions; connections that have become free are used again.
#include "source/postgres/source.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <set>

#include "base/document.h"
#include "source/postgres/connection.h"
#include "source/postgres/copy_reader.h"
#include "source/postgres/slot.h"
#include "source/postgres/types.h"

namespace starling::source::postgres {
namespace {

using base::Error;

class PostgresSource : public Source {
 public:
  static Result<std::unique_ptr<Source>> open(const Location& location);

  Result<std::vector<std::string>> table_names() override;
  Result<TableInfo> describe_query(const std::string& sql) override;
  Result<void> read(const Query& query, const std::function<Result<void>(Rows)>& take,
                    const std::function<void(Reject)>& reject) override;
  const TableNames& names() const override { return names_; }
  Product product() const override { return Product::kPostgres; }
  Result<std::vector<Key>> keys() override;
  Result<base::TimeMs> settled() override;
  Result<std::optional<Changes>> changes(const std::vector<FollowedTable>& tables,
                                         const std::string& last) override;
  Result<void> acknowledge(const std::string& position) override;
  Result<void> hold() override;
  void release() override;
  std::string describe() const override { return "PostgreSQL " + without_password(location_.url); }

 private:
  explicit PostgresSource(Location location) : location_(std::move(location)) {}

  Result<void> load_names();
  Result<Connection> take_connection();
  void give_back(Connection connection);
  Result<std::vector<PgType>> types_of(Connection& connection, const std::string& sql,
                                       std::vector<std::string>& names) const;

  Location location_;
  std::mutex mutex_;
  std::vector<Connection> idle_;      // guarded by mutex_
  std::optional<Connection> holder_;  // of the snapshot that reads share
  std::string snapshot_;              // its name, "" = each read sees its own
  TableNames names_;                  // its own schema: the first of the search path
};

Result<std::unique_ptr<Source>> PostgresSource::open(const Location& location) {
  std::unique_ptr<PostgresSource> source(new PostgresSource(location));
  TRY(source->load_names());
  return std::unique_ptr<Source>(std::move(source));
}

Result<Connection> PostgresSource::take_connection() {
  std::optional<Connection> connection;
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!connection) {
    connection = TRY(Connection::open(location_.url, {}));
    // Times as texts are compared with those of other engines, and floats must come back as they
    // were.
    TRY(
        connection->run("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 1; "
                        "SET default_transaction_read_only = on"));
  }
  if (!snapshot_.empty()) {
    TRY(connection->run(fmt::format(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '{}'",
        snapshot_)));
  }
  return std::move(*connection);
}

void PostgresSource::give_back(Connection connection) {
  if (PQtransactionStatus(connection.get()) == PQTRANS_INTRANS) {
    if (!connection.run("COMMIT")) return;
  }
  if (PQtransactionStatus(connection.get()) != PQTRANS_IDLE) return;
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

Result<std::optional<Changes>> PostgresSource::changes(const std::vector<FollowedTable>& tables,
                                                       const std::string& last) {
  if (location_.slot.empty()) return std::optional<Changes>();
  std::vector<TableName> places;
  for (const FollowedTable& followed : tables) {
    const TableName* name = names_.find(followed.table);
    if (name == nullptr) return names_.not_found(describe(), followed.table);
    places.push_back(*name);
  }
  Connection connection = TRY(take_connection());
  Changes out = TRY(Slot(location_.slot).changes(connection, tables, places, last));
  give_back(std::move(connection));
  return std::optional<Changes>(std::move(out));
}

Result<void> PostgresSource::acknowledge(const std::string& position) {
  Connection connection = TRY(take_connection());
  TRY(Slot(location_.slot).acknowledge(connection, position));
  give_back(std::move(connection));
  return {};
}

Result<void> PostgresSource::hold() {
  release();
  Connection connection = TRY(take_connection());
  TRY(connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  snapshot_ = TRY(connection.texts("SELECT pg_export_snapshot()"))[0][0];
  holder_ = std::move(connection);
  return {};
}

void PostgresSource::release() {
  snapshot_.clear();
  if (holder_) give_back(std::move(*holder_));
  holder_.reset();
}

Result<void> PostgresSource::load_names() {
  Connection connection = TRY(take_connection());
  auto schema = TRY(connection.texts("SELECT coalesce(current_schema(), 'public')"))[0][0];
  std::vector<TableName> tables;
  std::set<std::string> keywords;
  for (auto& row : TRY(connection.texts(
           "SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = "
           "c.relnamespace WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition "
           "AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE "
           "'pg\\_%' ORDER BY n.nspname <> current_schema(), 1, 2"))) {
    tables.push_back({row[0], row[1]});
  }
  for (auto& row :
       TRY(connection.texts("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'"))) {
    keywords.insert(row[0]);
  }
  names_ = TableNames(std::move(tables), std::move(schema), std::move(keywords));
  give_back(std::move(connection));
  return {};
}

Result<std::vector<std::string>> PostgresSource::table_names() { return names_.all(); }

// The statement's columns, as its preparation tells them.
Result<std::vector<PgType>> PostgresSource::types_of(Connection& connection, const std::string& sql,
                                                     std::vector<std::string>& names) const {
  Answer prepared(PQprepare(connection.get(), "", sql.c_str(), 0, nullptr));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return connection.error(prepared.get());
  Answer described(PQdescribePrepared(connection.get(), ""));
  if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) return connection.error(described.get());
  std::string oids, modifiers;
  std::vector<PgType> types;
  for (int i = 0; i < PQnfields(described.get()); ++i) {
    names.emplace_back(PQfname(described.get(), i));
    types.push_back({PQftype(described.get(), i), PQfmod(described.get(), i), "", false, 0});
    oids += fmt::format("{}{}", i > 0 ? "," : "", types.back().oid);
    modifiers += fmt::format("{}{}", i > 0 ? "," : "", types.back().modifier);
  }
  if (types.empty()) return Error{Error::Code::kInvalid, "a query must be one SELECT"};
  auto rows = TRY(connection.texts(
      "SELECT format_type(t.oid, given.modifier), t.typtype = 'e' OR t.typname = 'citext', "
      "CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END FROM unnest($1::oid[], $2::int[]) "
      "WITH ORDINALITY AS given (oid, modifier, place) JOIN pg_type AS t ON t.oid = given.oid "
      "ORDER BY place",
      {"{" + oids + "}", "{" + modifiers + "}"}));
  CHECK(rows.size() == types.size());
  for (size_t i = 0; i < types.size(); ++i) {
    types[i].name = rows[i][0];
    types[i].is_label = rows[i][1] == "t";
    types[i].element = static_cast<Oid>(std::stoul(rows[i][2]));
  }
  return types;
}

Result<TableInfo> PostgresSource::describe_query(const std::string& sql) {
  Connection connection = TRY(take_connection());
  std::vector<std::string> names;
  auto types = types_of(connection, sql, names);
  give_back(std::move(connection));
  if (!types) return std::move(types).error();
  TableInfo info;
  for (size_t i = 0; i < names.size(); ++i)
    info.columns.push_back(column_info(names[i], types.value()[i]));
  return info;
}

Result<void> PostgresSource::read(const Query& query, const std::function<Result<void>(Rows)>& take,
                                  const std::function<void(Reject)>&) {
  Connection connection = TRY(take_connection());
  std::vector<std::string> names;
  std::vector<PgType> types = TRY(types_of(connection, query.sql, names));
  std::vector<Decoder> decoders;
  for (size_t i = 0; i < types.size(); ++i) {
    bool known = i < query.columns.size() && query.columns[i].type &&
                 query.columns[i].type->type == event::Type::kObjects;
    ColumnInfo info = known ? query.columns[i] : column_info(names[i], types[i]);
    if (!info.type) {
      return Error{
          Error::Code::kUnsupported,
          fmt::format(R"(column "{}": values of {} cannot be read)", info.name, info.native_type)};
    }
    decoders.emplace_back(std::move(info), std::move(types[i]));
  }
  TRY(copy_rows(connection, query.sql, decoders, take));
  give_back(std::move(connection));
  return {};
}

Result<std::vector<Key>> PostgresSource::keys() {
  Connection connection = TRY(take_connection());
  auto rows = TRY(connection.texts(
      "SELECT n.nspname, c.relname, k.oid, a.attname, coalesce(tn.nspname, ''), "
      "coalesce(t.relname, ''), coalesce(ta.attname, '') FROM pg_constraint AS k JOIN pg_class AS "
      "c "
      "ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace CROSS JOIN LATERAL "
      "unnest(k.conkey) WITH ORDINALITY AS u (attnum, place) JOIN pg_attribute AS a ON a.attrelid "
      "= "
      "c.oid AND a.attnum = u.attnum LEFT JOIN pg_class AS t ON t.oid = k.confrelid AND k.contype "
      "= "
      "'f' LEFT JOIN pg_namespace AS tn ON tn.oid = t.relnamespace LEFT JOIN pg_attribute AS ta ON "
      "ta.attrelid = t.oid AND ta.attnum = k.confkey[u.place] WHERE k.contype IN ('p', 'f') AND "
      "n.nspname <> 'pg_catalog' AND NOT "
      "c.relispartition ORDER BY 1, 2, k.oid, u.place"));
  give_back(std::move(connection));
  std::vector<Key> keys;
  std::string last;
  for (const auto& row : rows) {
    if (row[2] != last) {
      std::string to = row[5].empty() ? "" : names_.name_of({row[4], row[5]});
      keys.push_back({names_.name_of({row[0], row[1]}), {}, to, {}});
    }
    last = row[2];
    keys.back().columns.push_back(row[3]);
    if (!row[6].empty()) keys.back().to_columns.push_back(row[6]);
  }
  return keys;
}

// Whatever a transaction that is open now will write was stamped no earlier than its begin.
// Sessions of other roles show their begin only to roles that may see it (pg_read_all_stats).
Result<base::TimeMs> PostgresSource::settled() {
  Connection connection = TRY(take_connection());
  auto rows = TRY(connection.texts(
      "SELECT floor(extract(epoch FROM least(clock_timestamp(), "
      "(SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() "
      "AND pid <> pg_backend_pid() AND backend_type = 'client backend' "
      "AND application_name <> 'starling'), "
      "(SELECT min(prepared) FROM pg_prepared_xacts WHERE database = current_database()))) "
      "* 1000)::bigint"));
  give_back(std::move(connection));
  base::TimeMs settled;
  const std::string& text = rows[0][0];
  std::from_chars(text.data(), text.data() + text.size(), settled.value);
  return settled;
}

}  // namespace

Result<std::unique_ptr<Source>> open(const Location& location) {
  return PostgresSource::open(location);
}

}  // namespace starling::source::postgres
