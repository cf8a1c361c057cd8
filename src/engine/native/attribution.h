// What the rows of a funnel's attempts say: the coordinates of each step's rows on each breakdown,
// and what the report's where asks of them (docs/semantics/funnel.md, "Segments").
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/native/emitter.h"
#include "engine/native/row_set.h"

namespace starling::engine::native {

class Attribution {
 public:
  // The coordinates of rows, each row's ascending.
  struct Cells {
    std::vector<uint32_t> starts;  // by row, and one more
    std::vector<uint32_t> coordinates;

    std::span<const uint32_t> of(uint32_t row) const {
      return {coordinates.data() + starts[row], coordinates.data() + starts[row + 1]};
    }
  };

  // One thread's columns for one chunk.
  struct Columns {
    std::vector<Cells> cells;                 // by step * breakdowns + breakdown
    std::vector<std::vector<uint8_t>> tests;  // by leaf of the where, by row: kSet, kPasses
    Segmenter values{1};                      // of one breakdown at a time, while reading
    std::vector<std::pair<uint32_t, uint32_t>> found;  // row, coordinate; while reading
    std::vector<uint32_t> tuple;
    std::vector<std::vector<uint32_t>> choices;
  };

  // `scans` are those of the steps, in order.
  Attribution(Question& question, const query::Funnel& funnel,
              const std::vector<const Scan*>& scans);

  const std::vector<Coordinates*>& coordinates() const { return coordinates_; }

  Result<void> read(const RowSet& rows, const std::vector<Selection>& selections, Scratch& scratch,
                    Columns& out) const;
  bool passes(std::span<const kernel::Taken> attempt, const Columns& columns) const;
  // Calls use(tuple) for every segment of the attempt.
  template <class Use>
  void for_segments(std::span<const kernel::Taken> attempt, Columns& columns, Use use) const {
    columns.choices.resize(funnel_.breakdowns.size());
    columns.tuple.resize(funnel_.breakdowns.size());
    for (size_t b = 0; b < funnel_.breakdowns.size(); ++b) choose(attempt, b, columns);
    combine(0, columns, use);
  }

 private:
  static constexpr uint8_t kSet = 1, kPasses = 2;

  // A leaf of the where: a test, or all that is asked of one list; bound for each step's tables.
  struct Leaf {
    const query::Filter* filter;
    query::Filter is_set;
    std::vector<std::vector<std::pair<Predicate, Predicate>>> of;  // by step and table: set, passes
  };

  void add_leaves(const query::Filter& filter);
  bool passes(const query::Filter& filter, std::span<const kernel::Taken> attempt,
              const Columns& columns, size_t& leaf) const;
  void read_tests(const RowSet& rows, size_t step, const Selection& selection, Scratch& scratch,
                  Columns& out) const;
  Result<void> read_cells(const RowSet& rows, size_t step, const Selection& selection,
                          Scratch& scratch, Columns& out) const;
  void choose(std::span<const kernel::Taken> attempt, size_t breakdown, Columns& columns) const;

  // The row that gives a value, or nullptr (first, last or step N).
  template <class IsSet>
  const kernel::Taken* attributed(std::span<const kernel::Taken> attempt, IsSet is_set) const {
    switch (funnel_.attribute) {
      case query::Funnel::Attribute::kFirst:
        for (const kernel::Taken& taken : attempt) {
          if (is_set(taken)) return &taken;
        }
        return nullptr;
      case query::Funnel::Attribute::kLast:
        for (size_t i = attempt.size(); i > 0; --i) {
          if (is_set(attempt[i - 1])) return &attempt[i - 1];
        }
        return nullptr;
      case query::Funnel::Attribute::kStep:
        for (const kernel::Taken& taken : attempt) {
          if (static_cast<int>(taken.step) == funnel_.attribute_step)
            return is_set(taken) ? &taken : nullptr;
        }
        return nullptr;
    }
    return nullptr;
  }

  template <class Use>
  void combine(size_t breakdown, Columns& columns, Use use) const {
    if (breakdown == columns.choices.size()) return use(columns.tuple.data());
    for (uint32_t coordinate : columns.choices[breakdown]) {
      columns.tuple[breakdown] = coordinate;
      combine(breakdown + 1, columns, use);
    }
  }

  const query::Funnel& funnel_;
  std::vector<std::unique_ptr<Coordinates>> owned_;
  std::vector<Coordinates*> coordinates_;           // by breakdown
  std::vector<uint32_t> not_set_;                   // by breakdown
  std::vector<std::unique_ptr<Emitter>> emitters_;  // by step * breakdowns + breakdown
  std::vector<std::unique_ptr<Leaf>> leaves_;       // in the order of the where
};

}  // namespace starling::engine::native
