#include "store/bytes.h"

#include <bit>

namespace starling::store {

static_assert(std::endian::native == std::endian::little, "stored numbers are used in place");

namespace {

// A list holds members, members never hold lists (event/value.h).
constexpr int kTypeDepthMax = 1;
constexpr uint8_t kTypeLast = static_cast<uint8_t>(event::Type::kObjects);
constexpr uint8_t kScaleMax = 38;

}  // namespace

void ByteWriter::text(std::string_view value) {
  u32(static_cast<uint32_t>(value.size()));
  bytes_.append(value);
}

void ByteWriter::type(const event::PropertyType& type) {
  u8(static_cast<uint8_t>(type.type));
  u8(type.scale);
  u32(static_cast<uint32_t>(type.members.size()));
  for (const event::Member& member : type.members) {
    text(member.name);
    this->type(member.type);
  }
}

std::string ByteReader::text() {
  uint32_t length = u32();
  if (failed_ || length > bytes_.size()) {
    failed_ = true;
    return {};
  }
  std::string value(bytes_.substr(0, length));
  bytes_.remove_prefix(length);
  return value;
}

uint32_t ByteReader::count(size_t bytes_each) {
  uint32_t value = u32();
  if (failed_ || value > bytes_.size() / bytes_each) {
    failed_ = true;
    return 0;
  }
  return value;
}

event::PropertyType ByteReader::type() { return type(0); }

event::PropertyType ByteReader::type(int depth) {
  event::PropertyType type;
  uint8_t code = u8();
  type.scale = u8();
  uint32_t members = count(10);
  if (code > kTypeLast || type.scale > kScaleMax || (members > 0 && depth >= kTypeDepthMax)) {
    failed_ = true;
    return type;
  }
  type.type = static_cast<event::Type>(code);
  for (uint32_t i = 0; i < members && !failed_; ++i) {
    event::Member member;
    member.name = text();
    member.type = this->type(depth + 1);
    type.members.push_back(std::move(member));
  }
  bool wants_one = type.type == event::Type::kList;
  if ((wants_one && members != 1) || (!type.is_list() && members != 0)) failed_ = true;
  return type;
}

}  // namespace starling::store
