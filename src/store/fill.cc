#include "store/fill.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/radix_sort.h"

namespace starling::store {

using base::KeyedRow;
namespace {

using Parts = std::vector<std::shared_ptr<const LivePart>>;

// What is given for one event: a row of the columns a key.
class GivenRows {
 public:
  static Result<GivenRows> read(const Parts& given, const std::string& event) {
    GivenRows rows;
    for (const auto& part : given) {
      for (const auto& table : part->tables()) {
        if (table->event() == event) TRY(rows.append(*table));
      }
    }
    base::radix_sort(rows.keys_);
    auto twice = std::ranges::adjacent_find(rows.keys_, {}, &KeyedRow::key);
    if (twice != rows.keys_.end()) {
      return Error{
          Error::Code::kUnsupported,
          fmt::format("two rows of event \"{}\" have the order key {:016x}, so none of them can "
                      "be filled; sync their source in full",
                      event, twice->key)};
    }
    return rows;
  }

  const std::map<std::string, ColumnBuilder>& columns() const { return columns_; }

  // By row of the table: the row of the columns.
  std::vector<uint32_t> rows_of(const LiveTable& table) const {
    std::vector<uint32_t> out(table.size(), ColumnBuilder::kNullRow);
    if (keys_.empty()) return out;
    std::vector<KeyedRow> wanted;
    std::span<const uint64_t> order_keys = table.order_keys();
    for (uint32_t row = 0; row < order_keys.size(); ++row) wanted.push_back({order_keys[row], row});
    base::radix_sort(wanted);
    auto at = keys_.begin();
    for (const KeyedRow& row : wanted) {
      while (at != keys_.end() && at->key < row.key) ++at;
      if (at == keys_.end()) break;
      if (at->key == row.key) out[row.row] = at->row;
    }
    return out;
  }

 private:
  Result<void> append(const LiveTable& table) {
    for (const auto& [name, stored] : table.columns()) {
      ColumnBuilder& column = columns_.try_emplace(name, stored->type()).first->second;
      column.append_nulls(size_ - column.size());
      TRY(column.append(*stored));
    }
    std::span<const uint64_t> order_keys = table.order_keys();
    for (size_t row = 0; row < order_keys.size(); ++row) {
      if (!table.is_dropped(row))
        keys_.push_back({order_keys[row], static_cast<uint32_t>(size_ + row)});
    }
    size_ += table.size();
    for (auto& [name, column] : columns_) column.append_nulls(size_ - column.size());
    return {};
  }

  std::map<std::string, ColumnBuilder> columns_;
  uint64_t size_ = 0;
  std::vector<KeyedRow> keys_;
};

// The file of one part, begun when there is something to write.
class PartFill {
 public:
  Result<void> add(const Folder& folder, uint64_t& number, uint32_t place, const LiveTable& table,
                   const GivenRows& given, const std::set<std::string>& names) {
    std::vector<const std::string*> wanted;
    for (const std::string& name : names) {
      if (given.columns().contains(name) || table.columns().contains(name)) wanted.push_back(&name);
    }
    if (wanted.empty()) return {};
    if (!writer_) writer_.emplace(TRY(FillFileWriter::create(folder, number++)));
    writer_->begin_table(place, table.size(), static_cast<uint32_t>(wanted.size()));
    std::vector<uint32_t> rows = given.rows_of(table);
    const std::vector<uint32_t> none(table.size(), ColumnBuilder::kNullRow);
    for (const std::string* name : wanted) {
      auto column = given.columns().find(*name);
      bool is_given = column != given.columns().end();
      EncodedColumn encoded = is_given
                                  ? column->second.encode(rows)
                                  : ColumnBuilder(table.columns().at(*name)->type()).encode(none);
      TRY(writer_->add(*name, encoded));
    }
    return {};
  }
  Result<std::optional<FileRef>> finish() {
    if (!writer_) return std::optional<FileRef>();
    return std::optional<FileRef>(TRY(writer_->finish()));
  }

 private:
  std::optional<FillFileWriter> writer_;
};

}  // namespace

Result<std::vector<std::optional<FileRef>>> fill_parts(const Folder& folder, const Parts& given,
                                                       const Parts& parts, uint64_t& number) {
  std::set<std::string> names, events;
  for (const auto& part : given) {
    for (const auto& table : part->tables()) {
      for (const auto& [name, column] : table->columns()) names.insert(name);
    }
  }
  for (const auto& part : parts) {
    for (const auto& table : part->tables()) events.insert(table->event());
  }
  std::vector<PartFill> fills(parts.size());
  for (const std::string& event : events) {
    GivenRows rows = TRY(GivenRows::read(given, event));
    for (size_t p = 0; p < parts.size(); ++p) {
      for (uint32_t t = 0; t < parts[p]->tables().size(); ++t) {
        const LiveTable& table = *parts[p]->tables()[t];
        if (table.event() == event) TRY(fills[p].add(folder, number, t, table, rows, names));
      }
    }
  }
  std::vector<std::optional<FileRef>> files;
  for (PartFill& fill : fills) files.push_back(TRY(fill.finish()));
  return files;
}

}  // namespace starling::store
