// Attempts at a funnel among the rows of one user (docs/semantics/funnel.md). Time grows with the
// rows inside the windows of the attempts; nothing is allocated once the buffers have grown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace starling::engine::kernel {

using SelectorMask = unsigned __int128;  // bit k: the k-th selector selects the row

struct FunnelRow {
  int64_t time = 0;             // ms
  SelectorMask steps = 0;       // which steps it fits
  SelectorMask exclusions = 0;  // which exclusions it matches
  uint32_t row = 0;             // what the caller knows it by; ascending in the order of rows
};

// Instants in which an attempt may open: [from, to).
struct Openings {
  int64_t from = 0, to = 0;
};

// One row an attempt took.
struct Taken {
  uint32_t row = 0;   // FunnelRow::row
  uint32_t step = 0;  // which of the funnel's steps
  int64_t time = 0;   // as it counts: never before that of the row taken before it
};

// Attempts one after another in one buffer.
class Attempts {
 public:
  size_t size() const { return ends_.size(); }
  std::span<const Taken> operator[](size_t i) const {
    size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {taken_.data() + begin, ends_[i] - begin};
  }
  void clear() {
    taken_.clear();
    ends_.clear();
  }
  void take(const Taken& taken) { taken_.push_back(taken); }
  void end_attempt() { ends_.push_back(taken_.size()); }
  // What the attempt that has not ended took so far.
  std::span<const Taken> open() const {
    size_t begin = ends_.empty() ? 0 : ends_.back();
    return {taken_.data() + begin, taken_.size() - begin};
  }

 private:
  std::vector<Taken> taken_;
  std::vector<size_t> ends_;
};

// Most steps, then the earliest end, then the latest opening (§8.22).
bool is_better(std::span<const Taken> a, std::span<const Taken> b);

class FunnelKernel {
 public:
  struct Rules {
    uint32_t steps = 0;  // below 128
    int64_t window_ms = 0, grace_ms = 0;
    bool any_order = false;
    std::vector<SelectorMask>
        excluding;  // by gap, from 0: the exclusions that end an attempt in it
  };

  explicit FunnelKernel(Rules rules);

  // REQUIRES everywhere: rows of one user (and of one tuple of held values, or one session) in
  // order. Each appends its attempts, in the order of their openings.
  void from_first_opening(std::span<const FunnelRow> rows, Openings openings, Attempts& out);
  void from_every_opening(std::span<const FunnelRow> rows, Openings openings, Attempts& out);
  // An attempt opens behind the end of the one before it, with rows that none before it used
  // (§8.27).
  void one_after_another(std::span<const FunnelRow> rows, Openings openings, Attempts& out);

  // The first row that opens an attempt, if there is one.
  std::optional<size_t> first_opening(std::span<const FunnelRow> rows, Openings openings,
                                      size_t from = 0) const;

 private:
  // Where the attempt ended; nothing: with its window.
  std::optional<size_t> attempt(std::span<const FunnelRow> rows, size_t opening, Attempts& out);
  std::optional<size_t> in_sequence(std::span<const FunnelRow> rows, size_t opening, Attempts& out);
  std::optional<size_t> in_any_order(std::span<const FunnelRow> rows, size_t opening,
                                     Attempts& out);
  std::optional<size_t> next_step(std::span<const FunnelRow> rows, size_t latest, uint32_t step,
                                  int64_t before, int64_t last) const;
  std::optional<size_t> excluding(std::span<const FunnelRow> rows, size_t latest, uint32_t gap,
                                  int64_t before, std::optional<int64_t> next, int64_t last) const;

  Rules rules_;
  bool excludes_ = false;
  std::vector<size_t> positions_;  // of the rows the open attempt took
  std::vector<uint8_t> used_;      // by row: an earlier attempt used it
};

}  // namespace starling::engine::kernel
