// Collects the values of one property, batch by batch, and encodes chosen rows of them in a chosen
// order.
//
// Texts are interned as they come, so that a waiting row costs four bytes a text. The type widens
// with what is appended (event::common_type): integers become decimals, numbers become floats,
// objects gain members.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "event/column.h"
#include "store/bytes.h"
#include "store/encoding/numbers.h"
#include "store/snapshot.h"
#include "store/text_interner.h"

namespace starling::store {

// A column ready to be written. A column without any value has a type and nothing else.
struct EncodedColumn {
  event::PropertyType type;
  uint64_t rows = 0;
  bool present = false;
  std::optional<EncodedSection> validity, values, dictionary_offsets, dictionary_bytes;
  std::vector<EncodedColumn> children;
};

// Appends the sections to the file and the column's description (type, then write_layout) to
// `description`.
Result<void> write_column(const EncodedColumn& column, SectionFileWriter& file,
                          ByteWriter& description);

// Encodes texts given in the order of their codes: offsets and bytes.
void encode_texts(const TextInterner& texts, std::span<const uint32_t> order,
                  std::optional<EncodedSection>& offsets, std::optional<EncodedSection>& bytes);

class ColumnBuilder {
 public:
  static constexpr uint32_t kNullRow = 0xFFFFFFFF;

  explicit ColumnBuilder(event::PropertyType type);

  const event::PropertyType& type() const { return type_; }
  uint64_t size() const { return size_; }
  bool is_null(uint64_t row) const;

  void append_nulls(uint64_t count);
  // Fails with kInvalid when there is no common type or a number does not fit the wider one.
  Result<void> append(const event::Column& column);
  Result<void> append(const ColumnReader& column);

  // Row i of the result is row order[i], or null where that is kNullRow.
  EncodedColumn encode(std::span<const uint32_t> order) const;

 private:
  Result<void> widen_to_hold(const event::PropertyType& other);
  Result<void> widen(const event::PropertyType& wider);
  Result<void> widen_members(const event::PropertyType& wider);
  // Appends integers or decimal digits of type `from`; valid is nullptr when all are.
  Result<void> append_integers(std::span<const int64_t> values, const uint8_t* valid,
                               const event::PropertyType& from);
  void append_valid(const uint8_t* valid, size_t count);
  void append_child_nulls();

  EncodedColumn encode_scalar(std::span<const uint32_t> order, uint64_t nulls) const;
  EncodedColumn encode_text(std::span<const uint32_t> order) const;
  EncodedColumn encode_list(std::span<const uint32_t> order, uint64_t nulls) const;

  event::PropertyType type_;
  uint64_t size_ = 0;
  std::vector<uint8_t> valid_;  // empty while there is no null; unused for texts
  std::vector<int64_t> integers_;
  std::vector<double> floats_;
  std::vector<uint32_t> codes_;  // 0 null, else 1 + number in texts_
  TextInterner texts_;
  std::vector<uint64_t> offsets_;
  std::vector<ColumnBuilder> children_;
};

}  // namespace starling::store
