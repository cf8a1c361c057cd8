// A file of checksummed sections: the container of every store file but the manifest
// (docs/formats/store.md).
//
//   header    16 bytes: "STARLING", four letters of the kind, u32 format version
//   sections  each at a multiple of 64 bytes
//   directory u32 section count, 48 bytes a section, u32 length and bytes of the kind's own
//   description footer    32 bytes: u64 offset and length of the directory, u64 checksum over
//   header and directory, "GNILRATS"
//
// The directory comes last, so that a file is written in one pass.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "store/folder.h"

namespace starling::store {

enum class SectionRole : uint8_t {
  kUsers,
  kTimes,
  kOrderKeys,
  kValidity,
  kValues,
  kDictionaryOffsets,
  kDictionaryBytes,
  kSlots,
  kEntries,
  kVersions,
};
std::string_view role_name(SectionRole role);  // "dictionary bytes"

enum class Encoding : uint8_t {
  kBytes,    // bytes as they are; width 1
  kNumbers,  // value = base + unsigned number of `width` bytes (0, 1, 2, 4, 8); width 0 stores
             // nothing
  kBits,     // bit i % 8 of byte i / 8; width 0
  kFloats,   // IEEE 754 doubles; width 8
  kRecords,  // `width` bytes each
  kPacked,   // value = base + number packed in frames (encoding/packed.h); width 0
};
std::string_view encoding_name(Encoding encoding);  // "numbers"

struct Section {
  SectionRole role = SectionRole::kValues;
  Encoding encoding = Encoding::kBytes;
  uint8_t width = 1;
  uint64_t count = 0;  // entries
  int64_t base = 0;
  uint64_t offset = 0;  // filled when written
  uint64_t length = 0;
  uint64_t checksum = 0;
};

// "values: packed, width 0, base 0, 3 entries, 128 bytes at 64, checksum …", for dump().
std::string describe(const Section& section);

constexpr uint32_t kNoSection = 0xFFFFFFFF;

// Writes a file from front to back. Destroyed without finish(), it removes what it wrote. One
// thread.
class SectionFileWriter {
 public:
  static Result<std::unique_ptr<SectionFileWriter>> create(const Folder& folder, FileKind kind,
                                                           uint64_t number);
  ~SectionFileWriter();

  // Appends a section and gives its index. REQUIRES: the bytes are as long as `section` says.
  Result<uint32_t> add(Section section, std::span<const std::byte> bytes);
  template <class T>
  Result<uint32_t> add_array(SectionRole role, std::span<const T> values) {
    return add({role, Encoding::kNumbers, sizeof(T), values.size()}, std::as_bytes(values));
  }
  // Writes directory and footer and makes the file durable (not yet its name: Folder::sync).
  Result<FileRef> finish(std::string_view description);

 private:
  SectionFileWriter(const Folder& folder, FileRef ref, std::unique_ptr<base::FileWriter> file)
      : folder_(folder), ref_(ref), path_(folder.file(ref.name())), file_(std::move(file)) {}
  Result<void> append(std::string_view bytes);
  Result<void> pad();

  const Folder& folder_;
  FileRef ref_;
  std::string path_;
  std::unique_ptr<base::FileWriter> file_;
  std::string header_;
  std::vector<Section> sections_;
  bool finished_ = false;
};

// A mapped file whose directory has been checked: every section lies inside the file and is as long
// as its count and width say. Section bytes are checked by verify(). Thread-safe.
class SectionFile {
 public:
  // kNotFound: the file is not there. kCorrupt: it is not what `ref` says; the message names file
  // and fault.
  static Result<std::shared_ptr<const SectionFile>> open(const Folder& folder, const FileRef& ref);

  const FileRef& ref() const { return ref_; }
  const std::string& description() const { return description_; }
  std::span<const Section> sections() const { return sections_; }

  // kCorrupt when there is no such section or it has another role.
  Result<const Section*> section(uint32_t index, SectionRole role) const;
  std::span<const std::byte> bytes(const Section& section) const;
  // An array used in place. kCorrupt when the section is not stored as plain T.
  template <class T>
  Result<std::span<const T>> array(uint32_t index, SectionRole role) const {
    const Section* found = TRY(section(index, role));
    if (found->encoding != Encoding::kNumbers || found->width != sizeof(T) || found->base != 0) {
      return corrupt(*found, "has an unexpected encoding");
    }
    return std::span<const T>(reinterpret_cast<const T*>(bytes(*found).data()), found->count);
  }

  Result<void> verify(const Section& section) const;
  Result<void> verify() const;  // every section

  Error corrupt(std::string_view what) const;
  Error corrupt(const Section& section, std::string_view what) const;

 private:
  SectionFile(const FileRef& ref, std::string path, std::shared_ptr<const base::MappedFile> map)
      : ref_(ref), path_(std::move(path)), map_(std::move(map)) {}
  Result<void> read_directory();
  Result<void> check(const Section& section, uint64_t sections_end) const;
  Result<void> check_gap(uint64_t from, uint64_t to) const;

  FileRef ref_;
  std::string path_;
  std::shared_ptr<const base::MappedFile> map_;
  std::vector<Section> sections_;
  std::string description_;
};

}  // namespace starling::store
