#include "engine/native/segmenter.h"

#include <algorithm>

namespace starling::engine::native {

size_t Segmenter::place(const uint32_t* tuple) const {
  uint64_t hash = 0;
  for (size_t i = 0; i < width_; ++i) hash = (hash ^ tuple[i]) * 0x9E3779B97F4A7C15u + (hash >> 29);
  size_t mask = places_.size() - 1;
  size_t at = (hash >> 32) & mask;
  auto is_here = [&](uint32_t segment) {
    const uint32_t* known = tuples_.data() + segment * width_;
    for (size_t i = 0; i < width_; ++i) {
      if (known[i] != tuple[i]) return false;
    }
    return true;
  };
  while (places_[at] != kFree && !is_here(places_[at])) at = (at + 1) & mask;
  return at;
}

void Segmenter::clear() {
  if (width_ == 1) {
    for (uint32_t coordinate : tuples_) places_[coordinate] = kFree;
  } else {
    places_.clear();
  }
  tuples_.clear();
}

uint32_t Segmenter::segment_of_many(const uint32_t* tuple) {
  if ((size() + 1) * 2 > places_.size()) {
    places_.assign(std::max<size_t>(64, places_.size() * 2), kFree);
    for (uint32_t segment = 0; segment < size(); ++segment) {
      places_[place(tuples_.data() + segment * width_)] = segment;
    }
  }
  uint32_t& at = places_[place(tuple)];
  if (at == kFree) {
    at = static_cast<uint32_t>(size());
    add(tuple);
  }
  return at;
}

}  // namespace starling::engine::native
