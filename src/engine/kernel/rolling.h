// Distinct users in windows of local days (reports.md §8.11). A user's days with a match are bits;
// walking them in order, each day covers the windows that hold it, and only those beyond what
// earlier days covered are new. New windows are a stretch, so a difference array counts them.
//
// Where windows are of one length N and users come as rows of bits, each bit is spread over the N -
// 1 days after it: a user is in the window that ends with a day where that day's bit is set then.
// Bits are counted by position.
#pragma once

#include <vector>

#include "engine/kernel/bit_counter.h"
#include "engine/kernel/cells.h"
#include "engine/kernel/kernel.h"
#include "engine/kernel/user_slots.h"

namespace starling::engine::kernel {

class RollingKernel : public Kernel {
 public:
  explicit RollingKernel(const Shape& shape);

  void add(const View& entries, size_t segment_count) override;
  // The marked users, in segment 0. REQUIRES: they come in no other call.
  void add(const UserSlots& users);
  void merge(const Kernel& other, std::span<const uint32_t> segments,
             size_t segment_count) override;
  void finish(uint32_t segment, std::vector<Number>& values, Number& overall) const override;

 private:
  // Counts a user in the windows that hold the day and lie beyond `covered`, and moves it on.
  void cover(uint32_t segment, size_t day, uint32_t& covered);
  void flush();
  // The length of all windows, 0 when they differ.
  static size_t common_length(const Shape& shape);
  void add_spread(const UserSlots& users);
  int64_t spread_users(size_t window) const;

  size_t intervals_;
  bool whole_;
  std::vector<uint32_t> first_, past_;  // by day: the windows [first, past) hold it
  Cells<int64_t> changes_;  // by window: users in it beyond those in the window before; then users
                            // in any window
  Cells<uint64_t> days_;    // bits of the current user; all 0 between users
  std::vector<uint32_t> seen_by_;  // by segment: the last user with a match in it
  std::vector<uint32_t> touched_;  // segments of the current user

  // With windows of one length.
  size_t length_;
  std::vector<DayWindow> windows_;
  BitCounter ending_;             // by day: users in the window that ends with it
  std::vector<int64_t> merged_;   // by window: users of other states
  std::vector<uint64_t> spread_;  // of the current user
};

}  // namespace starling::engine::kernel
