#include "engine/native/held.h"

namespace starling::engine::native {

Held::Held(Question& question, const std::vector<query::Reference>& references,
           const std::vector<const Scan*>& scans,
           const std::vector<const query::Selector*>& selectors) {
  for (const query::Reference& reference : references) {
    query::Breakdown breakdown;
    breakdown.reference = reference;
    breakdowns_.push_back(std::move(breakdown));
  }
  std::vector<const query::Breakdown*> breakdowns;
  std::vector<Coordinates*> coordinates;
  for (const query::Breakdown& breakdown : breakdowns_) {
    coordinates_.push_back(
        std::make_unique<Coordinates>(breakdown, question.cohort_name(breakdown.reference)));
    breakdowns.push_back(&breakdown);
    coordinates.push_back(coordinates_.back().get());
    not_set_.push_back(coordinates.back()->not_set());
  }
  for (size_t s = 0; s < scans.size() && !empty(); ++s) {
    emitters_.push_back(std::make_unique<Emitter>(question, *scans[s], *selectors[s], breakdowns,
                                                  coordinates, nullptr, false,
                                                  EmitterOptions{nullptr, true, false}));
  }
}

Result<void> Held::read(const RowSet& rows, const std::vector<Selection>& selections,
                        Scratch& scratch, Segmenter& segmenter, std::vector<uint32_t>& out) const {
  out.assign(rows.rows.size(), 0);
  if (empty()) return {};
  Emitted emitted;
  for (size_t s = 0; s < emitters_.size(); ++s) {
    emitted.whole.clear();
    emitted.parts.clear();
    TRY(emitters_[s]->emit(selections[s], scratch, &segmenter, emitted));
    for_segments(rows, s, emitted.split(),
                 [&](uint32_t row, uint32_t segment) { out[row] = segment; });
  }
  std::vector<uint8_t> missing(segmenter.size());
  for (uint32_t tuple = 0; tuple < missing.size(); ++tuple) {
    for (size_t i = 0; i < not_set_.size(); ++i)
      missing[tuple] |= segmenter.tuple(tuple)[i] == not_set_[i];
  }
  for (uint32_t& tuple : out) tuple = missing[tuple] ? kNone : tuple;
  return {};
}

}  // namespace starling::engine::native
