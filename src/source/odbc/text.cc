#include "source/odbc/text.h"

#include <cstdint>

namespace starling::source::odbc {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;

// The next code point of UTF-8 text; `at` moves past it.
uint32_t next_of_utf8(std::string_view text, size_t& at) {
  auto lead = static_cast<uint8_t>(text[at++]);
  if (lead < 0x80) return lead;
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : -1;
  if (more < 0 || lead > 0xF4) return kReplacement;
  uint32_t point = lead & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    bool follows = at < text.size() && (static_cast<uint8_t>(text[at]) & 0xC0) == 0x80;
    if (!follows) return kReplacement;
    point = point << 6 | (static_cast<uint8_t>(text[at++]) & 0x3F);
  }
  bool surrogate = point >= 0xD800 && point < 0xE000;
  bool overlong = (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
  return surrogate || overlong || point > 0x10FFFF ? kReplacement : point;
}

uint32_t next_of_utf16(std::u16string_view text, size_t& at) {
  char16_t unit = text[at++];
  if (unit < 0xD800 || unit >= 0xE000) return unit;
  bool pair = unit < 0xDC00 && at < text.size() && text[at] >= 0xDC00 && text[at] < 0xE000;
  if (!pair) return kReplacement;
  return 0x10000 + ((static_cast<uint32_t>(unit) - 0xD800) << 10) +
         (static_cast<uint32_t>(text[at++]) - 0xDC00);
}

void append_utf8(uint32_t point, std::string& out) {
  auto add = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0 | point >> 6);
    add(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  }
}

}  // namespace

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  for (size_t at = 0; at < text.size();) {
    uint32_t point = next_of_utf8(text, at);
    if (point < 0x10000) {
      out += static_cast<char16_t>(point);
    } else {
      out += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FF));
    }
  }
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) append_utf8(next_of_utf16(text, at), out);
  return out;
}

}  // namespace starling::source::odbc
