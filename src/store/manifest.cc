#include "store/manifest.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "store/bytes.h"

namespace starling::store {
namespace {

// "STARLING", "mani", u32 format version, u64 length and u64 checksum of what follows.
constexpr std::string_view kMagic = "STARLINGmani";
constexpr uint32_t kFormatVersion = 2;
constexpr uint32_t kOldestVersion = 1;  // parts have neither drops nor fills
constexpr size_t kHeaderBytes = 32;

uint64_t checksum(std::string_view bytes) {
  return base::checksum64({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
}

void write_file(ByteWriter& out, const FileRef& file) {
  out.u64(file.number);
  out.u64(file.size);
  out.u64(file.checksum);
}

FileRef read_file(ByteReader& in, FileKind kind) {
  FileRef file{kind};
  file.number = in.u64();
  file.size = in.u64();
  file.checksum = in.u64();
  return file;
}

template <class Entry>
void write_entries(ByteWriter& out, const std::vector<Entry>& entries) {
  out.u32(static_cast<uint32_t>(entries.size()));
  for (const Entry& entry : entries) {
    write_file(out, entry.file);
    out.text(entry.source);
    out.u64(entry.rows);
  }
}

template <class Entry>
std::vector<Entry> read_entries(ByteReader& in, FileKind kind) {
  std::vector<Entry> entries(in.count(36));
  for (Entry& entry : entries) {
    entry.file = read_file(in, kind);
    entry.source = in.text();
    entry.rows = in.u64();
  }
  return entries;
}

void write_changes(ByteWriter& out, const std::vector<PartEntry>& parts) {
  for (const PartEntry& part : parts) {
    out.u8(part.drops.has_value());
    if (part.drops) write_file(out, *part.drops);
    out.u32(static_cast<uint32_t>(part.fills.size()));
    for (const FileRef& fill : part.fills) write_file(out, fill);
  }
}

void read_changes(ByteReader& in, std::vector<PartEntry>& parts) {
  for (PartEntry& part : parts) {
    if (in.u8() != 0) part.drops = read_file(in, FileKind::kDrops);
    for (uint32_t i = in.count(24); i > 0; --i)
      part.fills.push_back(read_file(in, FileKind::kFill));
  }
}

bool users_have_gaps(const std::vector<UsersEntry>& users) {
  uint64_t next = 0;
  for (const UsersEntry& entry : users) {
    if (entry.first != next) return true;
    next += entry.count;
  }
  return next > UINT32_MAX;
}

Manifest read_payload(ByteReader& in, uint32_t format_version) {
  Manifest manifest;
  manifest.version = in.u64();
  manifest.next_number = in.u64();
  manifest.parts = read_entries<PartEntry>(in, FileKind::kPart);
  if (format_version > kOldestVersion) read_changes(in, manifest.parts);
  manifest.ledgers = read_entries<LedgerRef>(in, FileKind::kLedger);
  manifest.users.resize(in.count(32));
  for (UsersEntry& entry : manifest.users) {
    entry.file = read_file(in, FileKind::kUsers);
    entry.first = in.u32();
    entry.count = in.u32();
  }
  if (in.u8() != 0) manifest.profiles = read_file(in, FileKind::kProfiles);
  for (uint32_t i = in.count(28); i > 0; --i) {
    std::string name = in.text();
    manifest.lookups.emplace(std::move(name), read_file(in, FileKind::kLookup));
  }
  for (uint32_t i = in.count(8); i > 0; --i) {
    std::string name = in.text();
    manifest.documents.emplace(std::move(name), in.text());
  }
  return manifest;
}

}  // namespace

std::vector<FileRef> Manifest::files() const {
  std::vector<FileRef> files;
  for (const PartEntry& entry : parts) {
    files.push_back(entry.file);
    if (entry.drops) files.push_back(*entry.drops);
    files.insert(files.end(), entry.fills.begin(), entry.fills.end());
  }
  for (const LedgerRef& entry : ledgers) files.push_back(entry.file);
  for (const UsersEntry& entry : users) files.push_back(entry.file);
  if (profiles) files.push_back(*profiles);
  for (const auto& [name, file] : lookups) files.push_back(file);
  return files;
}

std::string manifest_bytes(const Manifest& manifest) {
  ByteWriter payload;
  payload.u64(manifest.version);
  payload.u64(manifest.next_number);
  write_entries(payload, manifest.parts);
  write_changes(payload, manifest.parts);
  write_entries(payload, manifest.ledgers);
  payload.u32(static_cast<uint32_t>(manifest.users.size()));
  for (const UsersEntry& entry : manifest.users) {
    write_file(payload, entry.file);
    payload.u32(entry.first);
    payload.u32(entry.count);
  }
  payload.u8(manifest.profiles.has_value());
  if (manifest.profiles) write_file(payload, *manifest.profiles);
  payload.u32(static_cast<uint32_t>(manifest.lookups.size()));
  for (const auto& [name, file] : manifest.lookups) {
    payload.text(name);
    write_file(payload, file);
  }
  payload.u32(static_cast<uint32_t>(manifest.documents.size()));
  for (const auto& [name, text] : manifest.documents) {
    payload.text(name);
    payload.text(text);
  }
  ByteWriter header;
  header.u32(kFormatVersion);
  header.u64(payload.str().size());
  header.u64(checksum(payload.str()));
  return std::string(kMagic) + header.str() + payload.str();
}

Result<Manifest> parse_manifest(const std::string& path, std::string_view bytes) {
  auto corrupt = [&](std::string_view what) {
    return Error{Error::Code::kCorrupt, fmt::format("store file {} {}", path, what)};
  };
  if (bytes.size() < kHeaderBytes) return corrupt("is too short");
  if (bytes.substr(0, kMagic.size()) != kMagic)
    return corrupt("is no manifest: its first bytes are wrong");
  ByteReader header(bytes.substr(kMagic.size(), kHeaderBytes - kMagic.size()));
  uint32_t version = header.u32();
  if (version < kOldestVersion || version > kFormatVersion) {
    return Error{
        Error::Code::kUnsupported,
        fmt::format("store file {} has format version {}; this program reads versions {} to {}",
                    path, version, kOldestVersion, kFormatVersion)};
  }
  uint64_t length = header.u64(), sum = header.u64();
  std::string_view payload = bytes.substr(kHeaderBytes);
  if (length != payload.size()) {
    return corrupt(fmt::format("holds {} bytes where {} should be", payload.size(), length));
  }
  if (sum != checksum(payload)) return corrupt("has a checksum that differs");
  ByteReader in(payload);
  Manifest manifest = read_payload(in, version);
  if (!in.finish() || users_have_gaps(manifest.users)) return corrupt("cannot be read");
  return manifest;
}

}  // namespace starling::store
