#include "store/lookup_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/column_builder.h"

namespace starling::store {

Result<FileRef> LookupFile::write(const Folder& folder, uint64_t number,
                                  const event::Lookup& lookup, const event::LookupTable& table) {
  TextInterner keys;
  std::vector<uint32_t> row_of_key;
  for (size_t row = 0; row < table.keys.size(); ++row) {
    auto key = keys.intern(table.keys[row]);
    if (key.is_new) row_of_key.push_back(0);
    row_of_key[key.index] = static_cast<uint32_t>(row);
  }
  std::vector<uint32_t> order(keys.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
  VersionOrder versions;
  if (lookup.history) {
    std::vector<uint32_t> place_of_key(keys.size()), places;
    for (uint32_t place = 0; place < order.size(); ++place) place_of_key[order[place]] = place;
    for (size_t row = 0; row < table.keys.size(); ++row)
      places.push_back(place_of_key[keys.intern(table.keys[row]).index]);
    versions = order_versions(places, table.starts, static_cast<uint32_t>(keys.size()));
  } else {
    for (uint32_t key : order) versions.rows.push_back(row_of_key[key]);
  }
  std::optional<EncodedSection> offsets, bytes;
  encode_texts(keys, order, offsets, bytes);

  auto file = TRY(SectionFileWriter::create(folder, FileKind::kLookup, number));
  ByteWriter description;
  description.text(lookup.name);
  description.u8(static_cast<uint8_t>(lookup.on.kind));
  description.text(lookup.on.name);
  description.text(lookup.on.member);
  description.u32(TRY(file->add(offsets->section, offsets->bytes)));
  description.u32(TRY(file->add(bytes->section, bytes->bytes)));
  if (lookup.history) TRY(write_versions(versions, *file));
  description.u32(static_cast<uint32_t>(table.columns.size()));
  for (const event::NamedColumn& given : table.columns) {
    ColumnBuilder column(given.column.type);
    TRY(column.append(given.column));
    description.text(given.name);
    TRY(write_column(column.encode(versions.rows), *file, description));
  }
  if (lookup.history) write_as_of(*lookup.history, description);
  return file->finish(description.str());
}

Result<std::shared_ptr<const LookupFile>> LookupFile::open(const Folder& folder,
                                                           const FileRef& ref) {
  std::shared_ptr<LookupFile> lookup(new LookupFile(TRY(SectionFile::open(folder, ref))));
  TRY(lookup->read());
  TRY(lookup->verify());
  return std::shared_ptr<const LookupFile>(lookup);
}

Result<void> LookupFile::read() {
  ByteReader description(file_->description());
  lookup_.name = description.text();
  uint8_t kind = description.u8();
  lookup_.on.name = description.text();
  lookup_.on.member = description.text();
  uint32_t offsets = description.u32(), bytes = description.u32();
  if (description.failed() ||
      kind > static_cast<uint8_t>(event::LookupTarget::Kind::kUserProperty)) {
    return file_->corrupt("has a description that cannot be read");
  }
  lookup_.on.kind = static_cast<event::LookupTarget::Kind>(kind);
  keys_ = TRY(StoredTexts::read(*file_, offsets, bytes));
  versions_ = TRY(read_versions(*file_, keys_.size()));
  uint64_t rows = versions_ ? versions_->starts.size() : keys_.size();
  columns_ = TRY(StoredColumns::read(*file_, rows, description));
  if (versions_) lookup_.history = TRY(read_as_of(*file_, description));
  if (!description.finish()) return file_->corrupt("has a description that cannot be read");
  lookup_.columns = columns_.properties();
  return {};
}

Result<void> LookupFile::verify() const {
  TRY(file_->verify());
  TRY(keys_.check_contents(*file_));
  for (uint32_t row = 1; row < keys_.size(); ++row) {
    if (keys_[row - 1] >= keys_[row]) return file_->corrupt("has keys out of order");
  }
  return columns_.check_contents();
}

std::optional<uint32_t> LookupFile::find(std::string_view key) const {
  uint32_t low = 0, high = keys_.size();
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (keys_[middle] < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low < keys_.size() && keys_[low] == key) return low;
  return std::nullopt;
}

void LookupFile::describe(bool with_rows, std::string& out) const {
  out += fmt::format(
      "  lookup {} on {}{}{}: {} keys, {}\n", lookup_.name, lookup_.on.name,
      lookup_.on.member.empty() ? "" : ".", lookup_.on.member, size(),
      versions_ ? fmt::format("{} versions", versions_->starts.size()) : std::string("a row each"));
  columns_.describe(out);
  if (!with_rows) return;
  for (uint32_t place = 0; place < keys_.size(); ++place) {
    uint32_t first = versions_ ? versions_->first[place] : place;
    uint32_t end = versions_ ? versions_->first[place + 1] : place + 1;
    for (uint32_t row = first; row < end; ++row) {
      out += fmt::format("    key {}", keys_[place]);
      if (versions_) out += fmt::format(" from {}", versions_->starts[row]);
      columns_.describe_row(row, out);
      out += '\n';
    }
  }
}

}  // namespace starling::store
