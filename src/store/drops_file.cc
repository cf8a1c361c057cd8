#include "store/drops_file.h"

#include <algorithm>
#include <functional>

#include "store/bytes.h"

namespace starling::store {

Result<FileRef> DropsFile::write(const Folder& folder, uint64_t number, const DroppedRows& rows) {
  auto file = TRY(SectionFileWriter::create(folder, FileKind::kDrops, number));
  ByteWriter description;
  description.u32(static_cast<uint32_t>(rows.size()));
  for (const std::vector<uint32_t>& of_table : rows)
    description.u32(TRY(file->add_array<uint32_t>(SectionRole::kEntries, of_table)));
  return file->finish(description.str());
}

Result<std::shared_ptr<const DropsFile>> DropsFile::open(const Folder& folder, const FileRef& ref) {
  std::shared_ptr<DropsFile> drops(new DropsFile(TRY(SectionFile::open(folder, ref))));
  TRY(drops->file_->verify());
  TRY(drops->read());
  return std::shared_ptr<const DropsFile>(drops);
}

Result<void> DropsFile::read() {
  ByteReader description(file_->description());
  for (uint32_t i = description.count(4); i > 0; --i) {
    uint32_t section = description.u32();
    rows_.push_back(TRY(file_->array<uint32_t>(section, SectionRole::kEntries)));
    auto not_rising =
        std::adjacent_find(rows_.back().begin(), rows_.back().end(), std::greater_equal<>());
    if (not_rising != rows_.back().end()) return file_->corrupt("has rows out of order");
  }
  if (!description.finish()) return file_->corrupt("has a description that cannot be read");
  return {};
}

}  // namespace starling::store
