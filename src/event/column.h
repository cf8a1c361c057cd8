// A column of values in memory, as sources fill it and the store takes it.
//
// Row i is null where valid[i] is 0. Booleans, integers, decimals (scaled digits), dates (days) and
// times (ms) stand in `integers`, floats in `floats`, texts in `texts`. A list column holds offsets
// into its children: row i's elements are [offsets[i], offsets[i + 1]) of `children[0]` (kList) or
// of each child (kObjects: one child a member, in type order). An empty list is not null but is
// "not set" (reports.md §8.9).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/value.h"

namespace starling::event {

// Texts one after another in one buffer.
class TextColumn {
 public:
  size_t size() const { return offsets_.size() - 1; }
  std::string_view operator[](size_t row) const {
    return std::string_view(bytes_).substr(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }
  void push_back(std::string_view text) {
    bytes_.append(text);
    offsets_.push_back(bytes_.size());
  }
  void clear() {
    bytes_.clear();
    offsets_.assign(1, 0);
  }

 private:
  std::string bytes_;
  std::vector<uint64_t> offsets_ = {0};
};

struct Column {
  PropertyType type;
  std::vector<uint8_t> valid;
  std::vector<int64_t> integers;
  std::vector<double> floats;
  TextColumn texts;
  std::vector<uint64_t> offsets;  // kList, kObjects: size() + 1 entries
  std::vector<Column> children;

  explicit Column(PropertyType of_type);

  size_t size() const { return valid.size(); }
  void push_null();
  void push_integer(int64_t value);  // boolean, integer, decimal digits, date days, time ms
  void push_float(double value);
  void push_text(std::string_view value);
  // Appends `value`, which must fit the type (integers widen to decimal and float); false when it
  // does not.
  bool push(const Value& value);
  // Appends row `row` of a column of the same type.
  void push_from(const Column& other, size_t row);
  // Ends a list row whose elements have been pushed into the children.
  void end_list();

  Value value(size_t row) const;
};

}  // namespace starling::event
