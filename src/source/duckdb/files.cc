#include "source/duckdb/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "base/file.h"
#include "source/duckdb/text.h"

namespace starling::source::duckdb {
namespace {

struct Extension {
  const char* ending;
  FileFormat format;
};

constexpr Extension kExtensions[] = {
    {".csv", FileFormat::kCsv},
    {".csv.gz", FileFormat::kCsv},
    {".tsv", FileFormat::kTsv},
    {".tsv.gz", FileFormat::kTsv},
    {".parquet", FileFormat::kParquet},
    {".json", FileFormat::kJson},
    {".json.gz", FileFormat::kJson},
    {".ndjson", FileFormat::kJsonLines},
    {".ndjson.gz", FileFormat::kJsonLines},
    {".jsonl", FileFormat::kJsonLines},
    {".jsonl.gz", FileFormat::kJsonLines},
};
constexpr const char* kKnownEndings = "parquet, csv, tsv, json, ndjson (text files also .gz)";

const Extension* extension_of(const std::string& file) {
  for (const Extension& extension : kExtensions) {
    if (file.ends_with(extension.ending)) return &extension;
  }
  return nullptr;
}

// The type words of a model are those of properties, too; DuckDB knows some of them as something
// narrower.
std::string warehouse_type(const std::string& declared) {
  std::string lower = declared;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  static const std::map<std::string, std::string> kWords = {{"integer", "BIGINT"},
                                                            {"int", "BIGINT"},
                                                            {"float", "DOUBLE"},
                                                            {"time", "TIMESTAMP"},
                                                            {"text", "VARCHAR"}};
  auto word = kWords.find(lower);
  return word == kWords.end() ? declared : word->second;
}

bool is_type_text(const std::string& type) {
  return !type.empty() && std::all_of(type.begin(), type.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == ' ' || c == '(' || c == ')' || c == ',' ||
           c == '[' || c == ']';
  });
}

FileTable named_table(const std::string& folder, const std::string& name,
                      const Location::FileTable& table) {
  std::string path = table.file.starts_with("/") ? table.file : folder + "/" + table.file;
  FileTable out{name, path, FileFormat::kCsv, table.columns, ""};
  const Extension* extension = extension_of(table.file);
  if (extension == nullptr) {
    out.fault = fmt::format(R"(the file "{}" of table "{}" is none of {})", table.file, name,
                            kKnownEndings);
    return out;
  }
  out.format = extension->format;
  for (const auto& [column, type] : table.columns) {
    if (!is_type_text(type))
      out.fault = fmt::format(R"(table "{}", column "{}": "{}" is no type)", name, column, type);
  }
  return out;
}

}  // namespace

// CSV columns are read as their declared type; JSON and Parquet carry types of their own, which are
// cast.
std::string rows_of(const FileTable& table, const std::string& path) {
  std::string types, casts;
  for (const auto& [column, declared] : table.columns) {
    std::string type = warehouse_type(declared);
    types +=
        fmt::format("{}{}: {}", types.empty() ? "" : ", ", quoted_text(column), quoted_text(type));
    casts += fmt::format("{}CAST({} AS {}) AS {}", casts.empty() ? "" : ", ", quoted_name(column),
                         type, quoted_name(column));
  }
  std::string file = quoted_text(path);
  std::string star = casts.empty() ? "*" : fmt::format("* REPLACE ({})", casts);
  switch (table.format) {
    case FileFormat::kCsv:
    case FileFormat::kTsv:
      return fmt::format("SELECT * FROM read_csv({}, header = true, store_rejects = true{}{})",
                         file, table.format == FileFormat::kTsv ? ", delim = '\t'" : "",
                         types.empty() ? "" : fmt::format(", types = {{{}}}", types));
    case FileFormat::kParquet:
      return fmt::format("SELECT {} FROM read_parquet({}, union_by_name = true)", star, file);
    case FileFormat::kJson:
      return fmt::format("SELECT {} FROM read_json({}, union_by_name = true)", star, file);
    case FileFormat::kJsonLines:
      return fmt::format(
          "SELECT {} FROM read_json({}, format = 'newline_delimited', union_by_name = true)", star,
          file);
  }
  return "";
}

std::string header_of(const FileTable& table, const std::string& path) {
  return fmt::format(
      "SELECT * FROM read_csv({}, header = true, all_varchar = true, sample_size = 1{})",
      quoted_text(path), table.format == FileFormat::kTsv ? ", delim = '\t'" : "");
}

Result<std::vector<FileTable>> file_tables(const Location& location) {
  auto names = base::list_folder(location.path);
  if (!names) {
    return base::Error{base::Error::Code::kUnavailable,
                       fmt::format("the folder of files {} cannot be read: {}", location.path,
                                   names.error().message)};
  }
  std::vector<FileTable> tables;
  std::map<std::string, std::string> file_of;  // by table name
  for (const std::string& file : names.value()) {
    const Extension* extension = extension_of(file);
    if (extension == nullptr) continue;
    std::string name = file.substr(0, file.size() - std::string_view(extension->ending).size());
    auto named = location.tables.find(name);
    if (name.empty() || (named != location.tables.end() && !named->second.file.empty())) continue;
    auto [other, is_new] = file_of.emplace(name, file);
    if (is_new) {
      static const std::map<std::string, std::string> kNone;
      const auto& columns = named == location.tables.end() ? kNone : named->second.columns;
      tables.push_back(named_table(location.path, name, {file, columns}));
      continue;
    }
    auto table = std::find_if(tables.begin(), tables.end(),
                              [&](const FileTable& t) { return t.table == name; });
    table->fault =
        fmt::format(R"(both {} and {} give the table "{}"; name one of them in warehouse.tables)",
                    other->second, file, name);
  }
  for (const auto& [name, table] : location.tables) {
    if (!table.file.empty()) tables.push_back(named_table(location.path, name, table));
    if (table.file.empty() && !file_of.contains(name)) {
      tables.push_back(
          {name,
           "",
           FileFormat::kCsv,
           {},
           fmt::format("there is no file {}.{{parquet,csv,csv.gz,tsv,json,ndjson}} in {}", name,
                       location.path)});
    }
  }
  return tables;
}

}  // namespace starling::source::duckdb
