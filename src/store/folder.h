// The store's folder: what its files are called, and one door through which every change of it
// passes, so that a test can make any of them fail.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace starling::store {

using base::Error;
using base::Result;

// Called before bytes are written to a file, before a file is synced or renamed (0 bytes); an error
// stands for a disk that refuses.
using WriteHook = std::function<Result<void>(std::string_view path, uint64_t bytes)>;

enum class FileKind : uint8_t { kPart, kDrops, kFill, kUsers, kProfiles, kLookup, kLedger, kRun };

std::string_view kind_mark(FileKind kind);    // four letters in the file's header: "part"
std::string_view kind_folder(FileKind kind);  // "parts"

// A file as the manifest names it.
struct FileRef {
  FileKind kind = FileKind::kPart;
  uint64_t number = 0;
  uint64_t size = 0;
  uint64_t checksum = 0;  // of the directory, which holds those of the sections

  std::string name() const;  // "parts/000012.part"
  friend bool operator==(const FileRef&, const FileRef&) = default;
};

constexpr std::string_view kManifestName = "manifest";
constexpr std::string_view kLockName = "LOCK";

// Thread-safe.
class Folder {
 public:
  Folder(std::string path, WriteHook hook) : path_(std::move(path)), hook_(std::move(hook)) {}

  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const;
  Result<void> before_write(const std::string& path, uint64_t bytes) const;

  Result<void> create() const;  // with the folders of the file kinds
  // Atomic: the old or the new content is there, whatever happens.
  Result<void> replace(std::string_view name, std::string_view bytes) const;
  // Makes the names of new files durable.
  Result<void> sync() const;
  void remove(const FileRef& ref) const;

 private:
  std::string path_;
  WriteHook hook_;
};

}  // namespace starling::store
