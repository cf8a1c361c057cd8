// One thread's segments: tuples of coordinate numbers, numbered in the order of their first match.
// A segment that no match falls in has no number, so state grows with what there is and not with
// what there could be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace starling::engine::native {

class Segmenter {
 public:
  // REQUIRES: width > 0, the number of breakdowns.
  explicit Segmenter(size_t width) : width_(width) {}

  size_t size() const { return tuples_.size() / width_; }
  std::span<const uint32_t> tuple(uint32_t segment) const {
    return {tuples_.data() + segment * width_, width_};
  }

  // Forgets all segments, but not the room they had.
  void clear();

  // The segment of `width` coordinate numbers.
  uint32_t segment(const uint32_t* tuple) {
    return width_ == 1 ? segment_of_one(*tuple) : segment_of_many(tuple);
  }

 private:
  static constexpr uint32_t kFree = 0xFFFFFFFF;

  uint32_t add(const uint32_t* tuple) {
    tuples_.insert(tuples_.end(), tuple, tuple + width_);
    return static_cast<uint32_t>(size() - 1);
  }
  uint32_t segment_of_one(uint32_t coordinate) {
    if (coordinate >= places_.size()) places_.resize(coordinate + coordinate / 2 + 16, kFree);
    uint32_t& segment = places_[coordinate];
    if (segment == kFree) segment = add(&coordinate);
    return segment;
  }
  uint32_t segment_of_many(const uint32_t* tuple);
  size_t place(const uint32_t* tuple) const;

  size_t width_;
  std::vector<uint32_t> tuples_;
  std::vector<uint32_t>
      places_;  // width 1: by coordinate; else an open table, a power of two, at most half full
};

}  // namespace starling::engine::native
