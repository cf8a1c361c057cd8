#include "engine/native/cohort_size.h"

#include <algorithm>

#include "engine/native/breakdown_column.h"
#include "engine/native/segmenter.h"
#include "engine/native/target.h"

namespace starling::engine::native {
namespace {

// The segments of every user, by user: [starts[u], starts[u + 1]) of `segments`.
struct UserSegments {
  std::vector<uint64_t> starts;
  std::vector<uint32_t> segments;
  Segmenter segmenter;
};

// One coordinate a user, or one an element of the user's list.
std::vector<std::vector<uint32_t>> coordinates_of_users(Question& question,
                                                        const query::Breakdown& breakdown,
                                                        Coordinates& coordinates) {
  std::vector<std::vector<uint32_t>> out(question.user_count());
  if (out.empty()) return out;
  Block users = Block::of_users(question.user_count());
  auto list = question.list_of(breakdown.reference);
  const store::ColumnReader* reader = list ? question.list_reader(*list, nullptr) : nullptr;
  if (!list) {
    std::vector<uint32_t> numbers(out.size());
    BreakdownColumn::of_rows(question, breakdown.reference, coordinates, nullptr)
        .read({users}, question.plan_scratch(), numbers.data());
    for (size_t u = 0; u < out.size(); ++u) out[u] = {numbers[u]};
    return out;
  }
  uint32_t not_set = coordinates.not_set();
  if (reader != nullptr) {
    ListSpan span(*reader, users);
    std::vector<uint32_t> numbers(span.count());
    BreakdownColumn::of_elements(question, breakdown.reference, coordinates, nullptr)
        .read({users, &span}, question.plan_scratch(), numbers.data());
    for (size_t u = 0; u < out.size(); ++u) {
      out[u].assign(numbers.begin() + static_cast<ptrdiff_t>(span.begin(u)),
                    numbers.begin() + static_cast<ptrdiff_t>(span.end(u)));
      std::ranges::sort(out[u]);
      out[u].erase(std::unique(out[u].begin(), out[u].end()), out[u].end());
    }
  }
  for (auto& own : out) {
    if (own.empty()) own.push_back(not_set);
  }
  return out;
}

UserSegments segments_of_users(Question& question,
                               const std::vector<const query::Breakdown*>& breakdowns,
                               const std::vector<Coordinates*>& coordinates) {
  UserSegments out{{0}, {}, Segmenter(std::max<size_t>(1, breakdowns.size()))};
  std::vector<std::vector<std::vector<uint32_t>>> columns;
  for (size_t b = 0; b < breakdowns.size(); ++b)
    columns.push_back(coordinates_of_users(question, *breakdowns[b], *coordinates[b]));
  std::vector<uint32_t> tuple(breakdowns.size());
  for (uint32_t user = 0; user < question.user_count(); ++user) {
    auto combine = [&](auto& self, size_t b) -> void {
      if (b == columns.size()) return out.segments.push_back(out.segmenter.segment(tuple.data()));
      for (uint32_t coordinate : columns[b][user]) {
        tuple[b] = coordinate;
        self(self, b + 1);
      }
    };
    if (!breakdowns.empty()) combine(combine, 0);
    out.starts.push_back(out.segments.size());
  }
  return out;
}

}  // namespace

OperandAnswer answer_cohort_size(Question& question, const query::Measure& measure,
                                 const std::vector<const query::Breakdown*>& breakdowns,
                                 const std::vector<Coordinates*>& coordinates) {
  UserSegments users = segments_of_users(question, breakdowns, coordinates);
  size_t slots = measure.cohorts.size();
  std::vector<uint64_t> all(slots), split(slots * users.segmenter.size());
  std::vector<uint8_t> seen(users.segmenter.size());
  for (size_t slot = 0; slot < slots; ++slot) {
    if (measure.cohorts[slot] < 0) continue;
    const std::vector<uint8_t>& members = question.members(measure.cohorts[slot]);
    for (uint32_t user = 0; user < members.size(); ++user) {
      if (!members[user]) continue;
      ++all[slot];
      for (uint64_t i = users.starts[user]; i < users.starts[user + 1]; ++i) {
        ++split[users.segments[i] * slots + slot];
        seen[users.segments[i]] = 1;
      }
    }
  }
  auto series_of = [&](Segment segment, const uint64_t* sizes) {
    Series series{std::move(segment), {}, {}};
    for (size_t slot = 0; slot < slots; ++slot) {
      Number size;
      if (measure.cohorts[slot] >= 0)
        size = base::Decimal{static_cast<base::Int128>(sizes[slot]), 0};
      slot + 1 == slots ? static_cast<void>(series.overall = size) : series.values.push_back(size);
    }
    return series;
  };
  OperandAnswer answer;
  answer.series.push_back(series_of({}, all.data()));
  for (uint32_t s = 0; s < seen.size(); ++s) {
    if (!seen[s]) continue;
    Segment segment;
    for (size_t b = 0; b < breakdowns.size(); ++b)
      segment.push_back(coordinates[b]->at(users.segmenter.tuple(s)[b]));
    answer.series.push_back(series_of(std::move(segment), split.data() + s * slots));
  }
  return answer;
}

void mark_cohort_members(Question& question, const query::Measure& measure,
                         const std::vector<const query::Breakdown*>& breakdowns,
                         const std::vector<Coordinates*>& coordinates, const query::Who& who,
                         std::vector<uint8_t>& users) {
  int cohort = who.interval ? measure.cohorts[*who.interval] : measure.cohorts.back();
  if (cohort < 0) return;
  const std::vector<uint8_t>& members = question.members(cohort);
  if (who.segment.empty()) {
    for (size_t user = 0; user < members.size(); ++user) users[user] |= members[user];
    return;
  }
  UserSegments segments = segments_of_users(question, breakdowns, coordinates);
  Target target(who.segment, coordinates);
  for (uint32_t user = 0; user < members.size(); ++user) {
    if (!members[user]) continue;
    for (uint64_t i = segments.starts[user]; i < segments.starts[user + 1]; ++i)
      users[user] |= target.is(segments.segmenter, segments.segments[i]) ? 1 : 0;
  }
}

}  // namespace starling::engine::native
