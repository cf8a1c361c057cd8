#include "store/dump.h"

#include <fmt/format.h>

#include "store/records.h"

namespace starling::store {
namespace {

void dump_file(const SectionFile& file, std::string& out) {
  out += fmt::format("{}: {} bytes, checksum {:016x}, {} sections\n", file.ref().name(),
                     file.ref().size, file.ref().checksum, file.sections().size());
  for (const Section& section : file.sections()) out += fmt::format("  {}\n", describe(section));
}

Result<void> dump_ledger(const Folder& folder, const LedgerRef& ref, bool with_rows,
                         std::string& out) {
  auto ledger = TRY(LedgerFile::open(folder, ref.file));
  dump_file(ledger->file(), out);
  out += fmt::format("  ledger of source {}: {} rows\n", ref.source, ledger->count());
  if (!with_rows) return {};
  RecordCursor<LedgerEntry> cursor(ledger);
  for (const LedgerEntry* entry = TRY(cursor.current()); entry != nullptr;
       entry = TRY(cursor.current())) {
    out += fmt::format("    key {:016x}{:016x} content {:016x}\n", entry->key.high, entry->key.low,
                       entry->content_hash);
    cursor.advance();
  }
  return {};
}

void dump_drops(const LivePart& part, bool with_rows, std::string& out) {
  dump_file(part.drops()->file(), out);
  for (size_t t = 0; t < part.tables().size(); ++t) {
    std::span<const uint32_t> rows = part.drops()->rows(t);
    if (rows.empty()) continue;
    out +=
        fmt::format("  dropped from event {}: {} rows\n", part.tables()[t]->event(), rows.size());
    for (uint32_t row : with_rows ? rows : std::span<const uint32_t>())
      out += fmt::format("    row {}\n", row);
  }
}

void dump_fill(const LivePart& part, const FillFile& fill, bool with_rows, std::string& out) {
  dump_file(fill.file(), out);
  for (const auto& [table, columns] : fill.tables()) {
    out += fmt::format("  filled in event {}\n", part.tables()[table]->event());
    columns.describe(out);
    for (uint64_t row = 0; with_rows && row < part.tables()[table]->size(); ++row) {
      out += fmt::format("    row {}", row);
      columns.describe_row(row, out);
      out += '\n';
    }
  }
}

}  // namespace

Result<std::string> dump_view(const Folder& folder, const View& view, bool with_rows) {
  const Manifest& manifest = view.manifest();
  std::string out = fmt::format(
      "manifest: version {}, next file {}, {} parts, {} ledgers, {} users, {} bytes in all\n",
      manifest.version, manifest.next_number, manifest.parts.size(), manifest.ledgers.size(),
      manifest.user_count(), view.bytes());
  for (const auto& [name, text] : manifest.documents) {
    out += fmt::format("  document {}: {} bytes\n", name, text.size());
    if (with_rows) out += fmt::format("    {}\n", text);
  }
  for (const auto& users : view.users()) {
    dump_file(users->file(), out);
    users->describe(with_rows, out);
  }
  if (view.profiles() != nullptr) {
    dump_file(view.profiles()->file(), out);
    view.profiles()->describe(with_rows, out);
  }
  for (const auto& [name, lookup] : view.lookups()) {
    dump_file(lookup->file(), out);
    lookup->describe(with_rows, out);
  }
  for (const auto& part : view.parts()) {
    dump_file(part->part().file(), out);
    part->part().describe(with_rows, out);
    if (part->drops() != nullptr) dump_drops(*part, with_rows, out);
    for (const auto& fill : part->fills()) dump_fill(*part, *fill, with_rows, out);
  }
  for (const LedgerRef& ledger : manifest.ledgers) TRY(dump_ledger(folder, ledger, with_rows, out));
  return out;
}

}  // namespace starling::store
