#include "store/flush.h"

#include <algorithm>
#include <numeric>

#include "base/radix_sort.h"

namespace starling::store {

using base::KeyedRow;
namespace {

using Fate = RunEntry::Fate;

// Where a row of the buffer stands: rows are numbered through all tables, then the removals.
struct Place {
  uint32_t table, row;  // table: as many as there are tables for a removal
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

// Rows and removals by their numbers in the buffer.
class Rows {
 public:
  explicit Rows(const SourceBuffer& buffer) : buffer_(buffer), places_(buffer) {}

  Place place(uint32_t index) const { return places_.of(index); }
  RunEntry entry(uint32_t index) const {
    Place place = places_.of(index);
    if (is_removal(place)) {
      const auto& removals = buffer_.removals;
      return {removals.row_keys[place.row], LedgerEntry::kRemoved, removals.cursors[place.row],
              Fate::kUnknown, index};
    }
    const TableBuilder& table = *buffer_.tables[place.table];
    uint64_t content = table.content_hashes()[place.row];
    return {table.row_keys()[place.row], content == LedgerEntry::kRemoved ? 1 : content,
            table.cursors()[place.row], buffer_.fills ? Fate::kUnknown : Fate::kStored, index};
  }

 private:
  bool is_removal(Place place) const { return place.table == buffer_.tables.size(); }

  const SourceBuffer& buffer_;
  Places places_;
};

// In the order of their keys; `row` says where in the buffer.
std::vector<RunEntry> rows_by_key(const SourceBuffer& buffer, const Rows& rows) {
  std::vector<KeyedRow> keyed;
  keyed.reserve(buffer.rows);
  uint32_t index = 0;
  for (const auto& table : buffer.tables) {
    for (const base::Hash128& key : table->row_keys()) keyed.push_back({key.high, index++});
  }
  for (const base::Hash128& key : buffer.removals.row_keys) keyed.push_back({key.high, index++});
  base::radix_sort(keyed);
  std::vector<RunEntry> entries(keyed.size());
  for (size_t i = 0; i < keyed.size(); ++i) entries[i] = rows.entry(keyed[i].row);
  for (size_t first = 0; first < entries.size();) {
    size_t end = first + 1;
    while (end < entries.size() && entries[end].key.high == entries[first].key.high) ++end;
    std::stable_sort(entries.begin() + static_cast<ptrdiff_t>(first),
                     entries.begin() + static_cast<ptrdiff_t>(end),
                     [](const RunEntry& a, const RunEntry& b) { return a.key.low < b.key.low; });
    first = end;
  }
  return entries;
}

// Keeps the winner of each key; the number of rows among the others.
uint64_t drop_beaten(std::vector<RunEntry>& entries) {
  size_t kept = 0;
  uint64_t rows = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (kept > 0 && entries[kept - 1].key == entries[i].key) {
      if (entries[kept - 1].loses_to(entries[i])) std::swap(entries[kept - 1], entries[i]);
      rows += entries[i].is_removal() ? 0 : 1;
    } else {
      entries[kept++] = entries[i];
    }
  }
  entries.resize(kept);
  return rows;
}

// What becomes of an entry whose key a ledger has.
Fate fate_of(const RunEntry& entry, const LedgerEntry& known, const SourceBuffer& buffer) {
  bool is_there = known.content_hash != LedgerEntry::kRemoved;
  if (buffer.fills) return is_there ? Fate::kStored : Fate::kUnknown;
  if (!is_there) return entry.is_removal() ? Fate::kUnknown : Fate::kStored;
  if (entry.is_removal()) return Fate::kRemoved;
  if (known.content_hash == entry.content_hash) return Fate::kKnown;
  return buffer.replaces ? Fate::kReplaced : Fate::kChanged;
}

Result<void> decide(std::vector<RunEntry>& entries, const std::shared_ptr<const LedgerFile>& ledger,
                    const SourceBuffer& buffer) {
  RecordCursor<LedgerEntry> cursor(ledger);
  for (RunEntry& entry : entries) {
    const LedgerEntry* known = TRY(cursor.seek(entry.key));
    if (known == nullptr) return {};
    if (known->key == entry.key) entry.fate = fate_of(entry, *known, buffer);
  }
  return {};
}

// By table of the buffer: the rows to write, sorted. Entries then point into the part instead of
// the buffer.
std::vector<std::vector<uint32_t>> place_rows(const SourceBuffer& buffer, const Rows& rows,
                                              std::vector<RunEntry>& entries) {
  std::vector<std::vector<uint32_t>> chosen(buffer.tables.size());
  for (const RunEntry& entry : entries) {
    if (!entry.is_stored()) continue;
    Place place = rows.place(entry.row);
    chosen[place.table].push_back(place.row);
  }
  std::vector<std::vector<uint32_t>> orders, place_of_row;
  uint32_t written = 0;
  for (size_t i = 0; i < chosen.size(); ++i) {
    orders.push_back(buffer.tables[i]->sorted(chosen[i]));
    place_of_row.emplace_back(buffer.tables[i]->size());
    for (uint32_t row : orders[i]) place_of_row[i][row] = written++;
  }
  for (RunEntry& entry : entries) {
    if (!entry.is_stored()) continue;
    Place place = rows.place(entry.row);
    entry.row = place_of_row[place.table][place.row];
  }
  return orders;
}

}  // namespace

TableBuilder& SourceBuffer::table(const std::string& event) {
  for (const auto& table : tables) {
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
  Rows rows(buffer);
  std::vector<RunEntry> entries = rows_by_key(buffer, rows);
  flushed.duplicates = drop_beaten(entries);
  for (const auto& ledger : ledgers) TRY(decide(entries, ledger, buffer));
  std::vector<std::vector<uint32_t>> orders = place_rows(buffer, rows, entries);
  for (const auto& order : orders) {
    if (!order.empty()) flushed.part_rows.push_back(order.size());
  }
  if (!flushed.part_rows.empty())
    flushed.part = TRY(write_part(folder, number, buffer.source, buffer.tables, orders));

  auto run = TRY(RecordWriter<RunEntry>::create(folder, FileKind::kRun, number + 1));
  for (const RunEntry& entry : entries) TRY(run.add(entry));
  flushed.run = TRY(run.finish());
  return flushed;
}

}  // namespace starling::store
