// The sections of profiles and lookup tables with history that say which rows are whose versions
// (docs/formats/store.md).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "event/schema.h"
#include "store/bytes.h"
#include "store/section_file.h"
#include "store/snapshot.h"

namespace starling::store {

// Rows in the order in which a file keeps them: by thing, then start.
struct VersionOrder {
  std::vector<uint32_t> first;  // as in Versions
  std::vector<int64_t> starts;
  std::vector<uint32_t> rows;  // the given row of each version
};

// `things` says whose each given row is, one number of 0 .. count - 1 or kNoUser (left out) a row.
// Of rows of one thing with one start the last given is kept.
VersionOrder order_versions(std::span<const uint32_t> things, std::span<const int64_t> starts,
                            uint32_t count);

Result<void> write_versions(const VersionOrder& order, SectionFileWriter& file);

// Nothing when the file has no history. kCorrupt when the versions are not those of `things`.
Result<std::optional<Versions>> read_versions(const SectionFile& file, uint32_t things);

// One byte at the end of the description of a file with history.
void write_as_of(event::AsOf as_of, ByteWriter& description);
Result<event::AsOf> read_as_of(const SectionFile& file, ByteReader& description);

}  // namespace starling::store
