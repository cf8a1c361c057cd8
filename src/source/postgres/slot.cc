#include "source/postgres/slot.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <chrono>
#include <functional>
#include <set>
#include <thread>

#include "source/postgres/log_reader.h"

namespace starling::source::postgres {
namespace {

using base::Error;

constexpr int kTries = 1'000;
constexpr std::chrono::milliseconds kWait{20};

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string quoted(const TableName& table) {
  return quoted(table.schema) + "." + quoted(table.name);
}

// What the server refuses, with what mends it.
Error with_advice(Error error, const std::string& advice) {
  error.message += "; " + advice;
  return error;
}

// "\x4200…" as the bytes it stands for.
std::string bytes_of(std::string_view hex) {
  auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (size_t i = 2; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return out;
}

// Runs a query of one column and hands its cells over one by one, so that a long log is never in
// memory as a whole.
Result<void> for_each_cell(Connection& connection, const std::string& sql,
                           const std::vector<std::string>& parameters,
                           const std::function<Result<void>(std::string_view)>& take) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  bool sent = PQsendQueryParams(connection.get(), sql.c_str(), static_cast<int>(values.size()),
                                nullptr, values.data(), nullptr, nullptr, 0) == 1;
  if (!sent || PQsetSingleRowMode(connection.get()) != 1) return connection.error(nullptr);
  Result<void> taken;
  while (pg_result* next = PQgetResult(connection.get())) {
    Answer answer(next);
    ExecStatusType status = PQresultStatus(next);
    if (!taken) continue;  // the rest has to be fetched before the connection can be used again
    if (status == PGRES_SINGLE_TUPLE) {
      taken = take({PQgetvalue(next, 0, 0), static_cast<size_t>(PQgetlength(next, 0, 0))});
    } else if (status != PGRES_TUPLES_OK) {
      taken = connection.error(next);
    }
  }
  return taken;
}

// A transaction is in the log a moment before others see what it did.
Result<void> wait_until_visible(Connection& connection, const std::set<uint32_t>& transactions) {
  for (int i = 0; i < kTries && !transactions.empty(); ++i) {
    auto rows = TRY(connection.texts(
        "SELECT pg_snapshot_xmax(s)::text FROM pg_current_snapshot() AS s UNION ALL "
        "SELECT x::text FROM pg_snapshot_xip(pg_current_snapshot()) AS x"));
    auto low = [](const std::string& text) { return static_cast<uint32_t>(std::stoull(text)); };
    uint32_t next = low(rows[0][0]);  // not yet given out when the snapshot was made
    bool all = true;
    for (uint32_t one : transactions) all &= static_cast<int32_t>(one - next) < 0;
    for (size_t r = 1; r < rows.size(); ++r) all &= !transactions.contains(low(rows[r][0]));
    if (all) return {};
    std::this_thread::sleep_for(kWait);
  }
  if (transactions.empty()) return {};
  return Error{
      Error::Code::kUnavailable,
      "PostgreSQL has logged transactions that nobody sees yet (does a synchronous standby "
      "answer?); the next run tries again"};
}

// The session of a run that was killed holds the slot until the server notices. Whoever holds it
// for longer is named by the statement that needs it.
Result<void> wait_until_free(Connection& connection, const std::string& slot) {
  for (int i = 0; i < kTries; ++i) {
    auto active = TRY(connection.texts(
        "SELECT 1 FROM pg_replication_slots WHERE slot_name = $1 AND active", {slot}));
    if (active.empty()) break;
    std::this_thread::sleep_for(kWait);
  }
  return {};
}

}  // namespace

Result<Changes> Slot::changes(Connection& connection, const std::vector<FollowedTable>& tables,
                              const std::vector<TableName>& names, const std::string& last) const {
  // Dates in the log are to read as the model's ids do.
  TRY(connection.run("SET datestyle = ISO; SET timezone = 'UTC'; SET extra_float_digits = 1"));
  Changes out;
  out.tables.resize(tables.size());
  TRY(publish(connection, names, out));
  TRY(wait_until_free(connection, name_));
  TRY(keep(connection, last, out));
  out.position = TRY(connection.texts("SELECT pg_current_wal_flush_lsn()"))[0][0];
  std::vector<FollowedTable> by_place = tables;
  for (size_t i = 0; i < tables.size(); ++i)
    by_place[i].table = names[i].schema + "." + names[i].name;
  LogReader reader(by_place);
  TRY(for_each_cell(connection,
                    "SELECT data FROM pg_logical_slot_peek_binary_changes($1, $2::pg_lsn, NULL, "
                    "'proto_version', '1', 'publication_names', $3)",
                    {name_, out.position, quoted(name_)},
                    [&](std::string_view hex) { return reader.take(bytes_of(hex)); }));
  TRY(wait_until_visible(connection, reader.transactions()));
  for (size_t i = 0; i < tables.size(); ++i) {
    if (out.tables[i].everything) continue;
    out.tables[i].everything = reader.changes()[i].everything;
    out.tables[i].rows = reader.changes()[i].rows;
  }
  return out;
}

Result<void> Slot::acknowledge(Connection& connection, const std::string& position) const {
  TRY(wait_until_free(connection, name_));
  TRY(
      connection.texts("SELECT pg_replication_slot_advance(slot_name, $2::pg_lsn) FROM "
                       "pg_replication_slots WHERE slot_name = $1 AND confirmed_flush_lsn < "
                       "$2::pg_lsn",
                       {name_, position}));
  return {};
}

// Publishes the tables that are not yet. One without a key is left out: its publication would make
// every update of it fail.
Result<void> Slot::publish(Connection& connection, const std::vector<TableName>& names,
                           Changes& out) const {
  bool exists =
      !TRY(connection.texts("SELECT 1 FROM pg_publication WHERE pubname = $1", {name_})).empty();
  std::set<std::string> missing;
  for (size_t i = 0; i < names.size(); ++i) {
    auto rows = TRY(connection.texts(
        "SELECT c.relkind IN ('r', 'p'), c.relreplident = 'f' OR EXISTS (SELECT 1 FROM pg_index AS "
        "x WHERE x.indrelid = c.oid AND CASE c.relreplident WHEN 'd' THEN x.indisprimary WHEN 'i' "
        "THEN x.indisreplident ELSE false END), EXISTS (SELECT 1 FROM pg_publication_tables AS p "
        "WHERE p.pubname = $3 AND p.schemaname = $1 AND p.tablename = $2), c.oid || ':' || "
        "c.relfilenode FROM pg_class AS c WHERE c.oid = to_regclass(quote_ident($1) || '.' || "
        "quote_ident($2))",
        {names[i].schema, names[i].name, name_}));
    TableChanges& changes = out.tables[i];
    changes.everything = rows.empty() || rows[0][0] != "t" || rows[0][1] != "t";
    if (!rows.empty()) changes.identity = rows[0][3];
    if (!changes.everything && rows[0][2] != "t") missing.insert(quoted(names[i]));
    if (!rows.empty() && rows[0][0] == "t" && rows[0][1] != "t") {
      changes.reason = fmt::format(
          "table {0} has no primary key, so its changes cannot be followed and its days were "
          "compared; ALTER TABLE {0} REPLICA IDENTITY FULL would let them be",
          quoted(names[i]));
    }
  }
  if (exists && missing.empty()) return {};
  // What was not published is not in the log. Without the slot, a run that is killed before the end
  // of this is followed by one that knows.
  TRY(wait_until_free(connection, name_));
  TRY(
      connection.texts("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE "
                       "slot_name = $1 AND plugin = 'pgoutput' AND database = current_database()",
                       {name_}));
  std::string list = fmt::format("{}", fmt::join(missing, ", "));
  std::string sql =
      exists ? fmt::format("ALTER PUBLICATION {} ADD TABLE {}", quoted(name_), list)
             : fmt::format("CREATE PUBLICATION {}{}{} WITH (publish_via_partition_root = true)",
                           quoted(name_), list.empty() ? "" : " FOR TABLE ", list);
  // Starling's sessions are read-only otherwise.
  auto done = connection.run("BEGIN READ WRITE; " + sql + "; COMMIT");
  if (done) return {};
  return with_advice(std::move(done).error(), "the owner of the tables has to run once: " + sql);
}

// Makes the slot, or makes it anew where the server gave it up.
Result<void> Slot::keep(Connection& connection, const std::string& last, Changes& out) const {
  auto rows = TRY(connection.texts(
      "SELECT plugin, coalesce(wal_status, ''), coalesce(database, '') = current_database(), "
      "confirmed_flush_lsn > nullif($2, '')::pg_lsn FROM pg_replication_slots WHERE slot_name = $1",
      {name_, last}));
  if (!rows.empty() && (rows[0][0] != "pgoutput" || rows[0][2] != "t")) {
    return Error{Error::Code::kInvalid,
                 fmt::format("the replication slot \"{}\" is somebody else's: it is of {} or of "
                             "another database; choose another name",
                             name_, rows[0][0])};
  }
  bool is_read_by_others = !rows.empty() && rows[0][3] == "t";
  out.begins = out.begins || rows.empty() || rows[0][1] == "lost" || is_read_by_others;
  if (is_read_by_others) {
    out.lost = fmt::format(
        "somebody else has read the slot \"{}\" (or this data folder is an older copy), so all "
        "rows "
        "were compared again; each data folder needs a slot of its own",
        name_);
  }
  if (!rows.empty() && rows[0][1] != "lost") return {};
  if (!rows.empty()) {
    out.lost = fmt::format(
        "the server gave up the slot \"{}\" (max_slot_wal_keep_size), so all rows "
        "were compared again",
        name_);
    TRY(connection.texts("SELECT pg_drop_replication_slot($1)", {name_}));
  }
  auto made =
      connection.texts("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", {name_});
  if (made) return {};
  return with_advice(
      std::move(made).error(),
      "following a log takes wal_level = logical, a free replication slot and a role "
      "with REPLICATION (ALTER ROLE … REPLICATION)");
}

}  // namespace starling::source::postgres
