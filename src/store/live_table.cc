#include "store/live_table.h"

#include <algorithm>

namespace starling::store {

LiveTable::LiveTable(const PartTable& part, std::span<const uint32_t> dropped, Columns columns)
    : part_(part),
      columns_(std::move(columns)),
      dropped_count_(dropped.size()),
      live_times_(part.first_time(), part.last_time()) {
  if (dropped.empty()) return;
  dropped_.resize((part.size() + 63) / 64);
  for (uint32_t row : dropped) dropped_[row / 64] |= uint64_t{1} << (row % 64);
  find_times(dropped);
}

// Times are looked at again only when an outermost row is among the dropped ones.
void LiveTable::find_times(std::span<const uint32_t> dropped) {
  const StoredNumbers<int64_t>& times = part_.times();
  bool outermost = std::ranges::any_of(dropped, [&](uint32_t row) {
    return times[row] == live_times_.first || times[row] == live_times_.second;
  });
  if (!outermost || live_size() == 0) return;
  live_times_ = {INT64_MAX, INT64_MIN};
  times.for_each(0, size(), [&](uint64_t row, int64_t time) {
    if (is_dropped(row)) return;
    live_times_.first = std::min(live_times_.first, time);
    live_times_.second = std::max(live_times_.second, time);
  });
}

const ColumnReader* LiveTable::property(std::string_view name) const {
  auto found = columns_.find(name);
  return found != columns_.end() && found->second->present() ? found->second : nullptr;
}

Result<std::shared_ptr<const LivePart>> LivePart::open(const Folder& folder, const PartEntry& entry,
                                                       const LivePart* before) {
  std::shared_ptr<LivePart> part(new LivePart(entry));
  TRY(part->map_files(folder, before));
  TRY(part->make_tables());
  return std::shared_ptr<const LivePart>(part);
}

Result<void> LivePart::map_files(const Folder& folder, const LivePart* before) {
  part_ = before != nullptr ? before->part_ : TRY(PartFile::open(folder, entry_.file));
  if (entry_.drops) {
    bool same = before != nullptr && before->entry_.drops == entry_.drops;
    drops_ = same ? before->drops_ : TRY(DropsFile::open(folder, *entry_.drops));
  }
  for (const FileRef& ref : entry_.fills) {
    std::shared_ptr<const FillFile> fill;
    for (const auto& known : before == nullptr ? fills_ : before->fills_) {
      if (known->file().ref() == ref) fill = known;
    }
    fills_.push_back(fill != nullptr ? fill : TRY(FillFile::open(folder, ref)));
  }
  return {};
}

Result<void> LivePart::make_tables() {
  const auto& tables = part_->tables();
  if (drops_ != nullptr && drops_->tables() != tables.size())
    return drops_->file().corrupt("is about a part with other tables");
  uint64_t live = 0;
  for (uint32_t t = 0; t < tables.size(); ++t) {
    LiveTable::Columns columns;
    for (const auto& [name, column] : tables[t]->columns().all()) columns[name] = column.get();
    for (const auto& fill : fills_) {
      auto found = fill->tables().find(t);
      if (found == fill->tables().end()) continue;
      for (const auto& [name, column] : found->second.all()) {
        if (column->size() != tables[t]->size())
          return fill->file().corrupt("is about a table with another number of rows");
        columns[name] = column.get();
      }
    }
    std::span<const uint32_t> dropped;
    if (drops_ != nullptr) dropped = drops_->rows(t);
    if (!dropped.empty() && dropped.back() >= tables[t]->size())
      return drops_->file().corrupt("drops a row that does not exist");
    tables_.push_back(std::make_unique<LiveTable>(*tables[t], dropped, std::move(columns)));
    live += tables_.back()->live_size();
  }
  if (live != entry_.rows)
    return part_->file().corrupt("does not hold as many rows as the manifest says");
  return {};
}

}  // namespace starling::store
