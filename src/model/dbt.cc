#include "model/dbt.h"

#include <fmt/format.h>

#include <cctype>
#include <functional>
#include <set>

#include "base/json_writer.h"

namespace starling::model {
namespace {

// Around a table's name in SQL: characters that no name and no SQL has.
constexpr char kBegin = '\x02', kEnd = '\x03';

// Replaces each marked table.
std::string with_tables(const std::string& sql,
                        const std::function<std::string(const std::string&)>& name_of) {
  std::string out;
  for (size_t at = 0; at < sql.size();) {
    size_t begin = sql.find(kBegin, at), end = sql.find(kEnd, begin);
    out += sql.substr(at, begin - at);
    if (begin == std::string::npos || end == std::string::npos) break;
    out += name_of(sql.substr(begin + 1, end - begin - 1));
    at = end + 1;
  }
  return out;
}

// What dbt would read as a template of its own, as a text that gives it.
std::string escaped(const std::string& sql) {
  std::string out;
  for (size_t i = 0; i < sql.size(); ++i) {
    bool opens = sql[i] == '{' && i + 1 < sql.size() &&
                 (sql[i + 1] == '{' || sql[i + 1] == '%' || sql[i + 1] == '#');
    if (!opens) {
      out += sql[i];
      continue;
    }
    out += fmt::format("{{{{ '{}' }}}}", sql.substr(i, 2));
    ++i;
  }
  return out;
}

// YAML reads a JSON string as itself.
std::string quoted(const std::string& text) { return base::json_quoted(text); }

class Writer {
 public:
  explicit Writer(const DbtNames& names) : names_(names) {}

  void add(const Select& select) {
    std::string name = file_name(select);
    std::string sql = with_tables(escaped(select.readable_sql),
                                  [this](const std::string& table) { return call(table); });
    files_.push_back({name + ".sql", kDbtHeader + sql + "\n"});
    models_ += fmt::format("  - name: {}\n    description: {}\n    columns:\n", name,
                           quoted(description(select)));
    add_columns(select);
  }

  std::vector<DbtFile> finish() {
    files_.push_back({"starling_models.yml", "version: 2\n\nmodels:\n" + models_});
    if (!sources_.empty()) {
      std::string text = "version: 2\n\nsources:\n";
      for (const auto& [schema, tables] : sources_) {
        text += fmt::format("  - name: {0}\n    schema: {0}\n    tables:\n", quoted(schema));
        for (const std::string& table : tables)
          text += fmt::format("      - name: {}\n", quoted(table));
      }
      files_.push_back({"starling_sources.yml", text});
    }
    return std::move(files_);
  }

 private:
  std::string file_name(const Select& select) {
    std::string name = select.kind == Select::Kind::kLookup ? "starling_lookup_" : "starling_";
    for (char c : select.source) {
      bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
      name += word ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '_';
    }
    std::string unique = name;
    for (int i = 2; !taken_.insert(unique).second; ++i) unique = fmt::format("{}_{}", name, i);
    return unique;
  }

  std::string call(const std::string& table) {
    auto node = names_.nodes.find(table);
    if (node != names_.nodes.end()) return fmt::format("{{{{ ref('{}') }}}}", node->second);
    const source::TableName& name = names_.sources.at(table);
    sources_[name.schema].insert(name.name);
    return fmt::format("{{{{ source({}, {}) }}}}", quoted(name.schema), quoted(name.name));
  }

  static std::string description(const Select& select) {
    switch (select.kind) {
      case Select::Kind::kEvents:
        return fmt::format(
            fmt::runtime(select.event.empty() ? "Events of {1}, one a row"
                                              : "The event \"{0}\": one a row of {1}"),
            select.event, select.relation);
      case Select::Kind::kUsers:
        return fmt::format("User profiles, from {}", select.relation);
      case Select::Kind::kLookup:
        return fmt::format("The lookup table \"{}\", from {}", select.source, select.relation);
    }
    return "";
  }

  void add_columns(const Select& select) {
    bool versions = select.history.has_value();
    switch (select.kind) {
      case Select::Kind::kEvents:
        if (select.event.empty()) add_column("event", "the event's name", {"not_null"});
        add_column("time", "when it happened", {"not_null"});
        if (select.has_user) add_column("user", "who did it", {});
        for (int i = 1; i <= select.id_columns; ++i) {
          add_column(fmt::format("id_{}", i), "what tells the row from others",
                     select.id_columns == 1 ? Tests{"not_null", "unique"} : Tests{"not_null"});
        }
        if (select.has_cursor) add_column("cursor", "what a standard sync goes by", {});
        break;
      case Select::Kind::kUsers:
      case Select::Kind::kLookup:
        add_column(select.kind == Select::Kind::kUsers ? "user" : "key", "whose row it is",
                   versions ? Tests{"not_null"} : Tests{"not_null", "unique"});
        if (versions) add_column("start", "since when the row is valid", {"not_null"});
        break;
    }
    for (const std::string& name : select.readable_properties) add_column(name, "", {});
  }

  using Tests = std::vector<std::string>;
  void add_column(const std::string& name, const std::string& what, const Tests& tests) {
    models_ += fmt::format("      - name: {}\n", quoted(name));
    if (!what.empty()) models_ += fmt::format("        description: {}\n", quoted(what));
    if (!tests.empty())
      models_ += fmt::format("        data_tests: [{}]\n", fmt::join(tests, ", "));
  }

  const DbtNames& names_;
  std::vector<DbtFile> files_;
  std::string models_;
  std::map<std::string, std::set<std::string>> sources_;  // schema -> tables
  std::set<std::string> taken_;
};

}  // namespace

Result<source::TableInfo> DbtDescriber::describe_query(const std::string& sql) {
  return warehouse_.describe_query(
      with_tables(sql, [this](const std::string& table) { return warehouse_.table_sql(table); }));
}

std::string DbtDescriber::table_sql(const std::string& table) const {
  return kBegin + table + kEnd;
}

std::vector<DbtFile> dbt_files(const Compiled& compiled, const DbtNames& names) {
  Writer writer(names);
  for (const Select& select : compiled.selects) writer.add(select);
  return writer.finish();
}

}  // namespace starling::model
