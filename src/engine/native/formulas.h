// Custom properties (docs/semantics/custom_properties.md): each formula is worked out once for the
// rows of a table, or for all users, and is then read like any other column.
//
// Time: one evaluation a row, by all threads; rows whose references read the same as those of a row
// not long before take its value. Memory: eight bytes a row (four for texts) and a byte, and each
// different text once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "query/property_formula.h"
#include "store/snapshot.h"

namespace starling::engine::native {

class Question;

// Values in memory. Never a list.
class ComputedColumn : public store::ColumnReader {
 public:
  ComputedColumn(event::PropertyType type, uint64_t size);

  const event::PropertyType& type() const override { return type_; }
  uint64_t size() const override { return valid_.size(); }
  bool has_nulls() const override { return true; }
  void valid(uint64_t first, size_t count, uint8_t* out) const override;
  void integers(uint64_t first, size_t count, int64_t* out) const override;
  void floats(uint64_t first, size_t count, double* out) const override;
  void codes(uint64_t first, size_t count, uint32_t* out) const override;
  uint32_t dictionary_size() const override { return static_cast<uint32_t>(dictionary_.size()); }
  std::string_view dictionary(uint32_t index) const override { return dictionary_[index]; }
  void offsets(uint64_t first, size_t count, uint64_t* out) const override;
  const store::ColumnReader& child(size_t member) const override;
  event::Value value(uint64_t row) const override;

  // Neighbouring rows, by one thread; different ranges may be set at the same time. Texts come as
  // numbers of the range's own list, from 1, until finish_texts makes them codes.
  // REQUIRES: the value is null or has the column's type.
  void set(uint64_t row, const event::Value& value, std::map<std::string, uint32_t>& texts);
  // Takes row `from`'s value.
  void copy(uint64_t row, uint64_t from);
  // Range i begins at first[i] and numbered texts[i]; ranges come in order and cover all rows.
  void finish_texts(const std::vector<uint64_t>& first,
                    const std::vector<std::map<std::string, uint32_t>>& texts);

 private:
  event::PropertyType type_;
  std::vector<uint8_t> valid_;
  std::vector<int64_t> integers_;
  std::vector<double> floats_;
  std::vector<uint32_t> codes_;
  std::vector<std::string> dictionary_;
};

// Planning only: called on one thread, works on all of the question's.
class Formulas {
 public:
  // One row a row of the table or, without one, a user. Cancelled questions get a column of nulls.
  // REQUIRES: a formula of users, or a table.
  const store::ColumnReader* column(Question& question, const query::PropertyFormula& formula,
                                    const store::EventTable* table);

 private:
  std::map<std::pair<const query::PropertyFormula*, const store::EventTable*>,
           std::unique_ptr<ComputedColumn>>
      columns_;
};

}  // namespace starling::engine::native
