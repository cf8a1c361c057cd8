// Gives every distinct text a number, counting from 0 in order of first sight.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "event/column.h"

namespace starling::store {

class TextInterner {
 public:
  struct Interned {
    uint32_t index;
    bool is_new;
  };

  Interned intern(std::string_view text);
  // The number of each text. Faster than one by one: the table's slots are fetched ahead.
  void intern_all(const event::TextColumn& texts, std::vector<uint32_t>& indices);
  std::optional<uint32_t> find(std::string_view text) const;

  uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }
  std::string_view operator[](uint32_t index) const { return texts_[index]; }
  const event::TextColumn& texts() const { return texts_; }

 private:
  // A slot of the open-addressing table: part of the text's hash and its number + 1; 0 = free. At
  // most half are taken.
  struct Slot {
    uint32_t tag = 0;
    uint32_t index_plus_one = 0;
  };

  size_t slot_of(std::string_view text, uint64_t hash) const;
  Interned intern_hashed(std::string_view text, uint64_t hash);  // REQUIRES: has room
  void make_room(size_t texts);
  void grow();

  event::TextColumn texts_;
  std::vector<Slot> slots_;
};

}  // namespace starling::store
