// Held properties (reports.md §8.27): which tuple of their values each row has.
#pragma once

#include <memory>
#include <vector>

#include "engine/native/emitter.h"
#include "engine/native/row_set.h"

namespace starling::engine::native {

class Held {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;  // one of the properties is not set

  // `scans` and `selectors` are those whose rows are asked about; they must outlive this.
  Held(Question& question, const std::vector<query::Reference>& references,
       const std::vector<const Scan*>& scans, const std::vector<const query::Selector*>& selectors);

  bool empty() const { return breakdowns_.empty(); }
  // A number for each row's tuple, the same for equal tuples within a thread (one segmenter).
  Result<void> read(const RowSet& rows, const std::vector<Selection>& selections, Scratch& scratch,
                    Segmenter& segmenter, std::vector<uint32_t>& out) const;
  Segmenter make_segmenter() const { return Segmenter(std::max<size_t>(1, breakdowns_.size())); }

 private:
  std::vector<query::Breakdown> breakdowns_;
  std::vector<std::unique_ptr<Coordinates>> coordinates_;
  std::vector<uint32_t> not_set_;
  std::vector<std::unique_ptr<Emitter>> emitters_;  // by scan
};

}  // namespace starling::engine::native
