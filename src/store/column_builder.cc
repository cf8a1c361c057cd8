#include "store/column_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.h"
#include "base/radix_sort.h"

namespace starling::store {

using base::KeyedRow;
namespace {

using event::Type;

constexpr size_t kChunk = 65536;

bool is_integer_like(Type type) {
  return type == Type::kBoolean || type == Type::kInteger || type == Type::kDecimal ||
         type == Type::kDate || type == Type::kTime;
}

Error does_not_fit(int64_t digits, uint8_t from_scale, uint8_t to_scale) {
  return {Error::Code::kInvalid,
          fmt::format("the number {} is too large for {} digits behind the point",
                      base::Decimal{digits, from_scale}.text(), to_scale)};
}

double as_float(int64_t digits, const event::PropertyType& from) {
  if (from.type == Type::kInteger) return static_cast<double>(digits);
  return base::Decimal{digits, from.scale}.to_double();
}

int scale_of(const event::PropertyType& type) {
  return type.type == Type::kDecimal ? type.scale : 0;
}

// First eight bytes, so that most texts are ordered by comparing one number.
uint64_t prefix(std::string_view text) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) {
    value = value << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0);
  }
  return value;
}

// The given texts' numbers in the order of their UTF-8 bytes.
std::vector<uint32_t> sorted(const TextInterner& texts, const std::vector<uint32_t>& chosen) {
  std::vector<KeyedRow> rows;
  rows.reserve(chosen.size());
  for (uint32_t index : chosen) rows.push_back({prefix(texts[index]), index});
  base::radix_sort(rows);
  for (size_t first = 0; first < rows.size();) {
    size_t end = first + 1;
    while (end < rows.size() && rows[end].key == rows[first].key) ++end;
    std::sort(rows.begin() + first, rows.begin() + end,
              [&](const KeyedRow& a, const KeyedRow& b) { return texts[a.row] < texts[b.row]; });
    first = end;
  }
  std::vector<uint32_t> order;
  order.reserve(rows.size());
  for (const KeyedRow& row : rows) order.push_back(row.row);
  return order;
}

Result<uint32_t> write_section(const std::optional<EncodedSection>& encoded,
                               SectionFileWriter& file) {
  if (!encoded) return kNoSection;
  return file.add(encoded->section, encoded->bytes);
}

Result<void> write_layout(const EncodedColumn& column, SectionFileWriter& file,
                          ByteWriter& description) {
  description.u8(column.present);
  description.u64(column.rows);
  if (!column.present) return {};
  description.u32(TRY(write_section(column.validity, file)));
  description.u32(TRY(write_section(column.values, file)));
  description.u32(TRY(write_section(column.dictionary_offsets, file)));
  description.u32(TRY(write_section(column.dictionary_bytes, file)));
  for (const EncodedColumn& child : column.children) TRY(write_layout(child, file, description));
  return {};
}

}  // namespace

Result<void> write_column(const EncodedColumn& column, SectionFileWriter& file,
                          ByteWriter& description) {
  description.type(column.type);
  return write_layout(column, file, description);
}

void encode_texts(const TextInterner& texts, std::span<const uint32_t> order,
                  std::optional<EncodedSection>& offsets, std::optional<EncodedSection>& bytes) {
  std::vector<uint64_t> ends(order.size() + 1, 0);
  for (size_t i = 0; i < order.size(); ++i) ends[i + 1] = ends[i] + texts[order[i]].size();
  offsets = encode_numbers(SectionRole::kDictionaryOffsets, ends.size(), 0,
                           static_cast<int64_t>(ends.back()), [&](size_t i) { return ends[i]; });
  bytes.emplace();
  bytes->section = {SectionRole::kDictionaryBytes, Encoding::kBytes, 1, ends.back()};
  bytes->bytes.resize(ends.back());
  for (size_t i = 0; i < order.size(); ++i) {
    std::string_view text = texts[order[i]];
    if (!text.empty()) std::memcpy(bytes->bytes.data() + ends[i], text.data(), text.size());
  }
}

