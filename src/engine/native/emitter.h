// Turns selected rows into entries: their intervals, their measured values, and the segments they
// fall in (docs/semantics/insights.md, "Breakdowns" and "Line items").
//
// Two sets of entries come out. `whole` has every match once with all its values, for the row over
// all segments. `parts` has every match once for every segment it falls in, with the values that
// are in that segment: where the measured property and a breakdown look into the same list, element
// by element; otherwise the whole match in each segment.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/kernel/entries.h"
#include "engine/native/breakdown_column.h"
#include "engine/native/scan.h"
#include "engine/native/segmenter.h"
#include "engine/native/value_column.h"

namespace starling::engine::native {

struct EmitterOptions {
  const TimeIndex* slots = nullptr;  // absent: every entry is in slot 0
  bool with_order = false;           // fill time, order_key, rank
  bool with_time = false;            // fill time
};

// One thread's results for one chunk.
struct Emitted {
  kernel::Entries whole, parts;
  bool same = false;  // parts are the whole entries: `whole` has the segments and `parts` is empty

  kernel::Entries& split() { return same ? whole : parts; }
};

class Emitter {
 public:
  // Everything given must outlive the emitter. Coordinates stand in the order of the breakdowns;
  // there may be none.
  Emitter(Question& question, const Scan& scan, const query::Selector& selector,
          const std::vector<const query::Breakdown*>& breakdowns,
          const std::vector<Coordinates*>& coordinates, const query::Reference* measured,
          bool distinct, EmitterOptions options);

  const Wanted& wanted() const { return wanted_; }
  bool splits() const { return !breakdowns_.empty(); }

  // Appends the entries of a selection. Segments are numbered by the thread's segmenter (nullptr
  // without breakdowns).
  Result<void> emit(const Selection& selection, Scratch& scratch, Segmenter* segmenter,
                    Emitted& out) const;

 private:
  // A list that the measure or a breakdown looks into, on one table.
  struct List {
    const store::ColumnReader* reader = nullptr;  // nullptr: no row has elements
    std::vector<Predicate> kept;                  // the filters that narrow it
  };
  struct Table {
    std::vector<List> lists;                  // parallel to lists_
    std::vector<BreakdownColumn> breakdowns;  // parallel to breakdowns_
    std::optional<ValueColumn> values;
  };
  // One list's elements in a block: those of row i are [offsets[i], offsets[i + 1]) of the columns.
  struct ListRows {
    std::vector<uint64_t> offsets;
    std::vector<uint8_t> kept;  // 1 where the filters leave the element
    std::vector<std::vector<uint32_t>>
        coordinates;  // by breakdown; empty for those that look elsewhere
    Values values;    // when the measure looks into it
  };
  struct Columns;  // everything read of one block
  class RowSplitter;

  size_t list_index(const std::optional<ListId>& list);
  Table bind(Question& question, const query::Selector& selector, const store::EventTable* table,
             const std::vector<const query::Breakdown*>& breakdowns,
             const std::vector<Coordinates*>& coordinates, const query::Reference* measured);
  void read_user_lists(Question& question, const query::Selector& selector,
                       const std::vector<const query::Breakdown*>& breakdowns,
                       const std::vector<Coordinates*>& coordinates,
                       const query::Reference* measured);
  Result<ListRows> read_list(const Table& table, size_t list, const Block& block,
                             Scratch& scratch) const;
  Result<Columns> read_columns(const Table& table, const Block& block, Scratch& scratch) const;

  Result<void> emit_rows(const Table& table, const Scan::Table& scanned,
                         const Selection::Part& part, Scratch& scratch, Segmenter* segmenter,
                         Emitted& out) const;
  Result<void> emit_lists(const Table& table, const Scan::Table& scanned,
                          const Selection::Part& part, Scratch& scratch, Segmenter* segmenter,
                          Emitted& out) const;
  // One breakdown, which looks into the only list, and no measure but of that list's elements:
  // entries are written column by column.
  bool by_elements() const;
  Result<void> emit_elements(const Table& table, const Scan::Table& scanned,
                             const Selection::Part& part, Scratch& scratch, Segmenter* segmenter,
                             Emitted& out) const;
  void append_rows(const Scan::Table& scanned, const Selection::Part& part,
                   kernel::Entries& out) const;
  void append_row(const Scan::Table& scanned, const Block& block, uint32_t row,
                  kernel::Entries& out) const;
  void append_values(const Values& values, const std::vector<uint32_t>& rows,
                     kernel::Entries& out) const;

  static constexpr size_t kNoList = SIZE_MAX;

  const Scan& scan_;
  EmitterOptions options_;
  Wanted wanted_;
  bool measures_ = false;
  query::Breakdown plain_;  // by it the measured property's distinct values are numbered
  std::unique_ptr<Coordinates> keys_;
  std::vector<ListId> lists_;
  std::vector<size_t> breakdowns_;  // the list each breakdown looks into, or kNoList
  size_t measured_list_ = kNoList;
  bool aligned_ = false;           // a breakdown looks into the measured list
  std::vector<uint32_t> not_set_;  // by breakdown: the coordinate of an empty list
  std::vector<Table> tables_;      // parallel to scan_.tables()
  std::vector<std::optional<ListRows>>
      user_lists_;  // parallel to lists_: users' own lists, over all users
};

}  // namespace starling::engine::native
