#include <arpa/inet.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "source/postgres/connection.h"
#include "source/testing.h"

namespace starling::source {
namespace {

namespace fs = std::filesystem;

// The newest server that Debian's packages have installed.
std::string server_programs() {
  std::string newest;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (fs::exists(entry.path() / "bin/initdb")) newest = std::max(newest, entry.path().string());
  }
  return newest.empty() ? "" : newest + "/bin/";
}

int free_port() {
  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  CHECK(bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
  CHECK(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(socket);
  return ntohs(address.sin_port);
}

// The server refuses to run as root.
bool run(const std::string& folder, const std::string& command) {
  std::string quiet = fmt::format("cd {} && {} >> {}/log.txt 2>&1", folder, command, folder);
  std::string line =
      geteuid() == 0 ? fmt::format("runuser -u postgres -- sh -c '{}'", quiet) : quiet;
  return std::system(line.c_str()) == 0;
}

}  // namespace

base::Result<std::string> write_postgres(const std::string& url, const std::string& sql) {
  auto connection = TRY(postgres::Connection::open(url, {}));
  std::string out;
  for (const auto& row : TRY(connection.texts(sql))) {
    for (size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "|" : "") + row[i];
    out += "\n";
  }
  return out;
}

const PostgresServer* PostgresServer::shared() {
  static const std::unique_ptr<PostgresServer> server = start();
  return server.get();
}

std::unique_ptr<PostgresServer> PostgresServer::start() {
  std::string programs = server_programs();
  if (programs.empty()) return nullptr;
  std::string folder = (fs::temp_directory_path() / "starling_postgres.XXXXXX").string();
  CHECK(mkdtemp(folder.data()) != nullptr);
  fs::permissions(folder, fs::perms::all);
  int port = free_port();
  CHECK(run(folder, fmt::format("{}initdb -D {}/data -U postgres -A trust -E UTF8 --locale=C.UTF-8 "
                                "--no-sync",
                                programs, folder)));
  CHECK(run(folder, fmt::format("{}pg_ctl -D {}/data -w -l {}/server.txt -o \"-p {} -k {} -c "
                                "listen_addresses=127.0.0.1 -c fsync=off -c wal_level=logical -c "
                                "max_prepared_transactions=4 -c timezone=America/New_York\" start",
                                programs, folder, folder, port, folder)));
  return std::unique_ptr<PostgresServer>(new PostgresServer(programs, folder, port));
}

PostgresServer::~PostgresServer() {
  run(folder_, fmt::format("{}pg_ctl -D {}/data -m immediate stop", programs_, folder_));
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PostgresServer::url(const std::string& database) const {
  return fmt::format("postgresql://postgres@127.0.0.1:{}/{}", port_, database);
}

std::string PostgresServer::fresh_database(const std::string& name) const {
  CHECK(write_postgres(url("postgres"),
                       fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)));
  CHECK(write_postgres(url("postgres"), "CREATE DATABASE " + name));
  return url(name);
}

}  // namespace starling::source