ColumnBuilder::ColumnBuilder(event::PropertyType type) : type_(std::move(type)) {
  if (!type_.is_list()) return;
  offsets_.push_back(0);
  for (const event::Member& member : type_.members) children_.emplace_back(member.type);
}

bool ColumnBuilder::is_null(uint64_t row) const {
  if (type_.type == Type::kText) return codes_[row] == 0;
  return !valid_.empty() && valid_[row] == 0;
}

void ColumnBuilder::append_valid(const uint8_t* valid, size_t count) {
  bool all = valid == nullptr || std::find(valid, valid + count, 0) == valid + count;
  if (all && valid_.empty()) return;
  if (valid_.empty()) valid_.assign(size_, 1);
  if (all) {
    valid_.insert(valid_.end(), count, 1);
  } else {
    valid_.insert(valid_.end(), valid, valid + count);
  }
}

void ColumnBuilder::append_nulls(uint64_t count) {
  if (count == 0) return;
  if (type_.type == Type::kText) {
    codes_.insert(codes_.end(), count, 0);
  } else {
    if (valid_.empty()) valid_.assign(size_, 1);
    valid_.insert(valid_.end(), count, 0);
    if (type_.is_list()) {
      offsets_.insert(offsets_.end(), count, offsets_.back());
    } else if (type_.type == Type::kFloat) {
      floats_.insert(floats_.end(), count, 0);
    } else {
      integers_.insert(integers_.end(), count, 0);
    }
  }
  size_ += count;
}

Result<void> ColumnBuilder::widen_to_hold(const event::PropertyType& other) {
  if (other == type_) return {};
  auto wider = event::common_type(type_, other);
  if (!wider) {
    return Error{Error::Code::kInvalid,
                 fmt::format("it is {} here and was {} before", event::type_name(other.type),
                             event::type_name(type_.type))};
  }
  return widen(*wider);
}

Result<void> ColumnBuilder::widen(const event::PropertyType& wider) {
  if (wider == type_) return {};
  if (type_.is_list()) return widen_members(wider);
  if (wider.type == Type::kFloat) {
    floats_.reserve(integers_.size());
    for (size_t i = 0; i < size_; ++i)
      floats_.push_back(is_null(i) ? 0 : as_float(integers_[i], type_));
    integers_ = {};
  } else {
    int from = scale_of(type_), to = scale_of(wider);
    for (size_t i = 0; i < size_; ++i) {
      int64_t value = is_null(i) ? 0 : integers_[i];
      auto digits = base::rescale(value, from, to);
      if (!digits || *digits != static_cast<int64_t>(*digits)) return does_not_fit(value, from, to);
      integers_[i] = static_cast<int64_t>(*digits);
    }
  }
  type_ = wider;
  return {};
}

Result<void> ColumnBuilder::widen_members(const event::PropertyType& wider) {
  std::vector<ColumnBuilder> children;
  for (const event::Member& member : wider.members) {
    auto same = std::find_if(type_.members.begin(), type_.members.end(),
                             [&](const event::Member& old) { return old.name == member.name; });
    if (same == type_.members.end()) {
      children.emplace_back(member.type);
      children.back().append_nulls(offsets_.back());
      continue;
    }
    children.push_back(std::move(children_[same - type_.members.begin()]));
    TRY(children.back().widen(member.type));
  }
  children_ = std::move(children);
  type_ = wider;
  return {};
}

