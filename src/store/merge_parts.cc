#include "store/merge_parts.h"

#include "store/flush.h"

namespace starling::store {

Result<FileRef> merge_parts(const Folder& folder, uint64_t number, const std::string& source,
                            const std::vector<std::shared_ptr<const LivePart>>& parts) {
  SourceBuffer buffer{source};
  std::vector<std::vector<uint32_t>> live;  // by table of the buffer: the rows that count
  for (const auto& part : parts) {
    for (const auto& stored : part->tables()) {
      TableBuilder& table = buffer.table(stored->event());
      size_t at = 0;
      while (buffer.tables[at].get() != &table) ++at;
      live.resize(buffer.tables.size());
      auto first = static_cast<uint32_t>(table.size());
      TRY(table.append(*stored));
      for (uint32_t row = 0; row < stored->size(); ++row) {
        if (!stored->is_dropped(row)) live[at].push_back(first + row);
      }
    }
  }
  std::vector<std::vector<uint32_t>> orders;
  for (size_t t = 0; t < buffer.tables.size(); ++t)
    orders.push_back(buffer.tables[t]->sorted(live[t]));
  return write_part(folder, number, source, buffer.tables, orders);
}

}  // namespace starling::store
