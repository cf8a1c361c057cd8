// Columns of users and lookup tables with history, as one question sees them: which version holds
// is worked out once for all users, or for the rows of a table, and then they are read like any
// other column (docs/semantics/history.md).
//
// Memory: four bytes a row of a table that is read as of its events' times, and the decoded
// versions of each property used.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/snapshot.h"

namespace starling::engine::native {

// Rows of another column, in any order and as often as one likes. Never a list.
class GatheredColumn : public store::ColumnReader {
 public:
  static constexpr uint32_t kNoRow = 0xFFFFFFFF;  // reads as null
  using Rows = std::shared_ptr<const std::vector<uint32_t>>;

  // REQUIRES: the column outlives this and holds no lists.
  GatheredColumn(const store::ColumnReader& column, Rows rows);

  const event::PropertyType& type() const override { return column_.type(); }
  uint64_t size() const override { return rows_->size(); }
  bool has_nulls() const override { return true; }
  void valid(uint64_t first, size_t count, uint8_t* out) const override;
  void integers(uint64_t first, size_t count, int64_t* out) const override;
  void floats(uint64_t first, size_t count, double* out) const override;
  void codes(uint64_t first, size_t count, uint32_t* out) const override;
  uint32_t dictionary_size() const override { return column_.dictionary_size(); }
  std::string_view dictionary(uint32_t index) const override { return column_.dictionary(index); }
  void offsets(uint64_t first, size_t count, uint64_t* out) const override;
  const store::ColumnReader& child(size_t member) const override;
  event::Value value(uint64_t row) const override;

 private:
  template <class T>
  void gather(const std::vector<T>& from, uint64_t first, size_t count, T* out) const;

  const store::ColumnReader& column_;
  Rows rows_;
  std::vector<uint8_t> valid_;  // of the column, as are the next three
  std::vector<int64_t> integers_;
  std::vector<double> floats_;
  std::vector<uint32_t> codes_;
};

// Planning only: one thread.
class History {
 public:
  History(const store::Snapshot& snapshot, int64_t as_of) : snapshot_(snapshot), as_of_(as_of) {}

  // A user property as of the question's now, one row a user; nullptr when no profile has it.
  const store::ColumnReader* of_users(const std::string& property);
  // A user property as of each row's time, one row a row of the table; nullptr as above.
  const store::ColumnReader* of_rows(const std::string& property, const store::EventTable& table);
  // A lookup's column, one row a row of `keys`: the version of its key at times[row].
  // REQUIRES: the lookup has history.
  const store::ColumnReader* of_keys(const store::LookupReader& lookup,
                                     const store::ColumnReader& column,
                                     const store::ColumnReader& keys,
                                     const std::vector<int64_t>& times);
  // The row of a lookup's key that holds at the question's now.
  std::optional<uint32_t> lookup_row(const store::LookupReader& lookup, std::string_view key) const;

 private:
  const store::ColumnReader* keep(const store::ColumnReader& column, GatheredColumn::Rows rows);
  GatheredColumn::Rows rows_of_users();
  GatheredColumn::Rows rows_of_table(const store::EventTable& table);

  const store::Snapshot& snapshot_;
  int64_t as_of_;
  GatheredColumn::Rows user_rows_;
  std::map<const store::EventTable*, GatheredColumn::Rows> table_rows_;
  std::map<std::pair<const store::EventTable*, std::string>, const store::ColumnReader*>
      columns_;  // of users (nullptr) and tables
  std::vector<std::unique_ptr<GatheredColumn>> kept_;
};

}  // namespace starling::engine::native
