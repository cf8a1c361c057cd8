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
  std::optional<uint32_t> find(std::string_view text) const;

  uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }
  std::string_view operator[](uint32_t index) const { return texts_[index]; }
  const event::TextColumn& texts() const { return texts_; }
  uint64_t text_bytes() const { return text_bytes_; }

 private:
  // A slot of the open-addressing table: part of the text's hash and its number + 1; 0 = free. At most half are taken.
  struct Slot {
    uint32_t tag = 0;
    uint32_t index_plus_one = 0;
  };

  size_t slot_of(std::string_view text, uint64_t hash) const;
  void grow();

  event::TextColumn texts_;
  std::vector<Slot> slots_;
  uint64_t text_bytes_ = 0;
  uint32_t last_ = 0;  // rows often repeat the text before them
};

}  // namespace starling::store
