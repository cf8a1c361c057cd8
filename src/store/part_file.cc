#include "store/part_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"

namespace starling::store {
namespace {

// The fewest bytes of a table's description: what a damaged count is measured by.
constexpr size_t kTableBytesLeast = 44;

}  // namespace

uint32_t PartTable::users_end() const {
  uint64_t end = users_.lower_bound(0, size(), kNoUser);
  return end == 0 ? 0 : users_[end - 1] + 1;
}

Result<std::unique_ptr<PartTable>> PartTable::read(const SectionFile& file,
                                                   const std::string& source,
                                                   ByteReader& description) {
  std::unique_ptr<PartTable> table(new PartTable(source, description.text()));
  uint64_t rows = description.u64();
  table->first_time_ = description.i64();
  table->last_time_ = description.i64();
  uint32_t users = description.u32(), times = description.u32(), order_keys = description.u32();
  if (description.failed()) return file.corrupt("has a description that cannot be read");
  table->users_ = TRY(StoredNumbers<uint32_t>::read(file, users, SectionRole::kUsers));
  table->times_ = TRY(StoredNumbers<int64_t>::read(file, times, SectionRole::kTimes));
  table->order_keys_ = TRY(file.array<uint64_t>(order_keys, SectionRole::kOrderKeys));
  bool even = rows > 0 && table->users_.size() == rows && table->times_.size() == rows &&
              table->order_keys_.size() == rows;
  if (!even)
    return file.corrupt(
        fmt::format("has columns of different lengths in event \"{}\"", table->event_));
  table->columns_ = TRY(StoredColumns::read(file, rows, description));
  return table;
}

Result<void> PartTable::check_contents(const SectionFile& file) const {
  bool ascend = true;
  uint32_t before = 0;
  users_.for_each(0, size(), [&](uint64_t, uint32_t user) {
    ascend &= before <= user;
    before = user;
  });
  if (!ascend) return file.corrupt(fmt::format("has rows out of order in event \"{}\"", event_));
  return columns_.check_contents();
}

Result<std::shared_ptr<const PartFile>> PartFile::open(const Folder& folder, const FileRef& ref) {
  std::shared_ptr<PartFile> part(new PartFile(TRY(SectionFile::open(folder, ref))));
  TRY(part->read());
  TRY(part->verify());
  return std::shared_ptr<const PartFile>(part);
}

Result<void> PartFile::read() {
  ByteReader description(file_->description());
  source_ = description.text();
  uint32_t tables = description.count(kTableBytesLeast);
  for (uint32_t i = 0; i < tables; ++i)
    tables_.push_back(TRY(PartTable::read(*file_, source_, description)));
  if (!description.finish()) return file_->corrupt("has a description that cannot be read");
  return {};
}

Result<void> PartFile::verify() const {
  TRY(file_->verify());
  for (const auto& table : tables_) TRY(table->check_contents(*file_));
  return {};
}

void PartTable::describe(bool with_rows, std::string& out) const {
  out += fmt::format("  event {}: {} rows, {} to {}\n", event_, size(),
                     base::utc_text({first_time_}), base::utc_text({last_time_}));
  out += fmt::format("    {}\n    {}\n", store::describe(users_.section()),
                     store::describe(times_.section()));
  columns_.describe(out);
  if (!with_rows) return;
  for (uint64_t row = 0; row < size(); ++row) {
    std::string user = users_[row] == kNoUser ? "-" : std::to_string(users_[row]);
    out +=
        fmt::format("    row user {} time {} order {:016x}", user, times_[row], order_keys_[row]);
    columns_.describe_row(row, out);
    out += '\n';
  }
}

void PartFile::describe(bool with_rows, std::string& out) const {
  out += fmt::format("  source {}\n", source_);
  for (const auto& table : tables_) table->describe(with_rows, out);
}

}  // namespace starling::store
