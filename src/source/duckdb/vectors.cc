#include "source/duckdb/vectors.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "base/decimal.h"
#include "source/duckdb/types.h"

namespace starling::source::duckdb {
namespace {

using base::Error;
using event::Column;

bool is_valid(const uint64_t* validity, idx_t row) {
  return validity == nullptr || (validity[row >> 6] >> (row & 63)) & 1;
}

void append_validity(std::vector<uint8_t>& valid, const uint64_t* validity, idx_t from,
                     idx_t count) {
  size_t start = valid.size();
  valid.resize(start + count, 1);
  if (validity == nullptr) return;
  for (idx_t i = 0; i < count; ++i) valid[start + i] = is_valid(validity, from + i);
}

// `convert` gives the number of a cell; it is called for null cells, too, and must not mind what
// stands there.
template <class T, class Convert>
void append_integers(const T* data, const uint64_t* validity, idx_t from, idx_t count, Column& into,
                     Convert convert) {
  append_validity(into.valid, validity, from, count);
  size_t start = into.integers.size();
  into.integers.resize(start + count);
  int64_t* to = into.integers.data() + start;
  for (idx_t i = 0; i < count; ++i) to[i] = convert(data[from + i]);
}

template <class T>
void append_plain(const void* data, const uint64_t* validity, idx_t from, idx_t count,
                  Column& into) {
  append_integers(static_cast<const T*>(data), validity, from, count, into,
                  [](T value) { return static_cast<int64_t>(value); });
}

// Cells where `is_finite` is false become null.
template <class T, class IsFinite>
void void_infinite(const T* data, idx_t from, idx_t count, Column& into, IsFinite is_finite) {
  uint8_t* valid = into.valid.data() + into.valid.size() - count;
  for (idx_t i = 0; i < count; ++i) {
    if (!is_finite(data[from + i])) valid[i] = 0;
  }
}

template <class Convert>
void append_times(const void* cells, const uint64_t* validity, idx_t from, idx_t count,
                  Column& into, Convert convert) {
  auto data = static_cast<const int64_t*>(cells);
  append_integers(data, validity, from, count, into, convert);
  void_infinite(data, from, count, into,
                [](int64_t value) { return value != INT64_MAX && value != -INT64_MAX; });
}

int64_t floor_divide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

void append_dates(const int32_t* data, const uint64_t* validity, idx_t from, idx_t count,
                  Column& into) {
  append_integers(data, validity, from, count, into,
                  [](int32_t days) { return static_cast<int64_t>(days); });
  void_infinite(data, from, count, into,
                [](int32_t days) { return days != INT32_MAX && days != -INT32_MAX; });
}

template <class T>
void append_floats(const void* cells, const uint64_t* validity, idx_t from, idx_t count,
                   Column& into) {
  auto data = static_cast<const T*>(cells);
  append_validity(into.valid, validity, from, count);
  size_t start = into.floats.size();
  into.floats.resize(start + count);
  for (idx_t i = 0; i < count; ++i) {
    bool finite = std::isfinite(data[from + i]);
    into.floats[start + i] = finite ? static_cast<double>(data[from + i]) : 0;
  }
  void_infinite(data, from, count, into, [](T value) { return std::isfinite(value); });
}

// `text_of` gives the text of a cell that is not null.
template <class TextOf>
void append_texts(const uint64_t* validity, idx_t from, idx_t count, Column& into, TextOf text_of) {
  append_validity(into.valid, validity, from, count);
  for (idx_t i = from; i < from + count; ++i) {
    into.texts.push_back(is_valid(validity, i) ? text_of(i) : std::string_view());
  }
}

std::string_view text_of(const duckdb_string_t& cell) {
  uint32_t length = cell.value.inlined.length;
  return {length <= 12 ? cell.value.inlined.inlined : cell.value.pointer.ptr, length};
}

std::string uuid_text(duckdb_hugeint value) {
  uint64_t high = static_cast<uint64_t>(value.upper) ^ (uint64_t{1} << 63);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff,
                     high & 0xffff, value.lower >> 48, value.lower & 0xffffffffffff);
}

base::Int128 wide(duckdb_hugeint value) {
  return (static_cast<base::Int128>(value.upper) << 64) | value.lower;
}

}  // namespace

