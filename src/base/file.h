// Files: whole reads, memory maps, and writes that are durable before they are visible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace starling::base {

Result<std::string> read_file(const std::string& path);

// Writes a temporary file beside `path`, syncs it, renames it over `path` and syncs the folder:
// after a crash the old or the new content is there, never a mixture.
Result<void> replace_file(const std::string& path, std::string_view bytes);

Result<void> make_folder(const std::string& path);  // with its parents; fine when it is there
Result<void> sync_folder(const std::string& path);  // makes renames and new names in it durable
Result<std::vector<std::string>> list_folder(const std::string& path);  // names, sorted
Result<void> remove_file(const std::string& path);                      // fine when it is not there
bool file_exists(const std::string& path);

// Appends; every byte is durable once sync() has returned.
class FileWriter {
 public:
  static Result<std::unique_ptr<FileWriter>> create(const std::string& path);  // truncates
  ~FileWriter();

  Result<void> append(std::span<const std::byte> bytes);
  Result<void> append(std::string_view bytes);
  uint64_t size() const { return size_; }
  Result<void> flush();  // hands the bytes to the system, so that they can be read; not durable
  Result<void> sync();   // flushes and fsyncs

 private:
  FileWriter(std::string path, int descriptor);

  std::string path_;
  int descriptor_;
  uint64_t size_ = 0;
  std::vector<std::byte> buffer_;
};

// A read-only view of a whole file; stays valid when the file is unlinked.
class MappedFile {
 public:
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::byte* data, size_t size) : data_(data), size_(size) {}

  const std::byte* data_;
  size_t size_;
};

// An advisory lock on a file (flock), held until destruction. Fails with kConflict when another
// process holds it.
class FileLock {
 public:
  static Result<std::unique_ptr<FileLock>> acquire(const std::string& path);
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace starling::base
