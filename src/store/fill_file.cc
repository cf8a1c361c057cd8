#include "store/fill_file.h"

namespace starling::store {

Result<FillFileWriter> FillFileWriter::create(const Folder& folder, uint64_t number) {
  return FillFileWriter(TRY(SectionFileWriter::create(folder, FileKind::kFill, number)));
}

void FillFileWriter::begin_table(uint32_t table, uint64_t rows, uint32_t columns) {
  ++tables_;
  description_.u32(table);
  description_.u64(rows);
  description_.u32(columns);
}

Result<void> FillFileWriter::add(const std::string& property, const EncodedColumn& column) {
  description_.text(property);
  return write_column(column, *file_, description_);
}

Result<FileRef> FillFileWriter::finish() {
  ByteWriter count;
  count.u32(tables_);
  return file_->finish(count.str() + description_.str());
}

Result<std::shared_ptr<const FillFile>> FillFile::open(const Folder& folder, const FileRef& ref) {
  std::shared_ptr<FillFile> fill(new FillFile(TRY(SectionFile::open(folder, ref))));
  TRY(fill->read());
  TRY(fill->file_->verify());
  for (const auto& [table, columns] : fill->tables_) TRY(columns.check_contents());
  return std::shared_ptr<const FillFile>(fill);
}

Result<void> FillFile::read() {
  ByteReader description(file_->description());
  for (uint32_t i = description.count(16); i > 0; --i) {
    uint32_t table = description.u32();
    uint64_t rows = description.u64();
    tables_[table] = TRY(StoredColumns::read(*file_, rows, description));
  }
  if (!description.finish()) return file_->corrupt("has a description that cannot be read");
  return {};
}

}  // namespace starling::store
