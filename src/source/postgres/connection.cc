#include "source/postgres/connection.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include "source/location.h"

namespace starling::source::postgres {
namespace {

using base::Error;

// libpq ends its messages with a line break and repeats the address a try.
std::string one_line(const char* message) {
  std::string out;
  for (const char* at = message == nullptr ? "" : message; *at != '\0'; ++at) {
    if (*at != '\n') {
      out += *at;
    } else if (at[1] != '\0') {
      out += "; ";
    }
  }
  return out;
}

std::string field(const pg_result* answer, int code) {
  const char* text = answer == nullptr ? nullptr : PQresultErrorField(answer, code);
  return text == nullptr ? "" : text;
}

// Class 42 is "syntax error or access rule violation"; missing rights are no fault of the
// statement, and neither is a table that went away: the next run may find both.
bool is_fault_of_statement(const std::string& state) {
  return state.starts_with("42") && state != "42501";
}

}  // namespace

void FreeAnswer::operator()(pg_result* answer) const { PQclear(answer); }

void Connection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<Connection> Connection::open(
    const std::string& url, const std::vector<std::pair<std::string, std::string>>& options) {
  // dbname stands first, so that what the URL says goes before the others.
  std::vector<const char*> keys = {"connect_timeout", "application_name", "keepalives_idle",
                                   "client_encoding", "dbname"};
  std::vector<const char*> values = {"10", "starling", "30", "UTF8", url.c_str()};
  for (const auto& [key, value] : options) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  Connection connection(PQconnectdbParams(keys.data(), values.data(), 1));
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    return Error{Error::Code::kUnavailable,
                 fmt::format("PostgreSQL {}: {}", without_password(url),
                             one_line(PQerrorMessage(connection.get())))};
  }
  return connection;
}

base::Error Connection::error(const pg_result* answer) const {
  std::string state = field(answer, PG_DIAG_SQLSTATE);
  std::string message = field(answer, PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = one_line(PQerrorMessage(connection_.get()));
  for (int code : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT}) {
    std::string more = field(answer, code);
    if (!more.empty()) message += "; " + more;
  }
  if (state == "42501") message += "; give the role the right to read it: GRANT SELECT";
  return {is_fault_of_statement(state) ? Error::Code::kInvalid : Error::Code::kUnavailable,
          "PostgreSQL: " + message};
}

Result<Answer> Connection::run(const std::string& sql, const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  Answer answer(parameters.empty()
                    ? PQexec(get(), sql.c_str())
                    : PQexecParams(get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                   values.data(), nullptr, nullptr, 0));
  switch (PQresultStatus(answer.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      return answer;
    default:
      return error(answer.get());
  }
}

Result<std::vector<std::vector<std::string>>> Connection::texts(
    const std::string& sql, const std::vector<std::string>& parameters) {
  Answer answer = TRY(run(sql, parameters));
  std::vector<std::vector<std::string>> rows(static_cast<size_t>(PQntuples(answer.get())));
  for (size_t row = 0; row < rows.size(); ++row) {
    for (int column = 0; column < PQnfields(answer.get()); ++column) {
      rows[row].emplace_back(
          PQgetvalue(answer.get(), static_cast<int>(row), column),
          static_cast<size_t>(PQgetlength(answer.get(), static_cast<int>(row), column)));
    }
  }
  return rows;
}

}  // namespace starling::source::postgres
