// The manifest: which files make up the store (docs/formats/store.md). It is replaced as a whole by
// every commit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/folder.h"

namespace starling::store {

struct PartEntry {
  FileRef file;
  std::string source;
  uint64_t rows = 0;             // that count: without the dropped ones
  std::optional<FileRef> drops;  // rows that count no more
  std::vector<FileRef> fills;    // properties given later; a later one hides an earlier one's

  friend bool operator==(const PartEntry&, const PartEntry&) = default;
};

struct LedgerRef {
  FileRef file;
  std::string source;
  uint64_t rows = 0;
};

struct UsersEntry {
  FileRef file;
  uint32_t first = 0, count = 0;
};

struct Manifest {
  uint64_t version = 0;
  uint64_t next_number = 1;  // no file of this or a greater number was ever part of the store
  std::vector<PartEntry> parts;
  std::vector<LedgerRef> ledgers;  // a later one's entry for a key overrules an earlier one's
  std::vector<UsersEntry> users;   // ascending, without gaps
  std::optional<FileRef> profiles;
  std::map<std::string, FileRef> lookups;
  std::map<std::string, std::string> documents;

  uint32_t user_count() const {
    return users.empty() ? 0 : users.back().first + users.back().count;
  }
  std::vector<FileRef> files() const;
};

std::string manifest_bytes(const Manifest& manifest);
// kCorrupt naming the file when the bytes are not what manifest_bytes() wrote.
Result<Manifest> parse_manifest(const std::string& path, std::string_view bytes);

}  // namespace starling::store
