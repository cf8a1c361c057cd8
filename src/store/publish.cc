#include "store/publish.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "base/file.h"

namespace starling::store {
namespace {

constexpr int kTriesMax = 20;

Result<Manifest> read_manifest(const Folder& folder) {
  std::string path = folder.file(kManifestName);
  std::string bytes = TRY(base::read_file(path));
  return parse_manifest(path, bytes);
}

}  // namespace

ManifestStamp manifest_stamp(const Folder& folder) {
  struct stat status;
  if (::stat(folder.file(kManifestName).c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino, static_cast<uint64_t>(status.st_size),
          status.st_ctim.tv_sec * 1'000'000'000 + status.st_ctim.tv_nsec};
}

Result<std::shared_ptr<const View>> load_newest(const Folder& folder, const View* before) {
  for (int tries = 1;; ++tries) {
    Manifest manifest = TRY(read_manifest(folder));
    uint64_t version = manifest.version;
    auto view = View::load(folder, std::move(manifest), before);
    if (view || view.error().code != Error::Code::kNotFound) return view;
    // A writer removes files only after it has published a manifest without them: read that one.
    bool replaced = TRY(read_manifest(folder)).version != version;
    if (!replaced || tries == kTriesMax) {
      return Error{
          Error::Code::kCorrupt,
          fmt::format("a file that the manifest names is missing: {}", view.error().message)};
    }
  }
}

Result<void> publish(const Folder& folder, const Manifest& manifest) {
  TRY(folder.sync());
  return folder.replace(kManifestName, manifest_bytes(manifest));
}

void remove_leftovers(const Folder& folder, const Manifest& manifest) {
  std::set<std::string> named;
  for (const FileRef& file : manifest.files()) named.insert(file.name());
  std::set<std::string_view> folders;
  for (FileKind kind : {FileKind::kPart, FileKind::kUsers, FileKind::kLookup, FileKind::kLedger}) {
    folders.insert(kind_folder(kind));
  }
  for (std::string_view inside : folders) {
    auto names = base::list_folder(folder.file(inside));
    if (!names) continue;
    for (const std::string& name : names.value()) {
      std::string file = fmt::format("{}/{}", inside, name);
      if (!named.contains(file)) (void)base::remove_file(folder.file(file));
    }
  }
}

}  // namespace starling::store
