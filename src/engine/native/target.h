// Which of a thread's segments is the one that "who is this?" asks about.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/native/coordinates.h"
#include "engine/native/segmenter.h"

namespace starling::engine::native {

class Target {
 public:
  // Coordinates stand in the order of the breakdowns; all must outlive this. An empty segment is
  // never asked for here: it is the row over all segments.
  Target(const query::Segment& wanted, const std::vector<Coordinates*>& coordinates)
      : wanted_(&wanted), coordinates_(&coordinates) {}

  bool is(const Segmenter& segmenter, uint32_t segment) {
    while (known_.size() <= segment) known_.push_back(kUnknown);
    if (known_[segment] == kUnknown) known_[segment] = matches(segmenter.tuple(segment)) ? 1 : 0;
    return known_[segment] == 1;
  }

 private:
  static constexpr uint8_t kUnknown = 2;

  bool matches(std::span<const uint32_t> tuple) const {
    for (size_t i = 0; i < tuple.size(); ++i) {
      if (!(*coordinates_)[i]->equals(tuple[i], (*wanted_)[i])) return false;
    }
    return true;
  }

  const query::Segment* wanted_;
  const std::vector<Coordinates*>* coordinates_;
  std::vector<uint8_t> known_;  // by segment
};

}  // namespace starling::engine::native
