#include "source/clickhouse/blocks.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "base/time.h"

namespace starling::source::clickhouse {
namespace {

using base::Error;
using event::Column;
using event::Type;
using Kind = NativeType::Kind;

constexpr uint64_t kColumnsMax = 100'000;
constexpr size_t kFirstTry = 64 * 1024;

// Reads from the front of some bytes; once they do not suffice, every value is 0 and ok is false.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  size_t read() const { return at_; }

  std::string_view take(uint64_t count) {
    if (count > bytes_.size() - at_) {
      ok_ = false;
      return {};
    }
    std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      std::string_view byte = take(1);
      if (byte.empty()) return 0;
      value |= static_cast<uint64_t>(byte[0] & 0x7F) << shift;
      if ((byte[0] & 0x80) == 0) break;
    }
    return value;
  }
  std::string_view text() { return take(varint()); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

uint64_t unsigned_of(std::string_view bytes) {
  uint64_t value = 0;
  if (!bytes.empty()) std::memcpy(&value, bytes.data(), std::min<size_t>(bytes.size(), 8));
  return value;
}

int64_t signed_of(std::string_view bytes) {
  int unused = 64 - 8 * static_cast<int>(std::min<size_t>(bytes.size(), 8));
  return static_cast<int64_t>(unsigned_of(bytes) << unused) >> unused;
}

// Whether the bytes beyond the first eight say nothing new.
bool fits_64_bits(std::string_view bytes, bool is_signed) {
  if (!is_signed && bytes.size() >= 8 && bytes[7] < 0) return false;
  char fill = is_signed && bytes.size() >= 8 && bytes[7] < 0 ? '\xFF' : '\0';
  for (size_t i = 8; i < bytes.size(); ++i) {
    if (bytes[i] != fill) return false;
  }
  return true;
}

int64_t to_ms(int64_t ticks, int scale) {
  for (; scale < 3; ++scale) ticks *= 10;
  int64_t divisor = 1;
  for (; scale > 3; --scale) divisor *= 10;
  return ticks / divisor - (ticks % divisor < 0 ? 1 : 0);
}

// Two 64-bit halves, each with its last byte first.
std::string uuid_text(std::string_view bytes) {
  std::string out;
  for (size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", static_cast<uint8_t>(bytes[i < 8 ? 7 - i : 23 - i]));
  }
  return out;
}

void push_finite(double value, Column& into) {
  std::isfinite(value) ? into.push_float(value) : into.push_null();
}

// Decodes one column of a block, or one member of its lists.
class ColumnDecoder {
 public:
  ColumnDecoder(Bytes& bytes, const ColumnInfo& info) : bytes_(bytes), info_(info) {}

  // Versions of the dictionaries stand before all values of the column.
  void skip_versions(const NativeType& type) {
    if (type.has_dictionary) bytes_.take(8);
    for (const NativeType& child : type.children) skip_versions(child);
  }

  Result<void> decode(const NativeType& type, uint64_t rows, Column& into) {
    if (type.kind == Kind::kArray) return decode_lists(type.children[0], rows, into);
    if (type.has_dictionary) return decode_numbered(type, rows, into);
    std::string_view nulls = type.nullable ? bytes_.take(rows) : std::string_view();
    for (uint64_t row = 0; row < rows && bytes_.ok(); ++row) {
      std::string_view cell =
          type.kind == Kind::kText ? bytes_.text() : bytes_.take(static_cast<uint64_t>(type.bytes));
      if (!bytes_.ok()) break;
      if (type.kind == Kind::kNothing || (!nulls.empty() && nulls[row] != 0)) {
        into.push_null();
      } else {
        TRY(push(type, cell, into));
      }
    }
    return {};
  }

 private:
  // A dictionary of the block's values, then a number for each row; the first of a type that may be
  // NULL is NULL. The width of the numbers stands in the flags.
  Result<void> decode_numbered(NativeType type, uint64_t rows, Column& into) {
    if (rows == 0) return {};
    uint64_t flags = unsigned_of(bytes_.take(8)), count = unsigned_of(bytes_.take(8));
    bool nullable = type.nullable;
    type.nullable = type.has_dictionary = false;
    Column values(into.type);
    TRY(decode(type, count, values));
    bytes_.take(8);  // the rows once more
    size_t width = size_t{1} << (flags & 3);
    std::string_view numbers = bytes_.take(rows > SIZE_MAX / width ? SIZE_MAX : width * rows);
    for (uint64_t row = 0; row < rows && bytes_.ok(); ++row) {
      uint64_t number = unsigned_of(numbers.substr(width * row, width));
      if (number >= values.size() || (nullable && number == 0)) {
        into.push_null();
      } else {
        into.push_from(values, number);
      }
    }
    return {};
  }

  Result<void> decode_lists(const NativeType& element, uint64_t rows, Column& into) {
    std::string_view ends = bytes_.take(rows > SIZE_MAX / 8 ? SIZE_MAX : 8 * rows);
    uint64_t count = ends.empty() ? 0 : unsigned_of(ends.substr(ends.size() - 8));
    if (element.kind != Kind::kTuple) {
      TRY(decode(element, count, into.children[0]));
    } else {
      for (size_t i = 0; i < element.children.size(); ++i) {
        Column& child = into.children[child_of(element.members[i])];
        TRY(decode(element.children[i], count, child));
      }
    }
    if (!bytes_.ok()) return {};
    for (uint64_t row = 0; row < rows; ++row) {
      into.valid.push_back(1);
      into.offsets.push_back(unsigned_of(ends.substr(8 * row, 8)));
    }
    return {};
  }

  // Members stand in the order of their names.
  size_t child_of(const std::string& member) const {
    for (size_t i = 0; i < info_.type->members.size(); ++i) {
      if (info_.type->members[i].name == member) return i;
    }
    CHECK(false);  // the type was made of these members
    return 0;
  }

  Result<void> push(const NativeType& type, std::string_view cell, Column& into) {
    switch (type.kind) {
      case Kind::kUnsigned:
      case Kind::kSigned:
      case Kind::kDecimal: {
        bool is_signed = type.kind != Kind::kUnsigned;
        if (!fits_64_bits(cell, is_signed)) return too_large();
        into.push_integer(is_signed ? signed_of(cell) : static_cast<int64_t>(unsigned_of(cell)));
        return {};
      }
      case Kind::kBoolean:
        into.push_integer(cell[0] != 0 ? 1 : 0);
        return {};
      case Kind::kFloat:
        push_float(cell, into);
        return {};
      case Kind::kText:
        into.push_text(cell);
        return {};
      case Kind::kFixedText:
        into.push_text(cell.substr(0, cell.find_last_not_of('\0') + 1));
        return {};
      case Kind::kDate:
        into.push_integer(type.bytes == 2 ? static_cast<int64_t>(unsigned_of(cell))
                                          : signed_of(cell));
        return {};
      case Kind::kTime:
        into.push_integer(
            to_ms(type.bytes == 4 ? static_cast<int64_t>(unsigned_of(cell)) : signed_of(cell),
                  type.scale));
        return {};
      case Kind::kLabel: {
        auto label = type.labels.find(signed_of(cell));
        label == type.labels.end() ? into.push_null() : into.push_text(label->second);
        return {};
      }
      case Kind::kUuid:
        into.push_text(uuid_text(cell));
        return {};
      case Kind::kNothing:
      case Kind::kArray:
      case Kind::kTuple:
      case Kind::kUnreadable:
        break;
    }
    CHECK(false);  // such columns have no type, and are refused before
    return {};
  }

  static void push_float(std::string_view cell, Column& into) {
    if (cell.size() == 4) {
      float value = 0;
      std::memcpy(&value, cell.data(), 4);
      push_finite(value, into);
    } else {
      double value = 0;
      std::memcpy(&value, cell.data(), 8);
      push_finite(value, into);
    }
  }

  Error too_large() const {
    return {Error::Code::kInvalid,
            fmt::format(R"(column "{}" ({}) holds a number that needs more than 64 bits; cast it )"
                        "in the model, e.g. {{sql: \"toFloat64({})\"}}, or toString",
                        info_.name, info_.native_type, info_.name)};
  }

  Bytes& bytes_;
  const ColumnInfo& info_;
};

}  // namespace

Result<void> BlockReader::append(std::string_view bytes) {
  buffer_.append(bytes);
  if (buffer_.size() < next_try_) return {};
  while (!buffer_.empty()) {
    if (TRY(take_block())) continue;
    // A block that is not whole is looked for again once twice as much is there, so that no byte is
    // decoded more than a few times.
    next_try_ = std::max(kFirstTry, 2 * buffer_.size());
    return {};
  }
  next_try_ = 0;
  return {};
}

Result<void> BlockReader::finish() {
  while (!buffer_.empty()) {
    if (!TRY(take_block())) return torn();
  }
  return {};
}

// Takes one block from the front of the buffer; false when it is not whole.
Result<bool> BlockReader::take_block() {
  Bytes bytes(buffer_);
  uint64_t columns = bytes.varint(), rows = bytes.varint();
  if (!bytes.ok()) return false;
  bool first = columns_.empty();
  if (columns > kColumnsMax || (!first && columns != columns_.size())) return torn();
  Rows out;
  std::vector<ColumnInfo> infos;
  for (uint64_t i = 0; i < columns; ++i) {
    std::string name(bytes.text()), type(bytes.text());
    if (!bytes.ok()) return false;
    ColumnInfo info = column_info(name, type);
    if (!first && info.type && info.type != columns_[i].type) info.type.reset();
    if (!info.type) {
      return Error{Error::Code::kUnsupported,
                   fmt::format(R"(column "{}": values of {} cannot be read)", name, type)};
    }
    Column column(*info.type);
    NativeType native = parse_type(type);
    if (rows > 0) {
      ColumnDecoder decoder(bytes, info);
      decoder.skip_versions(native);
      TRY(decoder.decode(native, rows, column));
    }
    if (!bytes.ok()) return false;
    out.columns.push_back(std::move(column));
    infos.push_back(std::move(info));
  }
  if (first) columns_ = std::move(infos);
  buffer_.erase(0, bytes.read());
  if (rows > 0) TRY(take_(std::move(out)));
  return true;
}

// Servers write an error that comes after the first rows as text behind them.
base::Error BlockReader::torn() const {
  size_t at = buffer_.find("Code: ");
  std::string said = at == std::string::npos ? "its answer ends in the middle of a row"
                                             : buffer_.substr(at, buffer_.find('\n', at) - at);
  return {Error::Code::kUnavailable, "ClickHouse: " + said};
}

}  // namespace starling::source::clickhouse