VectorReader::VectorReader(ColumnInfo info, duckdb_logical_type type)
    : info_(std::move(info)), id_(duckdb_get_type_id(type)), storage_(id_) {
  CHECK(info_.type.has_value());
  if (id_ == DUCKDB_TYPE_DECIMAL) storage_ = duckdb_decimal_internal_type(type);
  if (id_ == DUCKDB_TYPE_ENUM) {
    storage_ = duckdb_enum_internal_type(type);
    for (uint32_t i = 0; i < duckdb_enum_dictionary_size(type); ++i) {
      enum_texts_.push_back(take_text(duckdb_enum_dictionary_value(type, i)));
    }
  }
  if (id_ != DUCKDB_TYPE_LIST && id_ != DUCKDB_TYPE_ARRAY) return;
  if (id_ == DUCKDB_TYPE_ARRAY) array_size_ = duckdb_array_type_array_size(type);
  LogicalType element(id_ == DUCKDB_TYPE_LIST ? duckdb_list_type_child_type(type)
                                              : duckdb_array_type_child_type(type));
  of_structs_ = duckdb_get_type_id(element.get()) == DUCKDB_TYPE_STRUCT;
  if (!of_structs_) {
    members_.emplace_back(column_info(info_.name, element.get()), element.get());
    return;
  }
  for (const event::Member& member : info_.type->members) {
    for (idx_t i = 0; i < duckdb_struct_type_child_count(element.get()); ++i) {
      if (take_text(duckdb_struct_type_child_name(element.get(), i)) != member.name) continue;
      LogicalType child(duckdb_struct_type_child_type(element.get(), i));
      members_.emplace_back(column_info(info_.name + "." + member.name, child.get()), child.get());
      struct_positions_.push_back(i);
    }
  }
}

Result<void> VectorReader::append(duckdb_vector vector, idx_t from, idx_t count,
                                  Column& into) const {
  if (count == 0) return {};
  if (id_ == DUCKDB_TYPE_LIST) return append_list(vector, from, count, into);
  if (id_ == DUCKDB_TYPE_ARRAY) return append_array(vector, from, count, into);
  const void* data = duckdb_vector_get_data(vector);
  const uint64_t* validity = duckdb_vector_get_validity(vector);
  if (id_ == DUCKDB_TYPE_ENUM) {
    append_texts(validity, from, count, into, [&](idx_t i) -> std::string_view {
      if (storage_ == DUCKDB_TYPE_UTINYINT)
        return enum_texts_[static_cast<const uint8_t*>(data)[i]];
      if (storage_ == DUCKDB_TYPE_USMALLINT)
        return enum_texts_[static_cast<const uint16_t*>(data)[i]];
      return enum_texts_[static_cast<const uint32_t*>(data)[i]];
    });
    return {};
  }
  switch (storage_) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_UTINYINT:
      append_plain<uint8_t>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_TINYINT:
      append_plain<int8_t>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_SMALLINT:
      append_plain<int16_t>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_USMALLINT:
      append_plain<uint16_t>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_INTEGER:
      append_plain<int32_t>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_UINTEGER:
      append_plain<uint32_t>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_BIGINT:
      append_plain<int64_t>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_UBIGINT:
      append_plain<uint64_t>(data, validity, from, count, into);
      for (idx_t i = from; i < from + count; ++i) {
        uint64_t value = static_cast<const uint64_t*>(data)[i];
        if (value > INT64_MAX && is_valid(validity, i)) return too_large(fmt::to_string(value));
      }
      return {};
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
      return append_hugeints(static_cast<const duckdb_hugeint*>(data), validity, from, count, into);
    case DUCKDB_TYPE_FLOAT:
      append_floats<float>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_DOUBLE:
      append_floats<double>(data, validity, from, count, into);
      return {};
    case DUCKDB_TYPE_DATE:
      append_dates(static_cast<const int32_t*>(data), validity, from, count, into);
      return {};
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      append_times(data, validity, from, count, into,
                   [](int64_t us) { return floor_divide(us, 1000); });
      return {};
    case DUCKDB_TYPE_TIMESTAMP_S:
      append_times(data, validity, from, count, into,
                   [](int64_t s) { return static_cast<int64_t>(static_cast<uint64_t>(s) * 1000); });
      return {};
    case DUCKDB_TYPE_TIMESTAMP_MS:
      append_times(data, validity, from, count, into, [](int64_t ms) { return ms; });
      return {};
    case DUCKDB_TYPE_TIMESTAMP_NS:
      append_times(data, validity, from, count, into,
                   [](int64_t ns) { return floor_divide(ns, 1'000'000); });
      return {};
    case DUCKDB_TYPE_VARCHAR: {
      auto cells = static_cast<const duckdb_string_t*>(data);
      append_texts(validity, from, count, into, [&](idx_t i) { return text_of(cells[i]); });
      return {};
    }
    case DUCKDB_TYPE_UUID: {
      auto cells = static_cast<const duckdb_hugeint*>(data);
      std::string text;
      append_texts(validity, from, count, into, [&](idx_t i) -> std::string_view {
        text = uuid_text(cells[i]);
        return text;
      });
      return {};
    }
    default:
      break;
  }
  return Error{Error::Code::kUnsupported, fmt::format(R"(column "{}": values of {} cannot be read)",
                                                      info_.name, info_.native_type)};
}

