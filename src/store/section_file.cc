#include "store/section_file.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "store/bytes.h"
#include "store/encoding/packed.h"

namespace starling::store {
namespace {

constexpr std::string_view kMagic = "STARLING";
constexpr std::string_view kEndMark = "GNILRATS";
constexpr uint32_t kFormatVersion = 1;
constexpr size_t kHeaderBytes = 16, kFooterBytes = 32, kSectionEntryBytes = 48;
constexpr size_t kAlignment = 64;

std::span<const std::byte> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string header_bytes(FileKind kind) {
  ByteWriter version;
  version.u32(kFormatVersion);
  return fmt::format("{}{}", kMagic, kind_mark(kind)) + version.str();
}

void write_entry(ByteWriter& out, const Section& section) {
  out.u8(static_cast<uint8_t>(section.role));
  out.u8(static_cast<uint8_t>(section.encoding));
  out.u8(section.width);
  out.u8(0);
  out.u32(0);
  out.u64(section.offset);
  out.u64(section.length);
  out.u64(section.checksum);
  out.u64(section.count);
  out.i64(section.base);
}

Section read_entry(ByteReader& in) {
  Section section;
  section.role = static_cast<SectionRole>(in.u8());
  section.encoding = static_cast<Encoding>(in.u8());
  section.width = in.u8();
  in.u8();
  in.u32();
  section.offset = in.u64();
  section.length = in.u64();
  section.checksum = in.u64();
  section.count = in.u64();
  section.base = in.i64();
  return section;
}

uint64_t directory_checksum(std::string_view header, std::string_view directory) {
  return base::checksum64(as_bytes(std::string(header).append(directory)));
}

}  // namespace

std::string_view role_name(SectionRole role) {
  switch (role) {
    case SectionRole::kUsers:
      return "users";
    case SectionRole::kTimes:
      return "times";
    case SectionRole::kOrderKeys:
      return "order keys";
    case SectionRole::kValidity:
      return "validity";
    case SectionRole::kValues:
      return "values";
    case SectionRole::kDictionaryOffsets:
      return "dictionary offsets";
    case SectionRole::kDictionaryBytes:
      return "dictionary bytes";
    case SectionRole::kSlots:
      return "slots";
    case SectionRole::kEntries:
      return "entries";
    case SectionRole::kVersions:
      return "versions";
  }
  return "unknown role";
}

std::string_view encoding_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::kBytes:
      return "bytes";
    case Encoding::kNumbers:
      return "numbers";
    case Encoding::kBits:
      return "bits";
    case Encoding::kFloats:
      return "floats";
    case Encoding::kRecords:
      return "records";
    case Encoding::kPacked:
      return "packed";
  }
  return "unknown encoding";
}

std::string describe(const Section& section) {
  return fmt::format("{}: {}, width {}, base {}, {} entries, {} bytes at {}, checksum {:016x}",
                     role_name(section.role), encoding_name(section.encoding), section.width,
                     section.base, section.count, section.length, section.offset, section.checksum);
}

Result<std::unique_ptr<SectionFileWriter>> SectionFileWriter::create(const Folder& folder,
                                                                     FileKind kind,
                                                                     uint64_t number) {
  FileRef ref{kind, number};
  std::string path = folder.file(ref.name());
  TRY(folder.before_write(path, 0));
  std::unique_ptr<base::FileWriter> file = TRY(base::FileWriter::create(path));
  std::unique_ptr<SectionFileWriter> writer(new SectionFileWriter(folder, ref, std::move(file)));
  writer->header_ = header_bytes(kind);
  TRY(writer->append(writer->header_));
  return writer;
}

SectionFileWriter::~SectionFileWriter() {
  if (!finished_) folder_.remove(ref_);
}

Result<void> SectionFileWriter::append(std::string_view bytes) {
  TRY(folder_.before_write(path_, bytes.size()));
  return file_->append(bytes);
}

Result<void> SectionFileWriter::pad() {
  static constexpr char kZeros[kAlignment] = {};
  size_t past = file_->size() % kAlignment;
  if (past == 0) return {};
  return file_->append(std::string_view(kZeros, kAlignment - past));
}

