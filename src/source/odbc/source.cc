#include "source/odbc/source.h"

#include <fmt/format.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>

#include "source/odbc/cells.h"
#include "source/odbc/connection.h"
#include "source/odbc/text.h"

namespace starling::source::odbc {
namespace {

using base::Error;

constexpr size_t kPieceRows = 8192;

class OdbcSource : public Source {
 public:
  static Result<std::unique_ptr<Source>> open(const Location& location) {
    std::unique_ptr<OdbcSource> source(new OdbcSource(location));
    Connection connection = TRY(source->take_connection());
    source->product_ = connection.product();
    source->product_name_ = connection.product_name();
    TRY(source->load_names(connection));
    source->give_back(std::move(connection));
    return std::unique_ptr<Source>(std::move(source));
  }

  Result<std::vector<std::string>> table_names() override { return names_.all(); }
  Result<TableInfo> describe_query(const std::string& sql) override;
  Result<void> read(const Query& query, const std::function<Result<void>(Rows)>& take,
                    const std::function<void(Reject)>&) override;
  const TableNames& names() const override { return names_; }
  Product product() const override { return product_; }
  Result<base::TimeMs> settled() override;
  std::string describe() const override {
    return fmt::format("{} through ODBC ({})", product_name_, dsn_without_password(location_.dsn));
  }

 private:
  explicit OdbcSource(Location location) : location_(std::move(location)) {}

  Result<Connection> take_connection();
  void give_back(Connection connection);
  Result<void> load_names(const Connection& connection);

  Location location_;
  Product product_ = Product::kOther;
  std::string product_name_;
  std::mutex mutex_;
  std::vector<Connection> idle_;  // guarded by mutex_
  TableNames names_;
};

Result<Connection> OdbcSource::take_connection() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return Connection::open(location_.dsn);
}

// Only connections whose last statement came to its end are kept.
void OdbcSource::give_back(Connection connection) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

// Which of the tables' schemas is the own one, drivers say in too many ways; the databases know.
Result<void> OdbcSource::load_names(const Connection& connection) {
  std::string schema;
  if (product_ == Product::kPostgres)
    schema = TRY(connection.texts("SELECT coalesce(current_schema(), 'public')"))[0][0];
  if (product_ == Product::kMariadb) schema = TRY(connection.texts("SELECT database()"))[0][0];
  Statement statement = TRY(connection.prepare("SELECT 1"));
  std::u16string kinds = u"TABLE,VIEW";
  SQLRETURN code =
      SQLTablesW(statement.get(), nullptr, 0, nullptr, 0, nullptr, 0,
                 reinterpret_cast<SQLWCHAR*>(kinds.data()), static_cast<SQLSMALLINT>(kinds.size()));
  if (code != SQL_SUCCESS && code != SQL_SUCCESS_WITH_INFO)
    return connection.error(statement, false);
  std::vector<TableName> tables;
  while ((code = SQLFetch(statement.get())) != SQL_NO_DATA) {
    if (code != SQL_SUCCESS && code != SQL_SUCCESS_WITH_INFO)
      return connection.error(statement, false);
    std::string catalog = TRY(text_cell(connection, statement, 1)).value_or("");
    std::string own = TRY(text_cell(connection, statement, 2)).value_or("");
    std::string name = TRY(text_cell(connection, statement, 3)).value_or("");
    if (product_ == Product::kMariadb) own = catalog;
    if (own == "information_schema" || own.starts_with("pg_")) continue;
    tables.push_back({own, name});
  }
  names_ = TableNames(std::move(tables), std::move(schema), std::nullopt);
  return {};
}

Result<TableInfo> OdbcSource::describe_query(const std::string& sql) {
  Connection connection = TRY(take_connection());
  TableInfo info;
  {
    Statement statement = TRY(connection.prepare(sql));
    info.columns = TRY(columns_of(connection, statement));
  }
  give_back(std::move(connection));
  if (info.columns.empty()) return Error{Error::Code::kInvalid, "a query must be one SELECT"};
  return info;
}

Result<void> OdbcSource::read(const Query& query, const std::function<Result<void>(Rows)>& take,
                              const std::function<void(Reject)>&) {
  Connection connection = TRY(take_connection());
  {
    Statement statement = TRY(connection.prepare(query.sql));
    TRY(connection.execute(statement));
    std::vector<ColumnInfo> infos = TRY(columns_of(connection, statement));
    for (size_t i = 0; i < infos.size(); ++i) {
      bool objects = i < query.columns.size() && query.columns[i].type &&
                     query.columns[i].type->type == event::Type::kObjects;
      if (objects) infos[i] = query.columns[i];
      if (infos[i].type) continue;
      return Error{Error::Code::kUnsupported,
                   fmt::format(R"(column "{}": values of {} cannot be read)", infos[i].name,
                               infos[i].native_type)};
    }
    auto empty = [&] {
      Rows rows;
      for (const ColumnInfo& info : infos) rows.columns.emplace_back(*info.type);
      return rows;
    };
    Rows rows = empty();
    SQLRETURN code = SQL_SUCCESS;
    while ((code = SQLFetch(statement.get())) != SQL_NO_DATA) {
      if (code != SQL_SUCCESS && code != SQL_SUCCESS_WITH_INFO)
        return connection.error(statement, false);
      for (size_t i = 0; i < infos.size(); ++i) {
        TRY(append_cell(connection, statement, static_cast<int>(i) + 1, infos[i], rows.columns[i]));
      }
      if (rows.size() < kPieceRows) continue;
      TRY(take(std::move(rows)));
      rows = empty();
    }
    if (rows.size() > 0) TRY(take(std::move(rows)));
  }
  give_back(std::move(connection));
  return {};
}

Result<base::TimeMs> OdbcSource::settled() {
  static const std::map<Product, const char*> kNow = {
      {Product::kPostgres, "SELECT clock_timestamp() AS now"},
      {Product::kMariadb, "SELECT now(3) AS now"},
      {Product::kSqlite, "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"}};
  auto found = kNow.find(product_);
  base::TimeMs settled;
  TRY(read(
      {found == kNow.end() ? "SELECT CURRENT_TIMESTAMP AS now" : found->second},
      [&](Rows rows) -> Result<void> {
        const event::Column& now = rows.columns[0];
        bool is_text = now.type.type == event::Type::kText;  // of SQLite, which has no type for it
        std::string text = is_text ? std::string(now.texts[0]) : std::to_string(now.integers[0]);
        std::from_chars(text.data(), text.data() + text.size(), settled.value);
        return {};
      },
      [](Reject) {}));
  return settled;
}

}  // namespace

Result<std::unique_ptr<Source>> open(const Location& location) {
  return OdbcSource::open(location);
}

}  // namespace starling::source::odbc
