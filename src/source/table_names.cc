#include "source/table_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/document.h"

namespace starling::source {

TableNames::TableNames(std::vector<TableName> tables, std::string schema,
                       std::optional<std::set<std::string>> keywords)
    : tables_(std::move(tables)), schema_(std::move(schema)), keywords_(std::move(keywords)) {}

std::vector<std::string> TableNames::all() const {
  std::vector<std::string> names;
  for (const TableName& table : tables_) names.push_back(name_of(table));
  std::ranges::sort(names);
  return names;
}

std::string TableNames::name_of(const TableName& table) const {
  return table.schema == schema_ ? table.name : table.schema + "." + table.name;
}

const TableName* TableNames::find(const std::string& table) const {
  const TableName* found = nullptr;
  bool several = false;
  for (const TableName& name : tables_) {
    if (name.schema + "." + name.name == table) return &name;
    if (name.name != table) continue;
    if (name.schema == schema_) return &name;
    several = several || found != nullptr;
    found = &name;
  }
  return several ? nullptr : found;
}

base::Error TableNames::not_found(const std::string& warehouse, const std::string& table) const {
  return {base::Error::Code::kNotFound, fmt::format(R"({} has no table "{}"{})", warehouse, table,
                                                    base::did_you_mean(table, all()))};
}

std::string TableNames::quote(const std::string& identifier) const {
  bool plain = keywords_ && !identifier.empty() &&
               std::isdigit(static_cast<unsigned char>(identifier[0])) == 0 &&
               std::ranges::all_of(identifier, [](unsigned char c) {
                 return c == '_' || std::isdigit(c) != 0 || (c >= 'a' && c <= 'z');
               });
  if (plain && !keywords_->contains(identifier)) return identifier;
  std::string out = "\"";
  for (char c : identifier) out += c == '"' ? std::string(2, c) : std::string(1, c);
  return out + '"';
}

std::string TableNames::sql(const std::string& table) const {
  const TableName* name = find(table);
  if (name == nullptr) return quote(table);
  return name->schema == schema_ ? quote(name->name)
                                 : quote(name->schema) + "." + quote(name->name);
}

std::string TableNames::schema_of(const std::string& table) const {
  const TableName* name = find(table);
  return name == nullptr ? schema_ : name->schema;
}

}  // namespace starling::source