Result<void> ColumnBuilder::append_integers(std::span<const int64_t> values, const uint8_t* valid,
                                            const event::PropertyType& from) {
  append_valid(valid, values.size());
  if (type_.type == Type::kFloat) {
    for (size_t i = 0; i < values.size(); ++i) {
      floats_.push_back(valid == nullptr || valid[i] ? as_float(values[i], from) : 0);
    }
  } else if (scale_of(from) == scale_of(type_)) {
    integers_.insert(integers_.end(), values.begin(), values.end());
  } else {
    for (size_t i = 0; i < values.size(); ++i) {
      int64_t value = valid == nullptr || valid[i] ? values[i] : 0;
      auto digits = base::rescale(value, scale_of(from), scale_of(type_));
      if (!digits || *digits != static_cast<int64_t>(*digits)) {
        return does_not_fit(value, scale_of(from), scale_of(type_));
      }
      integers_.push_back(static_cast<int64_t>(*digits));
    }
  }
  size_ += values.size();
  return {};
}

// Members that the rows appended just now do not have.
void ColumnBuilder::append_child_nulls() {
  for (ColumnBuilder& child : children_) child.append_nulls(offsets_.back() - child.size());
}

Result<void> ColumnBuilder::append(const event::Column& column) {
  TRY(widen_to_hold(column.type));
  size_t count = column.size();
  if (is_integer_like(column.type.type))
    return append_integers(column.integers, column.valid.data(), column.type);
  if (column.type.type == Type::kText) {
    std::vector<uint32_t> indices;
    texts_.intern_all(column.texts, indices);
    for (size_t i = 0; i < count; ++i) codes_.push_back(column.valid[i] ? indices[i] + 1 : 0);
  } else {
    append_valid(column.valid.data(), count);
    if (column.type.type == Type::kFloat) {
      floats_.insert(floats_.end(), column.floats.begin(), column.floats.end());
    } else {
      uint64_t start = offsets_.back(), first = column.offsets.front();
      for (size_t i = 0; i < count; ++i) offsets_.push_back(start + column.offsets[i + 1] - first);
      for (size_t i = 0; i < children_.size(); ++i) {
        auto same =
            std::find_if(column.type.members.begin(), column.type.members.end(),
                         [&](const event::Member& m) { return m.name == type_.members[i].name; });
        if (same == column.type.members.end()) continue;
        TRY(children_[i].append(column.children[same - column.type.members.begin()]));
      }
      append_child_nulls();
    }
  }
  size_ += count;
  return {};
}

Result<void> ColumnBuilder::append(const ColumnReader& column) {
  const event::PropertyType& from = column.type();
  TRY(widen_to_hold(from));
  std::vector<uint32_t> recode;
  if (from.type == Type::kText) {
    recode.push_back(0);
    for (uint32_t i = 0; i < column.dictionary_size(); ++i)
      recode.push_back(texts_.intern(column.dictionary(i)).index + 1);
  }
  uint64_t start = from.is_list() ? offsets_.back() : 0;
  std::vector<uint8_t> valid(kChunk);
  std::vector<int64_t> integers(kChunk);
  std::vector<uint64_t> ends(kChunk + 1);
  for (uint64_t first = 0; first < column.size(); first += kChunk) {
    size_t count = std::min<uint64_t>(kChunk, column.size() - first);
    if (from.type == Type::kText) {
      codes_.resize(size_ + count);
      column.codes(first, count, codes_.data() + size_);
      for (size_t i = size_; i < codes_.size(); ++i) codes_[i] = recode[codes_[i]];
      size_ += count;
      continue;
    }
    column.valid(first, count, valid.data());
    if (is_integer_like(from.type)) {
      column.integers(first, count, integers.data());
      TRY(append_integers({integers.data(), count}, valid.data(), from));
      continue;
    }
    append_valid(valid.data(), count);
    if (from.type == Type::kFloat) {
      floats_.resize(size_ + count);
      column.floats(first, count, floats_.data() + size_);
    } else {
      column.offsets(first, count, ends.data());
      for (size_t i = 0; i < count; ++i) offsets_.push_back(start + ends[i + 1]);
    }
    size_ += count;
  }
  if (!from.is_list()) return {};
  for (size_t i = 0; i < from.members.size(); ++i) {
    for (size_t j = 0; j < children_.size(); ++j) {
      if (type_.members[j].name == from.members[i].name) TRY(children_[j].append(column.child(i)));
    }
  }
  append_child_nulls();
  return {};
}

