// SplitMix64: small, and the same on every machine; the standard library's distributions are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace jaffle {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t mixed = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }

  // In [0, 1), of 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  double between(double low, double high) { return low + (high - low) * uniform(); }

  // In [0, count). REQUIRES: count > 0.
  int below(int count) { return static_cast<int>(next() % static_cast<uint64_t>(count)); }

  bool chance(double probability) { return uniform() < probability; }

  // An index, as often as its weight says. REQUIRES: a weight above 0.
  size_t pick(std::span<const double> weights) {
    double total = 0;
    for (double weight : weights) total += weight;
    double left = uniform() * total;
    for (size_t i = 0; i < weights.size(); ++i) {
      left -= weights[i];
      if (left < 0) return i;
    }
    return weights.size() - 1;
  }

 private:
  uint64_t state_;
};

}  // namespace jaffle
