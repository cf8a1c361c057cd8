#include "store/merge_parts.h"

#include "store/flush.h"

namespace starling::store {

Result<FileRef> merge_parts(const Folder& folder, uint64_t number, const std::string& source,
                            const std::vector<std::shared_ptr<const PartFile>>& parts,
                            const std::vector<DroppedRows>& dropped) {
  SourceBuffer buffer{source};
  std::vector<std::vector<uint8_t>> keep;  // a table of the buffer: a flag a row
  for (size_t i = 0; i < parts.size(); ++i) {
    std::vector<std::vector<uint8_t>> stays;
    for (const auto& table : parts[i]->tables()) stays.emplace_back(table->size(), 1);
    for (const DroppedRow& row : dropped[i]) stays[row.table][row.row] = 0;
    for (size_t t = 0; t < stays.size(); ++t) {
      const PartTable& stored = *parts[i]->tables()[t];
      TableBuilder& table = buffer.table(stored.event());
      TRY(table.append(stored));
      keep.resize(buffer.tables.size());
      size_t at = 0;
      while (buffer.tables[at].get() != &table) ++at;
      keep[at].insert(keep[at].end(), stays[t].begin(), stays[t].end());
    }
  }
  std::vector<std::vector<uint32_t>> orders;
  for (size_t t = 0; t < buffer.tables.size(); ++t) {
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < keep[t].size(); ++row) {
      if (keep[t][row]) rows.push_back(row);
    }
    orders.push_back(buffer.tables[t]->sorted(rows));
  }
  return write_part(folder, number, source, buffer.tables, orders);
}

}  // namespace starling::store