Result<void> VectorReader::append_hugeints(const duckdb_hugeint* data, const uint64_t* validity,
                                           idx_t from, idx_t count, Column& into) const {
  append_integers(data, validity, from, count, into,
                  [](duckdb_hugeint value) { return static_cast<int64_t>(value.lower); });
  for (idx_t i = from; i < from + count; ++i) {
    int64_t low = static_cast<int64_t>(data[i].lower);
    if (data[i].upper == (low < 0 ? -1 : 0) || !is_valid(validity, i)) continue;
    base::Decimal value{wide(data[i]), info_.type->scale};
    return too_large(value.text());
  }
  return {};
}

Result<void> VectorReader::too_large(const std::string& value) const {
  return Error{
      Error::Code::kInvalid,
      fmt::format(R"(column "{}" ({}) holds {}, which needs more than 64 bits; )"
                  "cast it in the model, e.g. {{sql: \"cast({} as double)\"}}, or as varchar",
                  info_.name, info_.native_type, value, info_.name)};
}

// The rows' elements usually stand one after another, so that a whole vector is one run; where they
// do not, each run of neighbours is appended by itself.
Result<void> VectorReader::append_list(duckdb_vector vector, idx_t from, idx_t count,
                                       Column& into) const {
  auto entries = static_cast<const duckdb_list_entry*>(duckdb_vector_get_data(vector));
  const uint64_t* validity = duckdb_vector_get_validity(vector);
  duckdb_vector elements = duckdb_list_vector_get_child(vector);
  append_validity(into.valid, validity, from, count);
  uint64_t end = into.offsets.back();
  idx_t run_from = 0, run_count = 0;
  for (idx_t i = from; i < from + count; ++i) {
    if (is_valid(validity, i) && entries[i].length > 0) {
      if (run_count > 0 && entries[i].offset != run_from + run_count) {
        TRY(append_elements(elements, run_from, run_count, into));
        run_count = 0;
      }
      if (run_count == 0) run_from = entries[i].offset;
      run_count += entries[i].length;
      end += entries[i].length;
    }
    into.offsets.push_back(end);
  }
  return append_elements(elements, run_from, run_count, into);
}

Result<void> VectorReader::append_array(duckdb_vector vector, idx_t from, idx_t count,
                                        Column& into) const {
  const uint64_t* validity = duckdb_vector_get_validity(vector);
  duckdb_vector elements = duckdb_array_vector_get_child(vector);
  append_validity(into.valid, validity, from, count);
  for (idx_t i = from; i < from + count; ++i) {
    bool valid = is_valid(validity, i);
    if (valid) TRY(append_elements(elements, i * array_size_, array_size_, into));
    into.offsets.push_back(into.offsets.back() + (valid ? array_size_ : 0));
  }
  return {};
}

Result<void> VectorReader::append_elements(duckdb_vector elements, idx_t from, idx_t count,
                                           Column& into) const {
  for (size_t i = 0; i < members_.size(); ++i) {
    duckdb_vector member =
        of_structs_ ? duckdb_struct_vector_get_child(elements, struct_positions_[i]) : elements;
    TRY(members_[i].append(member, from, count, into.children[i]));
  }
  return {};
}

}  // namespace starling::source::duckdb
