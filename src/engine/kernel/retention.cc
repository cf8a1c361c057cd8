#pragma GCC optimize("O3")
#include "engine/kernel/retention.h"

#include <algorithm>
#include <tuple>

namespace starling::engine::kernel {

using Criterion = query::Retention::Criterion;

namespace {

auto order(const Member& member) { return std::tie(member.time, member.order_key, member.rank); }
auto order(const Return& row) { return std::tie(row.time, row.order_key, row.rank); }

}  // namespace

void Buckets::index() {
  by_unit.assign(static_cast<size_t>(std::max<int64_t>(0, starts.back())), -1);
  for (int bucket = 0; bucket < count(); ++bucket) {
    for (int64_t unit = starts[static_cast<size_t>(bucket)];
         unit < starts[static_cast<size_t>(bucket) + 1]; ++unit) {
      by_unit[static_cast<size_t>(unit)] = bucket;
    }
  }
}

RetentionKernel::RetentionKernel(const Options& options)
    : options_(options),
      width_(static_cast<size_t>(options.buckets.count()) + 1),
      marks_(options.intervals * width_),
      digits_(options.intervals * width_),
      floats_(options.intervals * width_) {}

void RetentionKernel::judge(const Member& member, std::span<const Return> returns,
                            Outcome& out) const {
  out.any = false;
  out.marks.clear();
  out.summed.clear();
  auto counts = [&](const Return& row) {
    return options_.birth_counts ? order(row) >= order(member) : order(row) > order(member);
  };
  auto first = std::partition_point(returns.begin(), returns.end(),
                                    [&](const Return& row) { return !counts(row); });
  if (first == returns.end()) return;
  out.any = true;

  const Buckets& buckets = options_.buckets;
  int count = buckets.count();
  auto bucket_of = [&](const Return& row) {
    if (options_.calendar)
      return buckets.find(int64_t{row.calendar_unit} - int64_t{member.interval});
    return buckets.find((row.time - member.time) / buckets.unit_ms);
  };
  int streak = 0;
  switch (options_.criterion) {
    case Criterion::kOnOrAfter: {
      int last = bucket_of(returns.back());
      if (last >= 0) out.marks.push_back(last);
      break;
    }
    case Criterion::kOnOrBefore: {
      int earliest = std::max(0, bucket_of(*first));
      if (earliest < count) out.marks.push_back(earliest);
      break;
    }
    case Criterion::kOn:
    case Criterion::kStreak:
      for (auto row = first; row != returns.end(); ++row) {
        int bucket = bucket_of(*row);
        if (bucket >= count) break;
        if (options_.criterion == Criterion::kStreak) {
          if (bucket > streak) break;
          streak = std::max(streak, bucket + 1);
        } else if (bucket >= 0 && (out.marks.empty() || out.marks.back() != bucket)) {
          out.marks.push_back(bucket);
        }
      }
      if (streak > 0) out.marks.push_back(streak);
      break;
  }
  if (!options_.sums) return;
  for (auto row = first; row != returns.end(); ++row) {
    int bucket = bucket_of(*row);
    bool before = bucket < 0 && options_.criterion == Criterion::kOnOrBefore;
    bool after = bucket >= count && options_.criterion != Criterion::kOnOrAfter;
    if (bucket < 0 && !before) continue;
    if (after) break;
    if (row->has)
      out.summed.emplace_back(std::max(0, bucket), static_cast<size_t>(row - returns.begin()));
  }
}

bool RetentionKernel::is_retained(const Outcome& outcome, int bucket) const {
  if (outcome.marks.empty()) return false;
  switch (options_.criterion) {
    case Criterion::kOn:
      return std::ranges::find(outcome.marks, bucket) != outcome.marks.end();
    case Criterion::kOnOrBefore:
      return outcome.marks[0] <= bucket;
    case Criterion::kOnOrAfter:
      return outcome.marks[0] >= bucket;
    case Criterion::kStreak:
      return outcome.marks[0] > bucket;
  }
  return false;
}

void RetentionKernel::grow(size_t segments) {
  marks_.grow(segments);
  if (returned_.size() < segments) returned_.resize(segments);
  if (options_.sums && options_.floats) floats_.grow(segments);
  if (options_.sums && !options_.floats) digits_.grow(segments);
}

void RetentionKernel::add(uint32_t segment, const Member& member, std::span<const Return> returns,
                          const Outcome& outcome) {
  grow(segment + 1);
  returned_[segment] += outcome.any ? 1 : 0;
  for (int mark : outcome.marks) ++marks_.at(segment, column(member.interval, mark));
  for (auto [bucket, at] : outcome.summed) {
    if (options_.floats) {
      floats_.at(segment, column(member.interval, bucket)).add(returns[at].floats);
    } else {
      digits_.at(segment, column(member.interval, bucket)).add(returns[at].digits);
    }
  }
}

void RetentionKernel::merge(const RetentionKernel& other, std::span<const uint32_t> segments,
                            size_t segment_count) {
  grow(segment_count);
  marks_.merge(other.marks_, segments, [](uint64_t& ours, uint64_t theirs) { ours += theirs; });
  digits_.merge(other.digits_, segments,
                [](auto& ours, const auto& theirs) { ours.merge(theirs); });
  floats_.merge(other.floats_, segments,
                [](auto& ours, const auto& theirs) { ours.merge(theirs); });
  for (size_t i = 0; i < other.returned_.size(); ++i) returned_[segments[i]] += other.returned_[i];
}

// On: each bucket by itself. On or after: everything from the bucket on. On or before: everything
// up to it. Streak: the members whose streak is longer than the bucket's number.
std::vector<RetentionCell> RetentionKernel::cells(uint32_t segment, size_t interval, uint64_t size,
                                                  bool average) const {
  int count = options_.buckets.count();
  std::vector<RetentionCell> out(static_cast<size_t>(count));
  auto row = marks_.row(segment);
  auto mark = [&](int bucket) { return row.empty() ? uint64_t{0} : row[column(interval, bucket)]; };
  uint64_t running = 0;
  switch (options_.criterion) {
    case Criterion::kOn:
      for (int k = 0; k < count; ++k) out[static_cast<size_t>(k)].users = mark(k);
      break;
    case Criterion::kOnOrBefore:
      for (int k = 0; k < count; ++k) out[static_cast<size_t>(k)].users = running += mark(k);
      break;
    case Criterion::kOnOrAfter:
      running = mark(count);
      for (int k = count - 1; k >= 0; --k) out[static_cast<size_t>(k)].users = running += mark(k);
      break;
    case Criterion::kStreak:
      for (int k = count - 1; k >= 0; --k)
        out[static_cast<size_t>(k)].users = running += mark(k + 1);
      break;
  }
  if (!options_.sums) return out;
  if (options_.floats) {
    fill_values(floats_, segment, interval, size, average, out);
  } else {
    fill_values(digits_, segment, interval, size, average, out);
  }
  return out;
}

template <class Value>
void RetentionKernel::fill_values(const Cells<SumOf<Value>>& sums, uint32_t segment,
                                  size_t interval, uint64_t size, bool average,
                                  std::vector<RetentionCell>& cells) const {
  int count = options_.buckets.count();
  auto row = sums.row(segment);
  auto sum = [&](int bucket) {
    return row.empty() ? SumOf<Value>() : row[column(interval, bucket)];
  };
  auto put = [&](int bucket, const SumOf<Value>& value) {
    Number& number = cells[static_cast<size_t>(bucket)].value;
    number = average ? average_number(value, size, options_.scale)
                     : sum_number(value, 1, options_.scale);
  };
  SumOf<Value> running;
  switch (options_.criterion) {
    case Criterion::kOn:
    case Criterion::kStreak:
      for (int k = 0; k < count; ++k) put(k, sum(k));
      break;
    case Criterion::kOnOrBefore:
      for (int k = 0; k < count; ++k) {
        running.merge(sum(k));
        put(k, running);
      }
      break;
    case Criterion::kOnOrAfter:
      running = sum(count);
      for (int k = count - 1; k >= 0; --k) {
        running.merge(sum(k));
        put(k, running);
      }
      break;
  }
}

}  // namespace starling::engine::kernel
