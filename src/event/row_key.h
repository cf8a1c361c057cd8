// What a row is known by within its source, across all runs.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace starling::event {

// 128 bits: the row's order key (reports.md §8.1), a mark of its event's name, and a hash of what
// tells it from other rows of that order key: the text of its id, or of its content and how many
// like it came before. So whoever holds a key can find the row, and the keys of an event's rows are
// told from those of another with the same id.
base::Hash128 row_key(uint64_t order_key, std::string_view event, std::string_view identity);

uint32_t event_mark(std::string_view event);

inline uint64_t order_key_of(const base::Hash128& row_key) { return row_key.high; }
inline uint32_t event_mark_of(const base::Hash128& row_key) {
  return static_cast<uint32_t>(row_key.low >> 32);
}

}  // namespace starling::event
