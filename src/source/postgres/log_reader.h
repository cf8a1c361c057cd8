// Messages of PostgreSQL's logical decoding (plugin pgoutput, protocol version 1), down to the rows
// that have changed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "source/changes.h"
#include "source/postgres/types.h"

namespace starling::source::postgres {

using base::Result;

class LogReader {
 public:
  // `tables`: "schema.name" and the columns wanted of it.
  explicit LogReader(const std::vector<FollowedTable>& tables);

  // kUnavailable for bytes that are no message.
  Result<void> take(std::string_view message);

  const std::vector<TableChanges>& changes() const { return changes_; }
  // Of the transactions whose changes were taken, without their epoch.
  const std::set<uint32_t>& transactions() const { return transactions_; }

 private:
  struct Relation {
    int followed = -1;       // index into tables_; -1: not followed
    bool tells_all = false;  // an old row comes with all of its values (REPLICA IDENTITY FULL)
    std::vector<std::string> columns;
    std::vector<uint8_t> is_key;
    std::vector<size_t> wanted;  // positions of the wanted columns
    bool keys_wanted = false;    // all wanted columns are in the key
  };
  struct Cell {
    enum class Kind : uint8_t { kNull, kUnchanged, kText } kind = Kind::kNull;
    std::string_view text;
  };
  using Row = std::vector<Cell>;

  void take_relation(class Message& message);
  void take_row_change(char kind, class Message& message);
  void note(const Relation& relation, const Row& row, const Row* otherwise);

  const std::vector<FollowedTable>& tables_;
  std::vector<TableChanges> changes_;
  std::map<Oid, Relation> relations_;
  std::set<uint32_t> transactions_;
  uint32_t transaction_ = 0;
};

}  // namespace starling::source::postgres
