// Finds the rows that a selector selects (docs/semantics/insights.md): event names, filters, first
// ever, time window.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/native/chunks.h"
#include "engine/native/predicate.h"

namespace starling::engine::native {

// Instants [from, to).
struct Window {
  int64_t from = INT64_MIN, to = INT64_MAX;
};

// Instants [low, high) in which a user's rows are wanted, by user number minus first_user; none
// when low >= high.
struct UserBounds {
  uint32_t first_user = 0;
  std::vector<int64_t> low, high;
};

// What a selector selects in one chunk.
struct Selection {
  struct Part {
    size_t table = 0;  // index into Scan::tables()
    Block block;
    std::vector<uint32_t> rows;  // of the block, ascending
  };
  std::vector<Part> parts;  // those with rows
};

class Scan {
 public:
  struct Table {
    const store::EventTable* table = nullptr;
    uint32_t rank =
        0;  // of its (event, source) in their order: the last of the total order of events
    std::optional<Predicate> definition, where, report_where;
  };

  // Events at or after the question's as_of are not seen. The selector must outlive the scan.
  Scan(Question& question, const query::Selector& selector, Window window);

  // The tables that can hold matches.
  const std::vector<Table>& tables() const { return tables_; }
  // Appends them to the tables that chunks will be made for, and remembers where they stand in a
  // chunk's rows.
  void add_tables(std::vector<const store::EventTable*>& all);

  // Replaces the selection, leaving out what is outside the users' bounds if there are any
  // (first_time does not look at them). Gives the number of rows looked at.
  uint64_t select(const Chunk& chunk, Scratch& scratch, Selection& selection,
                  const UserBounds* bounds = nullptr) const;

 private:
  // Every row of the table is selected, whoever's it is.
  bool takes_all(const Table& table) const;
  void mark(const Table& table, const Block& block, const UserBounds* bounds, Scratch& scratch,
            uint8_t* marks) const;
  void keep_first(const Chunk& chunk, const std::vector<Block>& blocks,
                  std::vector<std::vector<uint8_t>>& marks) const;

  const query::Selector& selector_;
  Window window_;
  int64_t as_of_;
  size_t first_table_ = 0;
  std::vector<Table> tables_;
};

}  // namespace starling::engine::native