EncodedColumn ColumnBuilder::encode(std::span<const uint32_t> order) const {
  if (type_.type == Type::kText) return encode_text(order);
  uint64_t nulls = 0;
  for (uint32_t row : order) nulls += row == kNullRow || is_null(row);
  if (nulls == order.size()) return {type_, order.size()};
  EncodedColumn encoded = type_.is_list() ? encode_list(order, nulls) : encode_scalar(order, nulls);
  if (nulls > 0) {
    encoded.validity = encode_bits(SectionRole::kValidity, order.size(), [&](size_t i) {
      return order[i] != kNullRow && !is_null(order[i]);
    });
  }
  return encoded;
}

EncodedColumn ColumnBuilder::encode_scalar(std::span<const uint32_t> order, uint64_t nulls) const {
  EncodedColumn encoded{type_, order.size(), true};
  auto absent = [&](uint32_t row) { return nulls > 0 && (row == kNullRow || is_null(row)); };
  if (type_.type == Type::kFloat) {
    std::vector<double> values;
    values.reserve(order.size());
    for (uint32_t row : order) values.push_back(absent(row) ? 0 : floats_[row]);
    encoded.values = encode_floats(std::move(values));
    return encoded;
  }
  int64_t low = INT64_MAX, high = INT64_MIN;
  for (uint32_t row : order) {
    if (absent(row)) continue;
    low = std::min(low, integers_[row]);
    high = std::max(high, integers_[row]);
  }
  encoded.values = encode_least(SectionRole::kValues, order.size(), low, high, [&](size_t i) {
    return absent(order[i]) ? low : integers_[order[i]];
  });
  return encoded;
}

EncodedColumn ColumnBuilder::encode_text(std::span<const uint32_t> order) const {
  std::vector<uint32_t> recode(texts_.size() + 1,
                               0);  // old code to new; 1 marks a text that is used
  std::vector<uint32_t> used;
  bool has_null = false;
  for (uint32_t row : order) {
    uint32_t code = row == kNullRow ? 0 : codes_[row];
    has_null |= code == 0;
    if (code == 0 || recode[code] != 0) continue;
    recode[code] = 1;
    used.push_back(code - 1);
  }
  if (used.empty()) return {type_, order.size()};
  EncodedColumn encoded{type_, order.size(), true};
  used = sorted(texts_, used);
  for (uint32_t i = 0; i < used.size(); ++i) recode[used[i] + 1] = i + 1;
  encoded.values = encode_least(
      SectionRole::kValues, order.size(), has_null ? 0 : 1, static_cast<int64_t>(used.size()),
      [&](size_t i) { return order[i] == kNullRow ? 0 : recode[codes_[order[i]]]; });
  encode_texts(texts_, used, encoded.dictionary_offsets, encoded.dictionary_bytes);
  return encoded;
}

EncodedColumn ColumnBuilder::encode_list(std::span<const uint32_t> order, uint64_t nulls) const {
  EncodedColumn encoded{type_, order.size(), true};
  std::vector<uint64_t> ends = {0};
  std::vector<uint32_t> elements;
  ends.reserve(order.size() + 1);
  for (uint32_t row : order) {
    if (nulls == 0 || (row != kNullRow && !is_null(row))) {
      for (uint64_t at = offsets_[row]; at < offsets_[row + 1]; ++at)
        elements.push_back(static_cast<uint32_t>(at));
    }
    ends.push_back(elements.size());
  }
  encoded.values =
      encode_least(SectionRole::kValues, ends.size(), 0, static_cast<int64_t>(ends.back()),
                   [&](size_t i) { return ends[i]; });
  for (const ColumnBuilder& child : children_) encoded.children.push_back(child.encode(elements));
  return encoded;
}

}  // namespace starling::store
