#include "store/flush.h"

#include <algorithm>

#include "store/radix_sort.h"

namespace starling::store {
namespace {

// Where a row of the buffer stands: rows are numbered through all tables.
struct Place {
  uint32_t table, row;
};

class Places {
 public:
  explicit Places(const SourceBuffer& buffer) {
    for (const auto& table : buffer.tables) {
      ends_.push_back((ends_.empty() ? 0 : ends_.back()) + static_cast<uint32_t>(table->size()));
    }
  }
  Place of(uint32_t index) const {
    auto table =
        static_cast<uint32_t>(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
    return {table, table == 0 ? index : index - ends_[table - 1]};
  }

 private:
  std::vector<uint32_t> ends_;
};

// The buffer's rows in the order of their keys; `table` and `row` say where in the buffer.
std::vector<RunEntry> rows_by_key(const SourceBuffer& buffer) {
  std::vector<KeyedRow> keyed;
  keyed.reserve(buffer.rows);
  uint32_t index = 0;
  for (const auto& table : buffer.tables) {
    for (const base::Hash128& key : table->row_keys()) keyed.push_back({key.high, index++});
  }
  radix_sort(keyed);
  Places places(buffer);
  std::vector<RunEntry> entries(keyed.size());
  for (size_t i = 0; i < keyed.size(); ++i) {
    Place place = places.of(keyed[i].row);
    const TableBuilder& table = *buffer.tables[place.table];
    entries[i] = {table.row_keys()[place.row], table.content_hashes()[place.row],
                  table.cursors()[place.row], place.table, place.row};
  }
  for (size_t first = 0; first < entries.size();) {
    size_t end = first + 1;
    while (end < entries.size() && entries[end].key.high == entries[first].key.high) ++end;
    std::stable_sort(entries.begin() + first, entries.begin() + end,
                     [](const RunEntry& a, const RunEntry& b) { return a.key.low < b.key.low; });
    first = end;
  }
  return entries;
}

// Keeps the winner of each key; the number of the others.
uint64_t drop_beaten(std::vector<RunEntry>& entries) {
  size_t kept = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (kept > 0 && entries[kept - 1].key == entries[i].key) {
      if (entries[kept - 1].loses_to(entries[i])) entries[kept - 1] = entries[i];
    } else {
      entries[kept++] = entries[i];
    }
  }
  uint64_t dropped = entries.size() - kept;
  entries.resize(kept);
  return dropped;
}

// Marks the entries whose key a ledger holds.
Result<void> mark_known(std::vector<RunEntry>& entries,
                        const std::shared_ptr<const LedgerFile>& ledger) {
  RecordCursor<LedgerEntry> cursor(ledger);
  for (RunEntry& entry : entries) {
    const LedgerEntry* known = TRY(cursor.seek(entry.key));
    if (known == nullptr) return {};
    if (known->key != entry.key) continue;
    entry.table = known->content_hash == entry.content_hash ? RunEntry::kKnown : RunEntry::kChanged;
  }
  return {};
}

// The rows to write, sorted; entries then point into the part instead of the buffer.
std::vector<std::vector<uint32_t>> place_rows(const SourceBuffer& buffer,
                                              std::vector<RunEntry>& entries) {
  std::vector<std::vector<uint32_t>> chosen(buffer.tables.size());
  for (const RunEntry& entry : entries) {
    if (entry.is_stored()) chosen[entry.table].push_back(entry.row);
  }
  std::vector<std::vector<uint32_t>> orders, place_of_row;
  std::vector<uint32_t> written_table;
  uint32_t written = 0;
  for (size_t i = 0; i < chosen.size(); ++i) {
    written_table.push_back(chosen[i].empty() ? 0 : written++);
    orders.push_back(buffer.tables[i]->sorted(chosen[i]));
    place_of_row.emplace_back(buffer.tables[i]->size());
    for (uint32_t at = 0; at < orders[i].size(); ++at) place_of_row[i][orders[i][at]] = at;
  }
  for (RunEntry& entry : entries) {
    if (!entry.is_stored()) continue;
    entry.row = place_of_row[entry.table][entry.row];
    entry.table = written_table[entry.table];
  }
  return orders;
}

}  // namespace

TableBuilder& SourceBuffer::table(const std::string& event) {
  for (auto& table : tables) {
    if (table->event() == event) return *table;
  }
  return *tables.emplace_back(std::make_unique<TableBuilder>(event));
}

Result<FileRef> write_part(const Folder& folder, uint64_t number, const std::string& source,
                           const std::vector<std::unique_ptr<TableBuilder>>& tables,
                           const std::vector<std::vector<uint32_t>>& orders) {
  auto file = TRY(SectionFileWriter::create(folder, FileKind::kPart, number));
  ByteWriter description;
  description.text(source);
  description.u32(static_cast<uint32_t>(std::count_if(
      orders.begin(), orders.end(), [](const auto& order) { return !order.empty(); })));
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!orders[i].empty()) TRY(tables[i]->write(orders[i], *file, description));
  }
  return file->finish(description.str());
}

Result<FlushedRows> flush(const Folder& folder, const SourceBuffer& buffer,
                          const std::vector<std::shared_ptr<const LedgerFile>>& ledgers,
                          uint64_t number) {
  FlushedRows flushed;
  std::vector<RunEntry> entries = rows_by_key(buffer);
  flushed.duplicates = drop_beaten(entries);
  for (const auto& ledger : ledgers) TRY(mark_known(entries, ledger));
  std::vector<std::vector<uint32_t>> orders = place_rows(buffer, entries);
  for (const auto& order : orders) flushed.part_rows += order.size();
  if (flushed.part_rows > 0)
    flushed.part = TRY(write_part(folder, number, buffer.source, buffer.tables, orders));

  auto run = TRY(RecordWriter<RunEntry>::create(folder, FileKind::kRun, number + 1));
  for (const RunEntry& entry : entries) TRY(run.add(entry));
  flushed.run = TRY(run.finish());
  return flushed;
}

}  // namespace starling::store
