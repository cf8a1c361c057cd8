#pragma GCC optimize("O3")
#include "engine/native/emitter.h"

#include <algorithm>

namespace starling::engine::native {

using kernel::Entries;

namespace {

template <class T>
T* extend(std::vector<T>& column, size_t by) {
  size_t before = column.size();
  column.resize(before + by);
  return column.data() + before;
}

}  // namespace

// Everything read of one block: a column a breakdown that gives one value a row, the lists, and the
// values.
struct Emitter::Columns {
  const Block* block = nullptr;
  std::vector<std::vector<uint32_t>>
      coordinates;              // by breakdown; empty for those that look into a list
  std::vector<ListRows> lists;  // parallel to lists_; empty for users' lists
  Values values;                // when the measure gives one value a row
};

// Splits one match after another into segments.
class Emitter::RowSplitter {
 public:
  RowSplitter(const Emitter& emitter, const Columns& columns)
      : emitter_(emitter), columns_(columns) {
    choices_.resize(emitter.breakdowns_.size());
    tuple_.resize(emitter.breakdowns_.size());
  }

  // The list's columns and the row's elements in them.
  struct Elements {
    const ListRows* list;
    size_t begin, end;
  };
  Elements elements(size_t list, uint32_t row) const {
    if (!emitter_.user_lists_[list]) {
      const ListRows& rows = columns_.lists[list];
      return {&rows, rows.offsets[row], rows.offsets[row + 1]};
    }
    const ListRows& rows = *emitter_.user_lists_[list];
    uint32_t user = columns_.block->users[row];
    if (user == store::kNoUser) return {&rows, 0, 0};
    return {&rows, rows.offsets[user], rows.offsets[user + 1]};
  }

  // Calls use(tuple) for every segment of the match; of one element of the measured list when
  // given.
  template <class Use>
  void for_segments(uint32_t row, std::optional<size_t> element, Use use) {
    for (size_t b = 0; b < choices_.size(); ++b) {
      std::vector<uint32_t>& choice = choices_[b];
      choice.clear();
      size_t list = emitter_.breakdowns_[b];
      if (list == kNoList) {
        choice.push_back(columns_.coordinates[b][row]);
      } else if (element && list == emitter_.measured_list_) {
        choice.push_back(elements(list, row).list->coordinates[b][*element]);
      } else {
        choose_all(b, elements(list, row), choice);
      }
    }
    combine(0, use);
  }

 private:
  // The different coordinates of the elements that the filters leave.
  void choose_all(size_t breakdown, Elements elements, std::vector<uint32_t>& choice) const {
    for (size_t i = elements.begin; i < elements.end; ++i) {
      if (elements.list->kept[i]) choice.push_back(elements.list->coordinates[breakdown][i]);
    }
    if (choice.empty()) choice.push_back(emitter_.not_set_[breakdown]);
    if (choice.size() == 1) return;
    std::sort(choice.begin(), choice.end());
    choice.erase(std::unique(choice.begin(), choice.end()), choice.end());
  }

  template <class Use>
  void combine(size_t breakdown, Use use) {
    if (breakdown == choices_.size()) return use(tuple_.data());
    for (uint32_t coordinate : choices_[breakdown]) {
      tuple_[breakdown] = coordinate;
      combine(breakdown + 1, use);
    }
  }

