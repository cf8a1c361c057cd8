#include "store/stored_versions.h"

#include <algorithm>
#include <tuple>

namespace starling::store {

VersionOrder order_versions(std::span<const uint32_t> things, std::span<const int64_t> starts,
                            uint32_t count) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < things.size(); ++row) {
    if (things[row] != kNoUser) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) {
    return std::tuple(things[a], starts[a], a) < std::tuple(things[b], starts[b], b);
  });
  VersionOrder order;
  order.first.assign(uint64_t{count} + 1, 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    uint32_t row = rows[i];
    bool beaten = i + 1 < rows.size() && things[rows[i + 1]] == things[row] &&
                  starts[rows[i + 1]] == starts[row];
    if (beaten) continue;
    ++order.first[things[row] + 1];
    order.starts.push_back(starts[row]);
    order.rows.push_back(row);
  }
  for (uint32_t thing = 0; thing < count; ++thing) order.first[thing + 1] += order.first[thing];
  return order;
}

Result<void> write_versions(const VersionOrder& order, SectionFileWriter& file) {
  TRY(file.add_array<uint32_t>(SectionRole::kVersions, order.first));
  TRY(file.add_array<int64_t>(SectionRole::kTimes, order.starts));
  return {};
}

Result<std::optional<Versions>> read_versions(const SectionFile& file, uint32_t things) {
  auto place_of = [&](SectionRole role) {
    uint32_t place = 0;
    while (place < file.sections().size() && file.sections()[place].role != role) ++place;
    return place;
  };
  uint32_t place = place_of(SectionRole::kVersions);
  if (place == file.sections().size()) return std::optional<Versions>();
  Versions versions;
  versions.first = TRY(file.array<uint32_t>(place, SectionRole::kVersions));
  versions.starts = TRY(file.array<int64_t>(place_of(SectionRole::kTimes), SectionRole::kTimes));
  bool fits = versions.first.size() == uint64_t{things} + 1 && versions.first.front() == 0 &&
              versions.first.back() == versions.starts.size() &&
              std::is_sorted(versions.first.begin(), versions.first.end());
  if (!fits) return file.corrupt("has versions of something else");
  return std::optional<Versions>(versions);
}

void write_as_of(event::AsOf as_of, ByteWriter& description) {
  description.u8(static_cast<uint8_t>(as_of));
}

Result<event::AsOf> read_as_of(const SectionFile& file, ByteReader& description) {
  uint8_t as_of = description.u8();
  if (as_of > static_cast<uint8_t>(event::AsOf::kEvent))
    return file.corrupt("has a description that cannot be read");
  return static_cast<event::AsOf>(as_of);
}

}  // namespace starling::store
