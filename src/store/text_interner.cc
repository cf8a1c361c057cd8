#include "store/text_interner.h"

#include <algorithm>

#include "base/hash.h"

namespace starling::store {
namespace {

constexpr size_t kFirstSlots = 64;
constexpr size_t kBlock = 32;

}  // namespace

size_t TextInterner::slot_of(std::string_view text, uint64_t hash) const {
  size_t mask = slots_.size() - 1;
  auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.index_plus_one == 0) return at;
    if (slot.tag == tag && texts_[slot.index_plus_one - 1] == text) return at;
  }
}

TextInterner::Interned TextInterner::intern_hashed(std::string_view text, uint64_t hash) {
  Slot& slot = slots_[slot_of(text, hash)];
  bool is_new = slot.index_plus_one == 0;
  if (is_new) {
    texts_.push_back(text);
    slot = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(texts_.size())};
  }
  return {slot.index_plus_one - 1, is_new};
}

TextInterner::Interned TextInterner::intern(std::string_view text) {
  make_room(1);
  return intern_hashed(text, base::hash64(text));
}

void TextInterner::intern_all(const event::TextColumn& texts, std::vector<uint32_t>& indices) {
  indices.resize(texts.size());
  uint64_t hashes[kBlock];
  for (size_t first = 0; first < texts.size(); first += kBlock) {
    size_t count = std::min(kBlock, texts.size() - first);
    make_room(count);
    size_t mask = slots_.size() - 1;
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = base::hash64(texts[first + i]);
      __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    for (size_t i = 0; i < count; ++i)
      indices[first + i] = intern_hashed(texts[first + i], hashes[i]).index;
  }
}

std::optional<uint32_t> TextInterner::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[slot_of(text, base::hash64(text))];
  if (slot.index_plus_one == 0) return std::nullopt;
  return slot.index_plus_one - 1;
}

void TextInterner::make_room(size_t texts) {
  while ((texts_.size() + texts) * 2 > slots_.size()) grow();
}

void TextInterner::grow() {
  size_t count = slots_.empty() ? kFirstSlots : slots_.size() * 2;
  std::vector<Slot> old(count);
  old.swap(slots_);
  size_t mask = count - 1;
  for (const Slot& slot : old) {
    if (slot.index_plus_one == 0) continue;
    // The low bits choose the place and the tag holds the high ones, so the hash is taken again.
    size_t at = base::hash64(texts_[slot.index_plus_one - 1]) & mask;
    while (slots_[at].index_plus_one != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace starling::store
