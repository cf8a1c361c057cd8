// In which slots (local days) each user of a range has a match: a row of bits a user. Matches may
// come in any order, so nothing has to be sorted by user first.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace starling::engine::kernel {

class UserSlots {
 public:
  // Whether the marks of so many users stay where the second-level cache holds them.
  static bool fits(size_t users, size_t slots) {
    return users * words_of(slots) * sizeof(uint64_t) <= kBytesMax;
  }

  explicit UserSlots(size_t slots) : words_(words_of(slots)) {}

  size_t users() const { return users_; }
  // Forgets every mark; from here on users are numbered [0, users).
  void clear(size_t users) {
    users_ = users;
    bits_.assign(users * words_, 0);
  }

  // For loops over rows, which keep it in registers; clear() makes another one.
  struct Marker {
    uint64_t* bits;
    size_t words;
    void mark(size_t user, size_t slot) const {
      bits[user * words + slot / 64] |= uint64_t{1} << (slot % 64);
    }
  };
  Marker marker() { return {bits_.data(), words_}; }

  // Bit slot % 64 of word slot / 64.
  std::span<const uint64_t> row(size_t user) const {
    return {bits_.data() + user * words_, words_};
  }
  // Calls use(slot) for each slot of the user, ascending.
  template <class Use>
  void for_slots(size_t user, Use use) const {
    std::span<const uint64_t> words = row(user);
    for (size_t word = 0; word < words.size(); ++word) {
      for (uint64_t bits = words[word]; bits != 0; bits &= bits - 1)
        use(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
    }
  }

 private:
  static constexpr size_t kBytesMax = 2 << 20;
  static size_t words_of(size_t slots) { return (slots + 63) / 64; }

  size_t words_, users_ = 0;
  std::vector<uint64_t> bits_;
};

}  // namespace starling::engine::kernel
