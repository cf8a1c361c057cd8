#include "store/snapshot.h"

#include <algorithm>

namespace starling::store {

std::optional<uint32_t> Versions::row_at(uint32_t thing, int64_t time) const {
  if (uint64_t{thing} + 1 >= first.size()) return std::nullopt;
  auto begin = starts.begin() + first[thing], end = starts.begin() + first[thing + 1];
  auto after = std::upper_bound(begin, end, time);
  if (after == begin) return std::nullopt;
  return static_cast<uint32_t>(after - starts.begin() - 1);
}

std::optional<uint32_t> LookupReader::row_at(uint32_t place, int64_t time) const {
  return versions() == nullptr ? place : versions()->row_at(place, time);
}

}  // namespace starling::store
