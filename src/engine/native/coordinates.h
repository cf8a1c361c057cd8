// Coordinates of segments as small numbers. A breakdown has one table of them for all threads; hot
// loops see numbers only, and a number is turned back into its coordinate when the answer is
// written.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::engine::native {

class Coordinates {
 public:
  // `cohort_name` is used when the breakdown is by cohort. The breakdown must outlive this.
  Coordinates(const query::Breakdown& breakdown, std::string cohort_name)
      : breakdown_(&breakdown), cohort_name_(std::move(cohort_name)) {}
  Coordinates(const Coordinates&) = delete;
  Coordinates& operator=(const Coordinates&) = delete;

  // The number of the coordinate a value falls on (reports.md §1, breakdown options). Thread-safe.
  uint32_t number_of(const event::Value& value);
  uint32_t not_set();
  Coordinate at(uint32_t number) const;  // REQUIRES: no number_of at the same time
  bool equals(uint32_t number, const Coordinate& other) const;  // thread-safe

 private:
  uint32_t add(Coordinate coordinate);
  Coordinate coordinate_of(const event::Value& value) const;

  const query::Breakdown* breakdown_;
  std::string cohort_name_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, uint32_t> numbers_;  // guarded by mutex_
  std::vector<Coordinate> coordinates_;                // guarded by mutex_ while counting
};

}  // namespace starling::engine::native
