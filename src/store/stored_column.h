// Reads a column of a mapped file, whatever its encoding.
#pragma once

#include <memory>
#include <vector>

#include "store/bytes.h"
#include "store/section_file.h"
#include "store/snapshot.h"
#include "store/stored_texts.h"

namespace starling::store {

class StoredColumn : public ColumnReader {
 public:
  // Reads a column's description as write_column() wrote it. The file must outlive the column.
  // kCorrupt when sections are missing or disagree; the contents are checked by check_contents().
  static Result<std::unique_ptr<StoredColumn>> read(const SectionFile& file,
                                                    ByteReader& description);

  // Whether every code and offset points inside. REQUIRES: the checksums fit, and this is called
  // before anything is read.
  Result<void> check_contents() const;
  // Whether any row has a value.
  bool present() const { return present_; }

  const event::PropertyType& type() const override { return type_; }
  uint64_t size() const override { return rows_; }
  bool has_nulls() const override;
  void valid(uint64_t first, size_t count, uint8_t* out) const override;
  void integers(uint64_t first, size_t count, int64_t* out) const override;
  void floats(uint64_t first, size_t count, double* out) const override;
  void codes(uint64_t first, size_t count, uint32_t* out) const override;
  uint32_t dictionary_size() const override { return dictionary_.size(); }
  std::string_view dictionary(uint32_t index) const override { return dictionary_[index]; }
  void offsets(uint64_t first, size_t count, uint64_t* out) const override;
  const ColumnReader& child(size_t member) const override { return *children_[member]; }
  event::Value value(uint64_t row) const override;

  // One line a section, for dump().
  void describe(std::string_view name, std::string& out) const;

 private:
  struct Array {
    const Section* section = nullptr;
    const std::byte* bytes = nullptr;
  };

  StoredColumn(const SectionFile& file, event::PropertyType type)
      : file_(file), type_(std::move(type)) {}
  Result<void> read_layout(ByteReader& description);
  Result<Array> array(uint32_t index, SectionRole role, Encoding encoding, uint64_t count) const;

  const SectionFile& file_;
  event::PropertyType type_;
  uint64_t rows_ = 0;
  bool present_ = false;
  Array validity_, values_;
  StoredTexts dictionary_;
  std::vector<std::unique_ptr<StoredColumn>> children_;
};

// A shorter column seen as one of `rows` rows: those past its end are null (profiles of users who
// came later).
class PaddedColumn : public ColumnReader {
 public:
  // REQUIRES: rows >= column.size(), and the column outlives this.
  PaddedColumn(const ColumnReader& column, uint64_t rows) : column_(column), rows_(rows) {}

  const event::PropertyType& type() const override { return column_.type(); }
  uint64_t size() const override { return rows_; }
  bool has_nulls() const override { return rows_ > column_.size() || column_.has_nulls(); }
  void valid(uint64_t first, size_t count, uint8_t* out) const override;
  void integers(uint64_t first, size_t count, int64_t* out) const override;
  void floats(uint64_t first, size_t count, double* out) const override;
  void codes(uint64_t first, size_t count, uint32_t* out) const override;
  uint32_t dictionary_size() const override { return column_.dictionary_size(); }
  std::string_view dictionary(uint32_t index) const override { return column_.dictionary(index); }
  void offsets(uint64_t first, size_t count, uint64_t* out) const override;
  const ColumnReader& child(size_t member) const override { return column_.child(member); }
  event::Value value(uint64_t row) const override;

 private:
  size_t stored(uint64_t first, size_t count) const;  // how many of the rows asked for are stored

  const ColumnReader& column_;
  uint64_t rows_;
};

}  // namespace starling::store
