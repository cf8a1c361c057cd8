// A part's table as it counts today: without the rows dropped since, with the properties given
// since.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/drops_file.h"
#include "store/fill_file.h"
#include "store/manifest.h"
#include "store/part_file.h"

namespace starling::store {

class LiveTable : public EventTable {
 public:
  using Columns = std::map<std::string, const StoredColumn*, std::less<>>;

  // The columns' files must outlive the table.
  LiveTable(const PartTable& part, std::span<const uint32_t> dropped, Columns columns);

  const std::string& event() const override { return part_.event(); }
  const std::string& source() const override { return part_.source(); }
  uint64_t size() const override { return part_.size(); }
  uint64_t live_size() const override { return part_.size() - dropped_count_; }
  std::span<const uint64_t> dropped() const override { return dropped_; }
  int64_t first_time() const override { return part_.first_time(); }
  int64_t last_time() const override { return part_.last_time(); }
  std::pair<int64_t, int64_t> live_times() const override { return live_times_; }
  StoredNumbers<uint32_t> users() const override { return part_.users(); }
  StoredNumbers<int64_t> times() const override { return part_.times(); }
  std::span<const uint64_t> order_keys() const override { return part_.order_keys(); }
  const ColumnReader* property(std::string_view name) const override;

  // Every property the table was given, even those that no row has.
  const Columns& columns() const { return columns_; }
  uint32_t users_end() const { return part_.users_end(); }

 private:
  void find_times(std::span<const uint32_t> dropped);

  const PartTable& part_;
  Columns columns_;
  std::vector<uint64_t> dropped_;
  uint64_t dropped_count_;
  std::pair<int64_t, int64_t> live_times_;
};

// A part with its changes, mapped and checked.
class LivePart {
 public:
  // Maps what `before` (may be nullptr) has not mapped yet. kCorrupt when a change does not fit the
  // part.
  static Result<std::shared_ptr<const LivePart>> open(const Folder& folder, const PartEntry& entry,
                                                      const LivePart* before);

  const PartEntry& entry() const { return entry_; }
  const PartFile& part() const { return *part_; }
  const std::shared_ptr<const DropsFile>& drops() const { return drops_; }
  const std::vector<std::shared_ptr<const FillFile>>& fills() const { return fills_; }
  // As many as the part has, in its order.
  const std::vector<std::unique_ptr<LiveTable>>& tables() const { return tables_; }

 private:
  explicit LivePart(PartEntry entry) : entry_(std::move(entry)) {}
  Result<void> map_files(const Folder& folder, const LivePart* before);
  Result<void> make_tables();

  PartEntry entry_;
  std::shared_ptr<const PartFile> part_;
  std::shared_ptr<const DropsFile> drops_;  // nullptr without
  std::vector<std::shared_ptr<const FillFile>> fills_;
  std::vector<std::unique_ptr<LiveTable>> tables_;
};

}  // namespace starling::store