  const Emitter& emitter_;
  const Columns& columns_;
  std::vector<std::vector<uint32_t>> choices_;
  std::vector<uint32_t> tuple_;
};

Result<Emitter::Columns> Emitter::read_columns(const Table& table, const Block& block,
                                               Scratch& scratch) const {
  Columns out;
  out.block = &block;
  out.coordinates.resize(breakdowns_.size());
  for (size_t b = 0; b < breakdowns_.size(); ++b) {
    if (breakdowns_[b] != kNoList) continue;
    out.coordinates[b].resize(block.count);
    table.breakdowns[b].read({block}, scratch, out.coordinates[b].data());
  }
  for (size_t i = 0; i < lists_.size(); ++i) {
    out.lists.push_back(lists_[i].of_user ? ListRows{} : TRY(read_list(table, i, block, scratch)));
  }
  if (measures_ && measured_list_ == kNoList) TRY(table.values->read({block}, scratch, out.values));
  return out;
}

Result<void> Emitter::emit(const Selection& selection, Scratch& scratch, Segmenter* segmenter,
                           Emitted& out) const {
  out.same = splits() && lists_.empty();
  for (const Selection::Part& part : selection.parts) {
    const Scan::Table& scanned = scan_.tables()[part.table];
    const Table& table = tables_[part.table];
    if (lists_.empty()) {
      TRY(emit_rows(table, scanned, part, scratch, segmenter, out));
    } else if (by_elements()) {
      TRY(emit_elements(table, scanned, part, scratch, segmenter, out));
    } else {
      TRY(emit_lists(table, scanned, part, scratch, segmenter, out));
    }
  }
  return {};
}

// Without lists every match is one entry, in one segment.
Result<void> Emitter::emit_rows(const Table& table, const Scan::Table& scanned,
                                const Selection::Part& part, Scratch& scratch, Segmenter* segmenter,
                                Emitted& out) const {
  Columns columns = TRY(read_columns(table, part.block, scratch));
  append_rows(scanned, part, out.whole);
  if (measures_) append_values(columns.values, part.rows, out.whole);
  if (!splits()) return {};
  uint32_t* segments = extend(out.whole.segment, part.rows.size());
  if (breakdowns_.size() == 1) {
    const uint32_t* coordinates = columns.coordinates[0].data();
    for (size_t i = 0; i < part.rows.size(); ++i)
      segments[i] = segmenter->segment(coordinates + part.rows[i]);
    return {};
  }
  std::vector<uint32_t> tuple(breakdowns_.size());
  for (size_t i = 0; i < part.rows.size(); ++i) {
    for (size_t b = 0; b < tuple.size(); ++b) tuple[b] = columns.coordinates[b][part.rows[i]];
    segments[i] = segmenter->segment(tuple.data());
  }
  return {};
}

Result<void> Emitter::emit_lists(const Table& table, const Scan::Table& scanned,
                                 const Selection::Part& part, Scratch& scratch,
                                 Segmenter* segmenter, Emitted& out) const {
  Columns columns = TRY(read_columns(table, part.block, scratch));
  RowSplitter splitter(*this, columns);
  std::vector<std::pair<const Values*, size_t>>
      values;  // of one match; none where the list is empty
  auto append = [&](uint32_t row, const Values* from, size_t at, Entries& entries) {
    append_row(scanned, part.block, row, entries);
    if (!measures_) return;
    bool has = from != nullptr && from->has[at] != 0;
    entries.has.push_back(has ? 1 : 0);
    if (wanted_.floats) {
      entries.floats.push_back(has ? from->floats[at] : 0);
    } else {
      entries.digits.push_back(has ? from->digits[at] : 0);
    }
  };
  for (uint32_t row : part.rows) {
    values.clear();
    if (measures_ && measured_list_ == kNoList) values.emplace_back(&columns.values, row);
    RowSplitter::Elements measured = {nullptr, 0, 0};
    if (measured_list_ != kNoList) measured = splitter.elements(measured_list_, row);
    for (size_t i = measured.begin; i < measured.end; ++i) {
      if (measured.list->kept[i]) values.emplace_back(&measured.list->values, i);
    }
    // A match without a value is an entry all the same: it is there to be counted per user and to
    // make its segment.
    bool no_element = values.empty();
    if (no_element) values.emplace_back(nullptr, 0);
    for (auto [from, at] : values) append(row, from, at, out.whole);
    if (!splits() || (aligned_ && no_element)) continue;
    auto append_parts = [&](std::optional<size_t> element, auto begin, auto end) {
      splitter.for_segments(row, element, [&](const uint32_t* tuple) {
        uint32_t segment = segmenter->segment(tuple);
        for (auto value = begin; value != end; ++value) {
          append(row, value->first, value->second, out.parts);
          out.parts.segment.push_back(segment);
        }
      });
    };
    if (!aligned_) {
      append_parts(std::nullopt, values.begin(), values.end());
      continue;
    }
    for (auto value = values.begin(); value != values.end(); ++value)
      append_parts(value->second, value, value + 1);
  }
  return {};
}

bool Emitter::by_elements() const {
  return breakdowns_.size() == 1 && lists_.size() == 1 && breakdowns_[0] == 0 &&
         !lists_[0].of_user && (!measures_ || aligned_);
}

namespace {

// Makes the numbers from `first` on different from each other.
void make_unique_from(std::vector<uint32_t>& numbers, size_t first) {
  auto begin = numbers.begin() + static_cast<ptrdiff_t>(first);
  if (numbers.size() - first < 2) return;
  std::sort(begin, numbers.end());
  numbers.erase(std::unique(begin, numbers.end()), numbers.end());
}

}  // namespace

Result<void> Emitter::emit_elements(const Table& table, const Scan::Table& scanned,
                                    const Selection::Part& part, Scratch& scratch,
                                    Segmenter* segmenter, Emitted& out) const {
  Columns columns = TRY(read_columns(table, part.block, scratch));
  const ListRows& list = columns.lists[0];
  const std::vector<uint32_t>& coordinates = list.coordinates[0];
  Selection::Part split{part.table, part.block, {}};  // a row an entry
  Selection::Part empty = split;                      // rows without an element
  std::vector<uint32_t> found;                        // by entry: the element, or its coordinate
  for (uint32_t row : part.rows) {
    size_t first = found.size();
    for (uint64_t i = list.offsets[row]; i < list.offsets[row + 1]; ++i) {
      if (list.kept[i]) found.push_back(measures_ ? static_cast<uint32_t>(i) : coordinates[i]);
    }
    if (!measures_) make_unique_from(found, first);
    if (found.size() == first && !measures_) found.push_back(not_set_[0]);
    if (found.size() == first) empty.rows.push_back(row);
    split.rows.resize(found.size(), row);
  }
  append_rows(scanned, split, out.parts);
  uint32_t* segments = extend(out.parts.segment, found.size());
  for (size_t i = 0; i < found.size(); ++i)
    segments[i] = segmenter->segment(measures_ ? &coordinates[found[i]] : &found[i]);
  if (!measures_) {
    append_rows(scanned, part, out.whole);
    return {};
  }
  append_values(list.values, found, out.parts);
  append_rows(scanned, split, out.whole);
  append_values(list.values, found, out.whole);
  // A match without an element is there to be counted per user.
  append_rows(scanned, empty, out.whole);
  std::fill_n(extend(out.whole.has, empty.rows.size()), empty.rows.size(), 0);
  if (wanted_.floats) {
    std::fill_n(extend(out.whole.floats, empty.rows.size()), empty.rows.size(), 0);
  } else {
    std::fill_n(extend(out.whole.digits, empty.rows.size()), empty.rows.size(), 0);
  }
  return {};
}

void Emitter::append_rows(const Scan::Table& scanned, const Selection::Part& part,
                          Entries& out) const {
  size_t count = part.rows.size();
  const uint32_t* rows = part.rows.data();
  const Block& block = part.block;
  uint32_t* user = extend(out.user, count);
  uint32_t* slot = extend(out.slot, count);
  for (size_t i = 0; i < count; ++i) user[i] = block.users[rows[i]];
  if (options_.slots == nullptr) {
    std::fill_n(slot, count, 0);
  } else {
    const TimeIndex& slots = *options_.slots;
    for (size_t i = 0; i < count; ++i) slot[i] = slots.find(block.times[rows[i]]);
  }
  if (options_.with_time || options_.with_order) {
    int64_t* time = extend(out.time, count);
    for (size_t i = 0; i < count; ++i) time[i] = block.times[rows[i]];
  }
  if (!options_.with_order) return;
  const uint64_t* keys = block.table->order_keys().data() + block.first;
  uint64_t* order_key = extend(out.order_key, count);
  for (size_t i = 0; i < count; ++i) order_key[i] = keys[rows[i]];
  std::fill_n(extend(out.rank, count), count, scanned.rank);
}

void Emitter::append_row(const Scan::Table& scanned, const Block& block, uint32_t row,
                         Entries& out) const {
  out.user.push_back(block.users[row]);
  out.slot.push_back(options_.slots == nullptr ? 0 : options_.slots->find(block.times[row]));
  if (options_.with_time || options_.with_order) out.time.push_back(block.times[row]);
  if (!options_.with_order) return;
  out.order_key.push_back(block.table->order_keys()[block.first + row]);
  out.rank.push_back(scanned.rank);
}

void Emitter::append_values(const Values& values, const std::vector<uint32_t>& rows,
                            Entries& out) const {
  uint8_t* has = extend(out.has, rows.size());
  for (size_t i = 0; i < rows.size(); ++i) has[i] = values.has[rows[i]];
  if (wanted_.floats) {
    double* floats = extend(out.floats, rows.size());
    for (size_t i = 0; i < rows.size(); ++i) floats[i] = values.floats[rows[i]];
  } else {
    int64_t* digits = extend(out.digits, rows.size());
    for (size_t i = 0; i < rows.size(); ++i) digits[i] = values.digits[rows[i]];
  }
}

}  // namespace starling::engine::native
