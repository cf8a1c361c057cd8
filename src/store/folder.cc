#include "store/folder.h"

#include <fmt/format.h>

#include "base/file.h"

namespace starling::store {
namespace {

// One a folder.
constexpr FileKind kKinds[] = {FileKind::kPart, FileKind::kUsers, FileKind::kLookup,
                               FileKind::kLedger};

}  // namespace

std::string_view kind_mark(FileKind kind) {
  switch (kind) {
    case FileKind::kPart:
      return "part";
    case FileKind::kDrops:
      return "drop";
    case FileKind::kFill:
      return "fill";
    case FileKind::kUsers:
      return "user";
    case FileKind::kProfiles:
      return "prof";
    case FileKind::kLookup:
      return "look";
    case FileKind::kLedger:
      return "ledg";
    case FileKind::kRun:
      return "runs";
  }
  return "";
}

std::string_view kind_folder(FileKind kind) {
  switch (kind) {
    case FileKind::kPart:
    case FileKind::kDrops:
    case FileKind::kFill:
      return "parts";
    case FileKind::kUsers:
    case FileKind::kProfiles:
      return "users";
    case FileKind::kLookup:
      return "lookups";
    case FileKind::kLedger:
    case FileKind::kRun:
      return "ledger";
  }
  return "";
}

std::string FileRef::name() const {
  return fmt::format("{}/{:06}.{}", kind_folder(kind), number, kind_mark(kind));
}

std::string Folder::file(std::string_view name) const { return fmt::format("{}/{}", path_, name); }

Result<void> Folder::before_write(const std::string& path, uint64_t bytes) const {
  if (!hook_) return {};
  return hook_(path, bytes);
}

Result<void> Folder::create() const {
  TRY(before_write(path_, 0));
  TRY(base::make_folder(path_));
  for (FileKind kind : kKinds) TRY(base::make_folder(file(kind_folder(kind))));
  return base::sync_folder(path_);
}

Result<void> Folder::replace(std::string_view name, std::string_view bytes) const {
  TRY(before_write(file(name), bytes.size()));
  return base::replace_file(file(name), bytes);
}

Result<void> Folder::sync() const {
  TRY(before_write(path_, 0));
  for (FileKind kind : kKinds) TRY(base::sync_folder(file(kind_folder(kind))));
  return {};
}

void Folder::remove(const FileRef& ref) const {
  // What cannot be removed now is removed when the next writer opens the folder.
  (void)base::remove_file(file(ref.name()));
}

}  // namespace starling::store
