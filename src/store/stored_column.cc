#include "store/stored_column.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/encoding/numbers.h"

namespace starling::store {
namespace {

using event::Type;

constexpr size_t kChunk = 16384;
constexpr uint64_t kRowsMax = uint64_t{1} << 48;

}  // namespace

Result<std::unique_ptr<StoredColumn>> StoredColumn::read(const SectionFile& file,
                                                         ByteReader& description) {
  std::unique_ptr<StoredColumn> column(new StoredColumn(file, description.type()));
  TRY(column->read_layout(description));
  return column;
}

Result<StoredColumn::Array> StoredColumn::array(uint32_t index, SectionRole role, Encoding encoding,
                                                uint64_t count) const {
  const Section* section = TRY(file_.section(index, role));
  bool packed = section->encoding == Encoding::kPacked && encoding == Encoding::kNumbers;
  if (section->encoding != encoding && !packed)
    return file_.corrupt(*section, "has an unexpected encoding");
  if (section->count != count) {
    return file_.corrupt(*section,
                         fmt::format("has {} entries where {} should be", section->count, count));
  }
  return Array{section, file_.bytes(*section).data()};
}

Result<void> StoredColumn::read_layout(ByteReader& description) {
  uint8_t present = description.u8();
  rows_ = description.u64();
  if (description.failed() || present > 1 || rows_ > kRowsMax) {
    return file_.corrupt("has a column description that cannot be read");
  }
  present_ = present == 1;
  if (!present_) {
    for (const event::Member& member : type_.members) {
      children_.emplace_back(new StoredColumn(file_, member.type));
    }
    return {};
  }
  uint32_t validity = description.u32(), values = description.u32();
  uint32_t dictionary_offsets = description.u32(), dictionary_bytes = description.u32();
  if (description.failed()) return file_.corrupt("has a column description that cannot be read");
  if (validity != kNoSection)
    validity_ = TRY(array(validity, SectionRole::kValidity, Encoding::kBits, rows_));
  Encoding encoding = type_.type == Type::kFloat ? Encoding::kFloats : Encoding::kNumbers;
  values_ = TRY(array(values, SectionRole::kValues, encoding, type_.is_list() ? rows_ + 1 : rows_));
  if (type_.type == Type::kText)
    dictionary_ = TRY(StoredTexts::read(file_, dictionary_offsets, dictionary_bytes));
  for (const event::Member& member : type_.members) {
    children_.emplace_back(new StoredColumn(file_, member.type));
    TRY(children_.back()->read_layout(description));
    if (children_.back()->rows_ != children_.front()->rows_) {
      return file_.corrupt("has list members of different lengths");
    }
  }
  return {};
}

Result<void> StoredColumn::check_contents() const {
  if (!present_) return {};
  if (type_.type == Type::kText) {
    TRY(dictionary_.check_contents(file_));
    std::vector<uint32_t> chunk(kChunk);
    for (uint64_t first = 0; first < rows_; first += kChunk) {
      size_t count = std::min<uint64_t>(kChunk, rows_ - first);
      decode_numbers(*values_.section, values_.bytes, first, count, chunk.data());
      uint32_t greatest = 0;
      for (size_t i = 0; i < count; ++i) greatest = std::max(greatest, chunk[i]);
      if (greatest > dictionary_.size())
        return file_.corrupt(*values_.section, "has a code that its dictionary lacks");
    }
  }
  if (type_.is_list()) {
    TRY(check_rising(file_, *values_.section,
                     children_.empty() ? UINT64_MAX : children_[0]->rows_));
  }
  for (const auto& child : children_) TRY(child->check_contents());
  return {};
}

bool StoredColumn::has_nulls() const {
  if (!present_) return rows_ > 0;
  if (type_.type == Type::kText) return values_.section->base == 0;
  return validity_.section != nullptr;
}

void StoredColumn::valid(uint64_t first, size_t count, uint8_t* out) const {
  if (!present_) {
    std::fill_n(out, count, uint8_t{0});
  } else if (type_.type == Type::kText && values_.section->base == 0) {
    uint32_t chunk[1024];
    for (size_t done = 0; done < count;) {
      size_t step = std::min(count - done, std::size(chunk));
      codes(first + done, step, chunk);
      for (size_t i = 0; i < step; ++i) out[done + i] = chunk[i] != 0;
      done += step;
    }
  } else if (validity_.section != nullptr) {
    decode_bits(validity_.bytes, first, count, out);
  } else {
    std::fill_n(out, count, uint8_t{1});
  }
}

void StoredColumn::integers(uint64_t first, size_t count, int64_t* out) const {
  if (!present_) {
    std::fill_n(out, count, int64_t{0});
    return;
  }
  decode_numbers(*values_.section, values_.bytes, first, count, out);
  if (validity_.section == nullptr) return;
  const auto* bits = reinterpret_cast<const uint8_t*>(validity_.bytes);
  for (size_t i = 0; i < count; ++i) {
    uint64_t at = first + i;
    out[i] &= -static_cast<int64_t>((bits[at / 8] >> (at % 8)) & 1);
  }
}

void StoredColumn::floats(uint64_t first, size_t count, double* out) const {
  if (!present_) {
    std::fill_n(out, count, 0.0);
    return;
  }
  std::copy_n(reinterpret_cast<const double*>(values_.bytes) + first, count, out);
}

void StoredColumn::codes(uint64_t first, size_t count, uint32_t* out) const {
  if (!present_) {
    std::fill_n(out, count, uint32_t{0});
    return;
  }
  decode_numbers(*values_.section, values_.bytes, first, count, out);
}

void StoredColumn::offsets(uint64_t first, size_t count, uint64_t* out) const {
  if (!present_) {
    std::fill_n(out, count + 1, uint64_t{0});
    return;
  }
  decode_numbers(*values_.section, values_.bytes, first, count + 1, out);
}

event::Value StoredColumn::value(uint64_t row) const {
  uint8_t is_valid = 0;
  valid(row, 1, &is_valid);
  if (!is_valid) return {};
  int64_t number = 0;
  switch (type_.type) {
    case Type::kBoolean:
      integers(row, 1, &number);
      return {number != 0};
    case Type::kInteger:
      integers(row, 1, &number);
      return {number};
    case Type::kDecimal:
      integers(row, 1, &number);
      return {base::Decimal{number, type_.scale}};
    case Type::kDate:
      integers(row, 1, &number);
      return {base::Date{static_cast<int32_t>(number)}};
    case Type::kTime:
      integers(row, 1, &number);
      return {base::TimeMs{number}};
    case Type::kFloat: {
      double value = 0;
      floats(row, 1, &value);
      return {value};
    }
    case Type::kText: {
      uint32_t code = 0;
      codes(row, 1, &code);
      return {std::string(dictionary(code - 1))};
    }
    case Type::kList: {
      uint64_t ends[2];
      offsets(row, 1, ends);
      event::Values values;
      for (uint64_t i = ends[0]; i < ends[1]; ++i) values.push_back(children_[0]->value(i));
      return {std::move(values)};
    }
    case Type::kObjects: {
      uint64_t ends[2];
      offsets(row, 1, ends);
      std::vector<event::Object> objects(ends[1] - ends[0]);
      for (size_t member = 0; member < children_.size(); ++member) {
        for (uint64_t i = ends[0]; i < ends[1]; ++i) {
          event::Value value = children_[member]->value(i);
          if (!value.is_null())
            objects[i - ends[0]].emplace_back(type_.members[member].name, std::move(value));
        }
      }
      return {std::move(objects)};
    }
  }
  return {};
}

void StoredColumn::describe(std::string_view name, std::string& out) const {
  out += fmt::format("    {}: {}{}, {} rows{}\n", name, event::type_name(type_.type),
                     type_.type == Type::kDecimal ? fmt::format("({})", type_.scale) : "", rows_,
                     present_ ? "" : ", no values");
  for (const Section* found :
       {validity_.section, values_.section, dictionary_.offsets(), dictionary_.bytes()}) {
    if (found == nullptr) continue;
    out += fmt::format("      {}\n", store::describe(*found));
  }
  for (size_t i = 0; i < children_.size(); ++i) {
    children_[i]->describe(fmt::format("{}[].{}", name, type_.members[i].name), out);
  }
}

size_t PaddedColumn::stored(uint64_t first, size_t count) const {
  if (first >= column_.size()) return 0;
  return std::min<uint64_t>(count, column_.size() - first);
}

void PaddedColumn::valid(uint64_t first, size_t count, uint8_t* out) const {
  size_t there = stored(first, count);
  if (there > 0) column_.valid(first, there, out);
  std::fill(out + there, out + count, uint8_t{0});
}

void PaddedColumn::integers(uint64_t first, size_t count, int64_t* out) const {
  size_t there = stored(first, count);
  if (there > 0) column_.integers(first, there, out);
  std::fill(out + there, out + count, int64_t{0});
}

void PaddedColumn::floats(uint64_t first, size_t count, double* out) const {
  size_t there = stored(first, count);
  if (there > 0) column_.floats(first, there, out);
  std::fill(out + there, out + count, 0.0);
}

void PaddedColumn::codes(uint64_t first, size_t count, uint32_t* out) const {
  size_t there = stored(first, count);
  if (there > 0) column_.codes(first, there, out);
  std::fill(out + there, out + count, uint32_t{0});
}

void PaddedColumn::offsets(uint64_t first, size_t count, uint64_t* out) const {
  uint64_t from = std::min(first, column_.size());
  size_t there = stored(first, count);
  column_.offsets(from, there, out);
  std::fill(out + there + 1, out + count + 1, out[there]);
}

event::Value PaddedColumn::value(uint64_t row) const {
  return row < column_.size() ? column_.value(row) : event::Value{};
}

}  // namespace starling::store
