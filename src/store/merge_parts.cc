#include "store/merge_parts.h"

#include <deque>
#include <future>
#include <map>
#include <set>

#include "store/table_builder.h"

namespace starling::store {
namespace {

constexpr size_t kThreads = 2;

using Tables = std::vector<const LiveTable*>;

// The rows that count, by their numbers through all tables, in the order of a part.
std::vector<uint32_t> merged_order(const Tables& tables, TableBuilder& rows) {
  std::vector<uint32_t> live;
  for (const LiveTable* table : tables) {
    auto first = static_cast<uint32_t>(rows.size());
    rows.append(*table);
    for (uint32_t row = 0; row < table->size(); ++row) {
      if (!table->is_dropped(row)) live.push_back(first + row);
    }
  }
  return rows.sorted(live);
}

Result<EncodedColumn> merged_column(const Tables& tables, const std::string& name,
                                    std::span<const uint32_t> order) {
  std::optional<ColumnBuilder> column;
  uint64_t rows = 0;
  for (const LiveTable* table : tables) {
    auto found = table->columns().find(name);
    if (found != table->columns().end()) {
      if (!column) column.emplace(found->second->type());
      column->append_nulls(rows - column->size());
      TRY(column->append(*found->second));
    }
    rows += table->size();
  }
  column->append_nulls(rows - column->size());
  return column->encode(order);
}

Result<void> merge_tables(const std::string& event, const Tables& tables, SectionFileWriter& file,
                          ByteWriter& description) {
  TableBuilder rows(event);
  std::vector<uint32_t> order = merged_order(tables, rows);
  std::set<std::string> names;
  for (const LiveTable* table : tables) {
    for (const auto& [name, column] : table->columns()) names.insert(name);
  }
  TRY(rows.write_rows(order, names.size(), file, description));
  // Columns are made side by side and written in their order.
  std::deque<std::future<Result<EncodedColumn>>> made;
  auto next = names.begin();
  for (const std::string& name : names) {
    for (; next != names.end() && made.size() < kThreads; ++next) {
      made.push_back(std::async(std::launch::async, [&tables, &order, name = *next] {
        return merged_column(tables, name, order);
      }));
    }
    EncodedColumn column = TRY(made.front().get());
    made.pop_front();
    description.text(name);
    TRY(write_column(column, file, description));
  }
  return {};
}

}  // namespace

Result<FileRef> merge_parts(const Folder& folder, uint64_t number, const std::string& source,
                            const std::vector<std::shared_ptr<const LivePart>>& parts) {
  std::map<std::string, Tables> by_event;
  for (const auto& part : parts) {
    for (const auto& table : part->tables()) {
      if (table->live_size() > 0) by_event[table->event()].push_back(table.get());
    }
  }
  auto file = TRY(SectionFileWriter::create(folder, FileKind::kPart, number));
  ByteWriter description;
  description.text(source);
  description.u32(static_cast<uint32_t>(by_event.size()));
  for (const auto& [event, tables] : by_event) TRY(merge_tables(event, tables, *file, description));
  return file->finish(description.str());
}

}  // namespace starling::store
