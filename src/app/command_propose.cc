#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/commands.h"
#include "app/difference.h"
#include "base/file.h"
#include "base/time.h"
#include "propose/propose.h"

namespace starling::app {
namespace {

namespace fs = std::filesystem;
using base::Error;
using source::Location;

struct Warehouse {
  Location location;
  propose::Heading heading;
};

// A .duckdb file, a folder of files, a URL, or "odbc:" and a data source. Paths stand in the model
// relative to its folder.
Result<Warehouse> parse_warehouse(const std::string& text, const std::string& model) {
  Warehouse warehouse;
  if (text.starts_with("postgresql://") || text.starts_with("postgres://")) {
    warehouse.location.kind = Location::Kind::kPostgres;
    warehouse.location.url = text;
    std::string database = text.substr(0, text.find('?'));
    warehouse.heading.project = database.substr(database.rfind('/') + 1);
    warehouse.heading.warehouse = fmt::format("{{type: postgres, url: {}}}",
                                              propose::yaml_text(source::without_password(text)));
    return warehouse;
  }
  if (text.starts_with("http://") || text.starts_with("https://")) {
    warehouse.location.kind = Location::Kind::kClickhouse;
    warehouse.location.url = text;
    std::string path = text.substr(text.find("://") + 3);
    path = path.substr(0, path.find('?'));
    size_t slash = path.find('/');
    bool named = slash != std::string::npos && slash + 1 < path.size();
    warehouse.heading.project = named ? path.substr(slash + 1) : "default";
    warehouse.heading.warehouse = fmt::format("{{type: clickhouse, url: {}}}",
                                              propose::yaml_text(source::without_password(text)));
    return warehouse;
  }
  if (text.starts_with("odbc:")) {
    warehouse.location.kind = Location::Kind::kOdbc;
    warehouse.location.dsn = text.substr(5);
    warehouse.heading.project = "warehouse";
    warehouse.heading.warehouse =
        fmt::format("{{type: odbc, dsn: {}}}",
                    propose::yaml_text(source::dsn_without_password(warehouse.location.dsn)));
    return warehouse;
  }
  std::error_code failed;
  if (!fs::exists(text, failed)) {
    return Error{
        Error::Code::kNotFound,
        fmt::format("there is no warehouse {}; it is a .duckdb file, a folder of files, or "
                    "a URL like postgresql://user@host/database, http://user@host:8123/database "
                    "or odbc:DSN",
                    text)};
  }
  bool files = fs::is_directory(text, failed);
  warehouse.location.kind = files ? Location::Kind::kFiles : Location::Kind::kDuckdb;
  warehouse.location.path = text;
  fs::path home = fs::absolute(model.empty() ? "." : fs::path(model).parent_path() / "");
  std::string path = fs::absolute(text).lexically_relative(home.lexically_normal()).string();
  warehouse.heading.project = fs::absolute(text / fs::path("")).parent_path().stem().string();
  if (!files) warehouse.heading.project = fs::path(text).stem().string();
  warehouse.heading.warehouse =
      fmt::format("{{type: {}, path: {}}}", files ? "files" : "duckdb", propose::yaml_text(path));
  return warehouse;
}

}  // namespace

Result<void> propose_model(const ProposeOptions& options) {
  Warehouse warehouse = TRY(parse_warehouse(options.warehouse, options.out));
  warehouse.heading.timezone = TRY(base::TimeZone::load(options.timezone)).name();
  auto source = TRY(source::Source::open(warehouse.location));
  std::string text = TRY(propose::propose(*source, options.dbt, warehouse.heading));
  if (options.out.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return {};
  }
  if (!base::file_exists(options.out)) {
    std::ofstream file(options.out, std::ios::binary);
    if (!(file << text) || !file.flush())
      return Error{Error::Code::kUnavailable, "cannot write " + options.out};
    std::fprintf(stderr, "wrote %s; see what a sync would do:  starling plan %s\n",
                 options.out.c_str(), options.out.c_str());
    return {};
  }
  // An edited file is its writer's: what would be proposed now is shown, not put over it.
  std::string changes = difference(TRY(base::read_file(options.out)), text);
  std::fwrite(changes.data(), 1, changes.size(), stdout);
  std::fprintf(stderr, "%s is there and is left as it is; %s\n", options.out.c_str(),
               changes.empty() ? "the proposal equals it" : "above is what a new proposal changes");
  return {};
}

}  // namespace starling::app
