// A thread's memory of what 64-bit values stand for: lookup rows, coordinates. Asked once a row, so
// the common case (small whole numbers) is an array read and the rest a short probe in an open
// table.
#pragma once

#include <cstdint>
#include <vector>

namespace starling::engine::native {

class RawCache {
 public:
  static constexpr uint32_t kUnknown = 0xFFFFFFFF;

  // What `key` stands for; miss(key) says it the first time. REQUIRES: miss never gives kUnknown.
  template <class Miss>
  uint32_t find(int64_t key, Miss miss) {
    if (static_cast<uint64_t>(key) < kDirect) {
      if (direct_.empty()) direct_.assign(kDirect, kUnknown);
      uint32_t& known = direct_[key];
      if (known == kUnknown) known = miss(key);
      return known;
    }
    if (entries_.empty()) entries_.resize(kFirstEntries);
    size_t at = place(key);
    if (entries_[at].value != kUnknown) return entries_[at].value;
    uint32_t value = miss(key);
    entries_[at] = {key, value};
    if (++used_ * 2 > entries_.size()) grow();
    return value;
  }

 private:
  struct Entry {
    int64_t key = 0;
    uint32_t value = kUnknown;  // kUnknown: the place is free
  };
  static constexpr size_t kDirect = 16 * 1024;
  static constexpr size_t kFirstEntries = 1024;
  static constexpr size_t kEntriesMax = size_t{1} << 22;  // 64 MiB; then it forgets everything

  size_t place(int64_t key) const {
    size_t mask = entries_.size() - 1;
    size_t at = (static_cast<uint64_t>(key) * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (entries_[at].value != kUnknown && entries_[at].key != key) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<Entry> old = std::move(entries_);
    used_ = 0;
    if (old.size() == kEntriesMax) {
      entries_.assign(kFirstEntries, Entry{});
      return;
    }
    entries_.assign(old.size() * 2, Entry{});
    for (const Entry& entry : old) {
      if (entry.value == kUnknown) continue;
      entries_[place(entry.key)] = entry;
      ++used_;
    }
  }

  std::vector<uint32_t> direct_;
  std::vector<Entry> entries_;  // a power of two
  size_t used_ = 0;
};

}  // namespace starling::engine::native
