// Rows of one event name from one source, waiting to be written into a part.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "event/batch.h"
#include "store/column_builder.h"
#include "store/live_table.h"

namespace starling::store {

class TableBuilder {
 public:
  explicit TableBuilder(std::string event) : event_(std::move(event)) {}

  const std::string& event() const { return event_; }
  size_t size() const { return times_.size(); }
  std::span<const base::Hash128> row_keys() const { return row_keys_; }
  std::span<const uint64_t> content_hashes() const { return content_hashes_; }
  std::span<const int64_t> cursors() const { return cursors_; }

  // `users` holds the number of each row's user. Fails with kInvalid naming the property that does
  // not fit.
  Result<void> append(const event::EventBatch& batch, std::span<const uint32_t> users);
  // All rows of a stored table, for merging: without row keys, hashes, cursors and properties.
  void append(const LiveTable& table);

  // The given rows in the order of a part: user, time, order key; rows without a user last.
  std::vector<uint32_t> sorted(const std::vector<uint32_t>& rows) const;

  // Writes the rows in this order and describes them. REQUIRES: the order is sorted() and not
  // empty.
  Result<void> write(std::span<const uint32_t> order, SectionFileWriter& file,
                     ByteWriter& description) const;
  // The same for their users, times and order keys; so many properties have to follow.
  Result<void> write_rows(std::span<const uint32_t> order, size_t properties,
                          SectionFileWriter& file, ByteWriter& description) const;

 private:
  ColumnBuilder& property(const std::string& name, const event::PropertyType& type);
  void fill_up();

  std::string event_;
  std::vector<uint32_t> users_;
  std::vector<int64_t> times_;
  std::vector<uint64_t> order_keys_;
  std::vector<base::Hash128> row_keys_;
  std::vector<uint64_t> content_hashes_;
  std::vector<int64_t> cursors_;
  std::map<std::string, ColumnBuilder, std::less<>> properties_;
};

}  // namespace starling::store
