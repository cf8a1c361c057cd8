// Named columns of equal length, as profiles and lookup tables keep them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "event/schema.h"
#include "store/stored_column.h"

namespace starling::store {

class StoredColumns {
 public:
  // Reads u32 count, then name and description of each column. kCorrupt when one has not `rows`
  // rows.
  static Result<StoredColumns> read(const SectionFile& file, uint64_t rows,
                                    ByteReader& description);
  Result<void> check_contents() const;

  const StoredColumn* find(std::string_view name) const;  // nullptr when there is none
  const std::map<std::string, std::unique_ptr<StoredColumn>, std::less<>>& all() const {
    return columns_;
  }
  std::vector<event::Property> properties() const;  // sorted by name
  void describe(std::string& out) const;
  // " name=value" of every column that has a value in the row.
  void describe_row(uint64_t row, std::string& out) const;

 private:
  std::map<std::string, std::unique_ptr<StoredColumn>, std::less<>> columns_;
};

}  // namespace starling::store
