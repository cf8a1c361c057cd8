#include "source/duckdb/database.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "source/duckdb/text.h"

namespace starling::source::duckdb {
namespace {

constexpr uint64_t kMemoryLimitMax = uint64_t{4} << 30;

uint64_t memory_limit() {
  uint64_t total =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return std::min(total / 10 * 6, kMemoryLimitMax);
}

std::string spill_folder() {
  std::error_code ignored;
  std::filesystem::path folder = std::filesystem::temp_directory_path(ignored);
  return (folder / fmt::format("starling-duckdb-{}", getpid())).string();
}

}  // namespace

Result<Database> open_database(const std::string& path, bool read_only) {
  Config config;
  duckdb_create_config(config.out());
  std::vector<std::pair<std::string, std::string>> settings = {
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"memory_limit", fmt::format("{}B", memory_limit())},
      {"temp_directory", spill_folder()},
      {"access_mode", read_only ? "READ_ONLY" : "AUTOMATIC"},
  };
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config.get(), name.c_str(), value.c_str()) != DuckDBSuccess) {
      return base::Error{
          base::Error::Code::kUnavailable,
          fmt::format("DuckDB {} has no setting {}", duckdb_library_version(), name)};
    }
  }
  Database database;
  char* message = nullptr;
  if (duckdb_open_ext(read_only ? path.c_str() : nullptr, database.out(), config.get(), &message) !=
      DuckDBSuccess) {
    return open_error(path, take_text(message));
  }
  return database;
}

}  // namespace starling::source::duckdb
