// Fingerprints. MD5 orders rows (reports.md §8.1), xxHash tells rows apart and guards files.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>

namespace starling::base {

// First 8 bytes of the MD5 of `text`, big-endian: sorts like substr(md5(id), 1, 16) in SQL.
uint64_t md5_prefix(std::string_view text);

struct Hash128 {
  uint64_t high = 0, low = 0;
  friend auto operator<=>(const Hash128&, const Hash128&) = default;
};

Hash128 hash128(std::string_view bytes);
uint64_t hash64(std::string_view bytes, uint64_t seed = 0);
uint64_t checksum64(std::span<const std::byte> bytes);  // xxh3, of stored bytes

}  // namespace starling::base
