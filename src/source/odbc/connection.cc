#include "source/odbc/connection.h"

#include <fmt/format.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <algorithm>
#include <cstdlib>

#include "source/odbc/cells.h"
#include "source/odbc/text.h"

namespace starling::source::odbc {
namespace {

using base::Error;

constexpr SQLULEN kLoginSeconds = 10;
// Drivers would else keep a whole result in memory, or send booleans as texts; each reads its own.
constexpr const char* kOptions =
    "UseDeclareFetch=1;Fetch=10000;BoolsAsChar=0;NO_CACHE=1;FORWARDONLY=1;STREAMRS=1;"
    "CHARSET=utf8mb4;";

bool is_done(SQLRETURN code) { return code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO; }

SQLHENV environment() {
  static const SQLHENV one = [] {
    SQLHENV made = nullptr;
    CHECK(is_done(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &made)));
    CHECK(is_done(
        SQLSetEnvAttr(made, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0)));
    return made;
  }();
  return one;
}

struct Diagnosis {
  std::string state, message;
};

// The first thing a handle has to say, without the names of those who pass it on.
Diagnosis diagnosis(SQLSMALLINT kind, SQLHANDLE handle) {
  SQLWCHAR state[6] = {}, text[2048] = {};
  SQLINTEGER code = 0;
  SQLSMALLINT length = 0;
  if (!is_done(SQLGetDiagRecW(kind, handle, 1, state, &code, text, 2048, &length)))
    return {"HY000", "the driver does not say why"};
  auto utf8 = [](const SQLWCHAR* units, size_t count) {
    return to_utf8({reinterpret_cast<const char16_t*>(units), count});
  };
  size_t shown = std::min<size_t>(static_cast<size_t>(std::max<SQLSMALLINT>(length, 0)), 2047);
  std::string message = utf8(text, shown);
  while (message.starts_with('[') && message.find(']') != std::string::npos)
    message.erase(0, message.find(']') + 1);
  std::ranges::replace(message, '\n', ' ');
  while (message.ends_with(' ') || message.ends_with(';')) message.pop_back();
  return {utf8(state, 5), message};
}

Product product_of(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name.find("postgres") != std::string::npos) return Product::kPostgres;
  if (name.find("mysql") != std::string::npos || name.find("maria") != std::string::npos)
    return Product::kMariadb;
  if (name.find("sqlite") != std::string::npos) return Product::kSqlite;
  return Product::kOther;
}

}  // namespace

void FreeStatement::operator()(void* statement) const { SQLFreeHandle(SQL_HANDLE_STMT, statement); }

void Connection::Close::operator()(void* connection) const {
  SQLDisconnect(connection);
  SQLFreeHandle(SQL_HANDLE_DBC, connection);
}

Result<Connection> Connection::open(const std::string& dsn) {
  SQLHDBC handle = nullptr;
  CHECK(is_done(SQLAllocHandle(SQL_HANDLE_DBC, environment(), &handle)));
  Connection out(handle);
  out.shown_ = "ODBC " + dsn_without_password(dsn);
  std::string text = dsn.find('=') == std::string::npos ? "DSN=" + dsn : dsn;
  if (!text.ends_with(';')) text += ';';
  const char* password = std::getenv("ODBC_PASSWORD");
  if (password != nullptr) text += fmt::format("PWD={{{}}};", password);
  std::u16string wide = to_utf16(text + kOptions);
  SQLSetConnectAttr(handle, SQL_ATTR_LOGIN_TIMEOUT, reinterpret_cast<SQLPOINTER>(kLoginSeconds), 0);
  SQLRETURN code = SQLDriverConnectW(handle, nullptr, reinterpret_cast<SQLWCHAR*>(wide.data()),
                                     static_cast<SQLSMALLINT>(wide.size()), nullptr, 0, nullptr,
                                     SQL_DRIVER_NOPROMPT);
  if (!is_done(code)) {
    return Error{Error::Code::kUnavailable,
                 fmt::format("{}: {}", out.shown_, diagnosis(SQL_HANDLE_DBC, handle).message)};
  }
  SQLWCHAR name[128] = {};
  SQLSMALLINT bytes = 0;
  SQLGetInfoW(handle, SQL_DBMS_NAME, name, sizeof name, &bytes);
  out.product_name_ = to_utf8({reinterpret_cast<const char16_t*>(name),
                               std::min<size_t>(static_cast<size_t>(bytes) / 2, 127)});
  out.product_ = product_of(out.product_name_);
  TRY(out.settle());
  return out;
}

// Times come in UTC, and names and texts are written as the standard says.
Result<void> Connection::settle() {
  switch (product_) {
    case Product::kPostgres:
      return run("SET TIME ZONE 'UTC'");
    case Product::kMariadb:
      TRY(run("SET time_zone = '+00:00', group_concat_max_len = 1073741824"));
      return run("SET sql_mode = concat(@@sql_mode, ',ANSI_QUOTES,PIPES_AS_CONCAT')");
    default:
      return {};
  }
}

Result<Statement> Connection::prepare(const std::string& sql) const {
  SQLHSTMT handle = nullptr;
  if (!is_done(SQLAllocHandle(SQL_HANDLE_STMT, connection_.get(), &handle))) {
    return Error{
        Error::Code::kUnavailable,
        fmt::format("{}: {}", shown_, diagnosis(SQL_HANDLE_DBC, connection_.get()).message)};
  }
  Statement statement(handle);
  std::u16string wide = to_utf16(sql);
  if (!is_done(SQLPrepareW(handle, reinterpret_cast<SQLWCHAR*>(wide.data()),
                           static_cast<SQLINTEGER>(wide.size()))))
    return error(statement, true);
  return statement;
}

Result<void> Connection::execute(const Statement& statement) const {
  SQLRETURN code = SQLExecute(statement.get());
  if (!is_done(code) && code != SQL_NO_DATA) return error(statement, false);
  return {};
}

Result<void> Connection::run(const std::string& sql) const {
  Statement statement = TRY(prepare(sql));
  return execute(statement);
}

Result<std::vector<std::vector<std::string>>> Connection::texts(const std::string& sql) const {
  Statement statement = TRY(prepare(sql));
  TRY(execute(statement));
  SQLSMALLINT columns = 0;
  SQLNumResultCols(statement.get(), &columns);
  std::vector<std::vector<std::string>> rows;
  while (true) {
    SQLRETURN code = SQLFetch(statement.get());
    if (code == SQL_NO_DATA) return rows;
    if (!is_done(code)) return error(statement, false);
    std::vector<std::string>& row = rows.emplace_back();
    for (SQLSMALLINT i = 1; i <= columns; ++i) {
      auto cell = TRY(text_cell(*this, statement, i));
      row.push_back(cell.value_or(""));
    }
  }
}

base::Error Connection::error(const Statement& statement, bool preparing) const {
  Diagnosis said = diagnosis(SQL_HANDLE_STMT, statement.get());
  bool of_statement = said.state.starts_with("42") || (preparing && said.state == "HY000");
  if (of_statement) return {Error::Code::kInvalid, said.message};
  return {Error::Code::kUnavailable, fmt::format("{}: {}", shown_, said.message)};
}

}  // namespace starling::source::odbc
