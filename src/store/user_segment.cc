#include "store/user_segment.h"

#include <fmt/format.h>

#include <bit>

#include "base/hash.h"
#include "store/bytes.h"
#include "store/column_builder.h"

namespace starling::store {

Result<FileRef> UserSegment::write(const Folder& folder, uint64_t number, uint32_t first,
                                   const TextInterner& ids, std::span<const uint32_t> order) {
  size_t slot_count = std::bit_ceil(order.size() * 2 + 1);
  std::vector<uint32_t> slots(slot_count, 0);
  for (uint32_t i = 0; i < order.size(); ++i) {
    size_t at = base::hash64(ids[order[i]]) & (slot_count - 1);
    while (slots[at] != 0) at = (at + 1) & (slot_count - 1);
    slots[at] = i + 1;
  }
  std::optional<EncodedSection> offsets, bytes;
  encode_texts(ids, order, offsets, bytes);

  auto file = TRY(SectionFileWriter::create(folder, FileKind::kUsers, number));
  ByteWriter description;
  description.u32(first);
  description.u32(TRY(file->add(offsets->section, offsets->bytes)));
  description.u32(TRY(file->add(bytes->section, bytes->bytes)));
  description.u32(TRY(file->add_array<uint32_t>(SectionRole::kSlots, slots)));
  return file->finish(description.str());
}

Result<std::shared_ptr<const UserSegment>> UserSegment::open(const Folder& folder,
                                                             const FileRef& ref) {
  std::shared_ptr<UserSegment> segment(new UserSegment(TRY(SectionFile::open(folder, ref))));
  TRY(segment->read());
  TRY(segment->verify());
  return std::shared_ptr<const UserSegment>(segment);
}

Result<void> UserSegment::read() {
  ByteReader description(file_->description());
  first_ = description.u32();
  uint32_t offsets = description.u32(), bytes = description.u32(), slots = description.u32();
  if (!description.finish()) return file_->corrupt("has a description that cannot be read");
  ids_ = TRY(StoredTexts::read(*file_, offsets, bytes));
  slots_ = TRY(file_->array<uint32_t>(slots, SectionRole::kSlots));
  if (!std::has_single_bit(slots_.size()) || slots_.size() <= ids_.size()) {
    return file_->corrupt("has a hash table of an impossible size");
  }
  return {};
}

Result<void> UserSegment::verify() const {
  TRY(file_->verify());
  TRY(ids_.check_contents(*file_));
  uint64_t taken = 0;
  for (uint32_t slot : slots_) {
    if (slot > ids_.size()) return file_->corrupt("has a hash table that points outside");
    taken += slot != 0;
  }
  if (taken != ids_.size()) return file_->corrupt("has a hash table that does not hold every user");
  return {};
}

std::optional<uint32_t> UserSegment::find(std::string_view id, uint64_t hash) const {
  size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
    uint32_t place = slots_[at] - 1;
    if (ids_[place] == id) return first_ + place;
  }
  return std::nullopt;
}

void UserSegment::describe(bool with_rows, std::string& out) const {
  out += fmt::format("  users {} to {}\n", first_, uint64_t{first_} + size());
  if (!with_rows) return;
  for (uint32_t i = 0; i < size(); ++i) out += fmt::format("    user {} {}\n", first_ + i, ids_[i]);
}

}  // namespace starling::store
