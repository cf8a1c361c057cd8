#include "engine/native/attribution.h"

#include <algorithm>

namespace starling::engine::native {

using query::Filter;

namespace {

// Whether the value a leaf looks at is set: any element of the list, or the tested value itself.
Filter is_set_filter(const Filter& leaf) {
  Filter out;
  if (leaf.kind == Filter::Kind::kTest) {
    if (leaf.op == Filter::Operator::kIn) return out;  // everybody is in a cohort or not: all of {}
    out.kind = Filter::Kind::kTest;
    out.reference = leaf.reference;
    out.op = Filter::Operator::kIsSet;
    return out;
  }
  out = leaf;
  out.kind = Filter::Kind::kAnyElement;
  Filter never, always;
  never.kind = Filter::Kind::kAny;
  never.children = {leaf.children[0]};
  always.kind = Filter::Kind::kNot;
  always.children = {leaf.children[0]};
  never.children.push_back(std::move(always));  // the test or its opposite: every element passes
  out.children = {std::move(never)};
  return out;
}

}  // namespace

Attribution::Attribution(Question& question, const query::Funnel& funnel,
                         const std::vector<const Scan*>& scans)
    : funnel_(funnel) {
  for (const query::Breakdown& breakdown : funnel.breakdowns) {
    owned_.push_back(
        std::make_unique<Coordinates>(breakdown, question.cohort_name(breakdown.reference)));
    coordinates_.push_back(owned_.back().get());
    not_set_.push_back(coordinates_.back()->not_set());
  }
  for (size_t step = 0; step < funnel.steps.size(); ++step) {
    for (size_t b = 0; b < funnel.breakdowns.size(); ++b) {
      emitters_.push_back(
          std::make_unique<Emitter>(question, *scans[step], funnel.steps[step].selector,
                                    std::vector<const query::Breakdown*>{&funnel.breakdowns[b]},
                                    std::vector<Coordinates*>{coordinates_[b]}, nullptr, false,
                                    EmitterOptions{nullptr, true, false}));
    }
  }
  if (funnel.where) add_leaves(*funnel.where);
  for (auto& leaf : leaves_) {
    for (const Scan* scan : scans) {
      auto& tables = leaf->of.emplace_back();
      for (const Scan::Table& table : scan->tables()) {
        tables.emplace_back(Predicate::bind(question, leaf->is_set, table.table),
                            Predicate::bind(question, *leaf->filter, table.table));
      }
    }
  }
}

void Attribution::add_leaves(const Filter& filter) {
  switch (filter.kind) {
    case Filter::Kind::kAll:
    case Filter::Kind::kAny:
    case Filter::Kind::kNot:
      for (const Filter& child : filter.children) add_leaves(child);
      return;
    case Filter::Kind::kTest:
    case Filter::Kind::kAnyElement:
    case Filter::Kind::kAllElements:
      leaves_.push_back(std::make_unique<Leaf>(Leaf{&filter, is_set_filter(filter), {}}));
      return;
  }
}

Result<void> Attribution::read(const RowSet& rows, const std::vector<Selection>& selections,
                               Scratch& scratch, Columns& out) const {
  out.cells.resize(emitters_.size());
  out.tests.resize(leaves_.size());
  for (auto& tests : out.tests) tests.assign(rows.rows.size(), 0);
  for (size_t step = 0; step < funnel_.steps.size(); ++step) {
    read_tests(rows, step, selections[step], scratch, out);
    TRY(read_cells(rows, step, selections[step], scratch, out));
  }
  return {};
}

void Attribution::read_tests(const RowSet& rows, size_t step, const Selection& selection,
                             Scratch& scratch, Columns& out) const {
  std::vector<uint8_t> set, passes;
  for (size_t leaf = 0; leaf < leaves_.size(); ++leaf) {
    size_t ordinal = 0;
    for (const Selection::Part& part : selection.parts) {
      const auto& [is_set, test] = leaves_[leaf]->of[step][part.table];
      set.resize(part.block.count);
      passes.resize(part.block.count);
      is_set.evaluate({part.block}, scratch, set.data());
      test.evaluate({part.block}, scratch, passes.data());
      for (uint32_t row : part.rows) {
        uint8_t bits = (set[row] ? kSet : 0) | (passes[row] ? kPasses : 0);
        out.tests[leaf][rows.numbers[step][ordinal++]] = bits;
      }
    }
  }
}

namespace {

// Puts them by row, in order and without doubles.
void place_cells(const std::vector<std::pair<uint32_t, uint32_t>>& found, size_t rows,
                 Attribution::Cells& out) {
  out.starts.assign(rows + 1, 0);
  for (const auto& [row, coordinate] : found) ++out.starts[row + 1];
  bool single = true;
  for (size_t row = 0; row < rows; ++row) {
    single &= out.starts[row + 1] <= 1;
    out.starts[row + 1] += out.starts[row];
  }
  out.coordinates.resize(found.size());
  std::vector<uint32_t> next(out.starts.begin(), out.starts.end() - 1);
  for (const auto& [row, coordinate] : found) out.coordinates[next[row]++] = coordinate;
  if (single) return;
  uint32_t used = 0;
  auto begin = out.coordinates.begin();
  for (size_t row = 0; row < rows; ++row) {
    auto first = begin + out.starts[row], last = begin + out.starts[row + 1];
    std::sort(first, last);
    last = std::unique(first, last);
    out.starts[row] = used;
    used = static_cast<uint32_t>(std::copy(first, last, begin + used) - begin);
  }
  out.starts[rows] = used;
}

}  // namespace

Result<void> Attribution::read_cells(const RowSet& rows, size_t step, const Selection& selection,
                                     Scratch& scratch, Columns& out) const {
  Emitted emitted;
  size_t breakdowns = funnel_.breakdowns.size();
  for (size_t b = 0; b < breakdowns; ++b) {
    out.found.clear();
    emitted.whole.clear();
    emitted.parts.clear();
    out.values = Segmenter(1);
    TRY(emitters_[step * breakdowns + b]->emit(selection, scratch, &out.values, emitted));
    native::for_segments(rows, step, emitted.split(), [&](uint32_t row, uint32_t segment) {
      out.found.emplace_back(row, out.values.tuple(segment)[0]);
    });
    place_cells(out.found, rows.rows.size(), out.cells[step * breakdowns + b]);
  }
  return {};
}

bool Attribution::passes(std::span<const kernel::Taken> attempt, const Columns& columns) const {
  size_t leaf = 0;
  return !funnel_.where || passes(*funnel_.where, attempt, columns, leaf);
}

// `leaf` moves past all leaves of the filter, whatever they say.
bool Attribution::passes(const Filter& filter, std::span<const kernel::Taken> attempt,
                         const Columns& columns, size_t& leaf) const {
  switch (filter.kind) {
    case Filter::Kind::kAll: {
      bool all = true;
      for (const Filter& child : filter.children) all &= passes(child, attempt, columns, leaf);
      return all;
    }
    case Filter::Kind::kAny: {
      bool any = false;
      for (const Filter& child : filter.children) any |= passes(child, attempt, columns, leaf);
      return any;
    }
    case Filter::Kind::kNot:
      return !passes(filter.children[0], attempt, columns, leaf);
    case Filter::Kind::kTest:
    case Filter::Kind::kAnyElement:
    case Filter::Kind::kAllElements:
      break;
  }
  const std::vector<uint8_t>& tests = columns.tests[leaf++];
  const kernel::Taken* row = attributed(
      attempt, [&](const kernel::Taken& taken) { return (tests[taken.row] & kSet) != 0; });
  return row != nullptr && (tests[row->row] & kPasses) != 0;
}

void Attribution::choose(std::span<const kernel::Taken> attempt, size_t breakdown,
                         Columns& columns) const {
  size_t breakdowns = funnel_.breakdowns.size();
  auto cells_of = [&](const kernel::Taken& taken) {
    return columns.cells[taken.step * breakdowns + breakdown].of(taken.row);
  };
  const kernel::Taken* row = attributed(attempt, [&](const kernel::Taken& taken) {
    return std::ranges::any_of(
        cells_of(taken), [&](uint32_t coordinate) { return coordinate != not_set_[breakdown]; });
  });
  std::vector<uint32_t>& choice = columns.choices[breakdown];
  choice.clear();
  if (row == nullptr) {
    choice.push_back(not_set_[breakdown]);
  } else {
    std::span<const uint32_t> cells = cells_of(*row);
    choice.assign(cells.begin(), cells.end());
  }
}

}  // namespace starling::engine::native
