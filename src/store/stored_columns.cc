#include "store/stored_columns.h"

#include <fmt/format.h>

namespace starling::store {
namespace {

// The fewest bytes of a column's name and description: what a damaged count is measured by.
constexpr size_t kColumnBytesLeast = 19;

}  // namespace

Result<StoredColumns> StoredColumns::read(const SectionFile& file, uint64_t rows,
                                          ByteReader& description) {
  StoredColumns columns;
  uint32_t count = description.count(kColumnBytesLeast);
  for (uint32_t i = 0; i < count; ++i) {
    std::string name = description.text();
    auto column = TRY(StoredColumn::read(file, description));
    if (column->size() != rows) {
      return file.corrupt(fmt::format("has {} rows in column \"{}\" where {} should be",
                                      column->size(), name, rows));
    }
    columns.columns_.emplace(std::move(name), std::move(column));
  }
  return columns;
}

Result<void> StoredColumns::check_contents() const {
  for (const auto& [name, column] : columns_) TRY(column->check_contents());
  return {};
}

const StoredColumn* StoredColumns::find(std::string_view name) const {
  auto found = columns_.find(name);
  return found == columns_.end() ? nullptr : found->second.get();
}

std::vector<event::Property> StoredColumns::properties() const {
  std::vector<event::Property> properties;
  for (const auto& [name, column] : columns_) properties.push_back({name, column->type()});
  return properties;
}

void StoredColumns::describe(std::string& out) const {
  for (const auto& [name, column] : columns_) column->describe(name, out);
}

void StoredColumns::describe_row(uint64_t row, std::string& out) const {
  for (const auto& [name, column] : columns_) {
    event::Value value = column->value(row);
    if (!value.is_null()) out += fmt::format(" {}={}", name, event::to_json(value));
  }
}

}  // namespace starling::store