Result<uint32_t> SectionFileWriter::add(Section section, std::span<const std::byte> bytes) {
  TRY(pad());
  section.offset = file_->size();
  section.length = bytes.size();
  section.checksum = base::checksum64(bytes);
  TRY(append({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  sections_.push_back(section);
  return static_cast<uint32_t>(sections_.size() - 1);
}

Result<FileRef> SectionFileWriter::finish(std::string_view description) {
  ByteWriter directory;
  directory.u32(static_cast<uint32_t>(sections_.size()));
  for (const Section& section : sections_) write_entry(directory, section);
  directory.text(description);

  TRY(pad());
  ref_.checksum = directory_checksum(header_, directory.str());
  ByteWriter footer;
  footer.u64(file_->size());
  footer.u64(directory.str().size());
  footer.u64(ref_.checksum);
  TRY(append(directory.str() + footer.str() + std::string(kEndMark)));
  ref_.size = file_->size();
  TRY(folder_.before_write(path_, 0));
  // Runs end with the write that made them: they only have to be readable.
  TRY(ref_.kind == FileKind::kRun ? file_->flush() : file_->sync());
  finished_ = true;
  return ref_;
}

Result<std::shared_ptr<const SectionFile>> SectionFile::open(const Folder& folder,
                                                             const FileRef& ref) {
  std::string path = folder.file(ref.name());
  auto map = TRY(base::MappedFile::open(path));
  std::shared_ptr<SectionFile> file(new SectionFile(ref, std::move(path), std::move(map)));
  TRY(file->read_directory());
  return std::shared_ptr<const SectionFile>(file);
}

Result<void> SectionFile::read_directory() {
  std::span<const std::byte> all = map_->bytes();
  if (all.size() != ref_.size) {
    return corrupt(fmt::format("is {} bytes long, the manifest says {}", all.size(), ref_.size));
  }
  if (all.size() < kHeaderBytes + kFooterBytes) return corrupt("is too short");
  std::string_view text(reinterpret_cast<const char*>(all.data()), all.size());
  std::string_view header = text.substr(0, kHeaderBytes);
  if (header.substr(0, kMagic.size()) != kMagic)
    return corrupt("is no store file: its first bytes are wrong");
  if (header.substr(kMagic.size(), 4) != kind_mark(ref_.kind))
    return corrupt("is a store file of another kind");
  uint32_t version = ByteReader(header.substr(12)).u32();
  if (version != kFormatVersion) {
    return Error{Error::Code::kUnsupported,
                 fmt::format("store file {} has format version {}; this program reads version {}",
                             path_, version, kFormatVersion)};
  }
  if (text.substr(text.size() - kEndMark.size()) != kEndMark) return corrupt("has no end mark");
  ByteReader footer(text.substr(text.size() - kFooterBytes, kFooterBytes - kEndMark.size()));
  uint64_t offset = footer.u64(), length = footer.u64(), checksum = footer.u64();
  uint64_t footer_start = all.size() - kFooterBytes;
  if (offset < kHeaderBytes || offset > footer_start || length != footer_start - offset) {
    return corrupt("has a directory that does not lie in the file");
  }
  std::string_view directory = text.substr(offset, length);
  if (checksum != ref_.checksum || directory_checksum(header, directory) != checksum) {
    return corrupt("has a directory whose checksum differs");
  }
  ByteReader in(directory);
  uint32_t count = in.count(kSectionEntryBytes);
  sections_.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    sections_.push_back(read_entry(in));
    if (in.failed()) break;
    uint64_t before = i == 0 ? kHeaderBytes : sections_[i - 1].offset + sections_[i - 1].length;
    TRY(check(sections_[i], offset));
    TRY(check_gap(before, sections_[i].offset));
  }
  TRY(check_gap(
      sections_.empty() ? kHeaderBytes : sections_.back().offset + sections_.back().length,
      offset));
  description_ = in.text();
  if (!in.finish()) return corrupt("has a directory that cannot be read");
  return {};
}

// Between two sections there are fewer than 64 bytes, all zero.
Result<void> SectionFile::check_gap(uint64_t from, uint64_t to) const {
  if (to < from || to - from >= kAlignment)
    return corrupt("has sections that do not follow each other");
  for (std::byte padding : map_->bytes().subspan(from, to - from)) {
    if (padding != std::byte{0})
      return corrupt(fmt::format("has bytes other than zero before byte {}", to));
  }
  return {};
}

Result<void> SectionFile::check(const Section& section, uint64_t sections_end) const {
  if (section.offset % kAlignment != 0 || section.offset < kHeaderBytes ||
      section.offset > sections_end || section.length > sections_end - section.offset) {
    return corrupt(section, "does not lie in the file");
  }
  uint64_t width = section.width;
  bool fits = false;
  switch (section.encoding) {
    case Encoding::kBytes:
      fits = width == 1 && section.length == section.count;
      break;
    case Encoding::kBits:
      fits = width == 0 && section.length == section.count / 8 + (section.count % 8 != 0);
      break;
    case Encoding::kNumbers:
      if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8) {
        return corrupt(section, fmt::format("has the unknown width {}", width));
      }
      fits = width == 0 ? section.length == 0
                        : section.length % width == 0 && section.length / width == section.count;
      break;
    case Encoding::kFloats:
      fits = width == 8 && section.length % width == 0 && section.length / width == section.count;
      break;
    case Encoding::kRecords:
      fits = width != 0 && section.length % width == 0 && section.length / width == section.count;
      break;
    case Encoding::kPacked:
      fits = width == 0 && is_packed(bytes(section), section.count);
      break;
    default:
      return Error{
          Error::Code::kUnsupported,
          fmt::format(
              "store file {}: {} section has the unknown encoding {}; a newer program wrote it",
              path_, role_name(section.role), static_cast<int>(section.encoding))};
  }
  if (!fits) return corrupt(section, "is not as long as its count says");
  return {};
}

Result<const Section*> SectionFile::section(uint32_t index, SectionRole role) const {
  if (index >= sections_.size())
    return corrupt(fmt::format("names section {} but has {}", index, sections_.size()));
  if (sections_[index].role != role) {
    return corrupt(sections_[index], fmt::format("stands where {} should be", role_name(role)));
  }
  return &sections_[index];
}

std::span<const std::byte> SectionFile::bytes(const Section& section) const {
  return map_->bytes().subspan(section.offset, section.length);
}

Result<void> SectionFile::verify(const Section& section) const {
  if (base::checksum64(bytes(section)) != section.checksum)
    return corrupt(section, "has a checksum that differs");
  return {};
}

Result<void> SectionFile::verify() const {
  for (const Section& section : sections_) TRY(verify(section));
  return {};
}

Error SectionFile::corrupt(std::string_view what) const {
  return {Error::Code::kCorrupt, fmt::format("store file {} {}", path_, what)};
}

Error SectionFile::corrupt(const Section& section, std::string_view what) const {
  return {Error::Code::kCorrupt, fmt::format("store file {}: {} section at byte {} {}", path_,
                                             role_name(section.role), section.offset, what)};
}

}  // namespace starling::store
