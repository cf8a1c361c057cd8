#include "store/snapshot.h"

#include <algorithm>

namespace starling::store {

std::optional<uint32_t> VersionReader::find(uint32_t item, int64_t time) const {
  auto first = from().begin() + starts()[item], last = from().begin() + starts()[item + 1];
  auto after = std::upper_bound(first, last, time);
  if (after == first) return std::nullopt;
  auto version = static_cast<uint32_t>(after - from().begin()) - 1;
  return time < to()[version] ? std::optional(version) : std::nullopt;
}

}  // namespace starling::store
