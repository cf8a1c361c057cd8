// Every kernel on entries where the answer is plain, counted at once and split over two states that
// are merged.
#include "engine/kernel/kernel.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/kernel/aggregate.h"
#include "engine/kernel/entries.h"
#include "engine/kernel/rolling.h"
#include "store/snapshot.h"

namespace starling::engine::kernel {
namespace {

using query::Aggregate;
using query::Measure;

struct Row {
  uint32_t user, slot, segment;
  int64_t digits = 0;
  bool has = true;
};

View view_of(const Entries& entries) {
  View view;
  view.size = entries.size();
  view.user = entries.user.data();
  view.slot = entries.slot.data();
  view.segment = entries.segment.data();
  view.digits = entries.digits.data();
  view.has = entries.has.data();
  return view;
}

void add_rows(const std::vector<Row>& rows, uint32_t parity, Kernel& kernel) {
  Entries entries;
  for (const Row& row : rows) {
    if (row.user % 2 != parity) continue;
    entries.user.push_back(row.user);
    entries.slot.push_back(row.slot);
    entries.segment.push_back(row.segment);
    entries.digits.push_back(row.digits);
    entries.has.push_back(row.has);
  }
  kernel.add(view_of(entries), 2);
}

// Numbers of segment `segment`: the intervals, then the whole range; "-" for null.
std::vector<std::string> numbers_of(const Kernel& kernel, uint32_t segment) {
  std::vector<Number> values;
  Number overall;
  kernel.finish(segment, values, overall);
  values.push_back(overall);
  std::vector<std::string> out;
  for (const Number& value : values)
    out.push_back(is_null(value) ? "-" : base::float_text(to_double(value)));
  return out;
}

// Odd users in one state, even ones in another whose segments are numbered the other way round.
std::vector<std::string> count(const Measure& measure, const Shape& shape, std::vector<Row> rows,
                               uint32_t segment) {
  auto kernel = make_kernel(measure, shape), other = make_kernel(measure, shape);
  add_rows(rows, 0, *kernel);
  for (Row& row : rows) row.segment = 1 - row.segment;
  add_rows(rows, 1, *other);
  const uint32_t swapped[] = {1, 0};
  kernel->merge(*other, swapped, 2);
  kernel->prepare();
  return numbers_of(*kernel, segment);
}

Measure aggregate(Aggregate aggregate, double p = 0.5) {
  Measure measure;
  measure.kind = Measure::Kind::kAggregate;
  measure.aggregate = aggregate;
  measure.percentile = p;
  measure.property.emplace();
  return measure;
}

Measure of_kind(Measure::Kind kind) {
  Measure measure;
  measure.kind = kind;
  return measure;
}

using Texts = std::vector<std::string>;
constexpr uint32_t kNobody = store::kNoUser;  // odd

// Two intervals; user 1 has three matches, users 2 and 3 one each, and one match has no user.
const std::vector<Row> kRows = {{1, 0, 0, 250},       {1, 0, 0, 150}, {1, 1, 0, 100},
                                {2, 1, 0, 700},       {3, 1, 1, 900}, {4, 0, 0, 0, false},
                                {kNobody, 0, 0, 1000}};
const Shape kCents = {2, false, 2};

TEST(Kernel, TotalCountsEventsWithoutUsersToo) {
  EXPECT_EQ(count(of_kind(Measure::Kind::kTotal), kCents, kRows, 0), Texts({"4", "2", "6"}));
  EXPECT_EQ(count(of_kind(Measure::Kind::kTotal), kCents, kRows, 1), Texts({"0", "1", "1"}));
}

TEST(Kernel, UsersCountOnceAnIntervalAndOnceOverall) {
  EXPECT_EQ(count(of_kind(Measure::Kind::kUsers), kCents, kRows, 0), Texts({"2", "2", "3"}));
}

TEST(Kernel, SumsAndAveragesSkipWhatHasNoNumber) {
  EXPECT_EQ(count(aggregate(Aggregate::kSum), kCents, kRows, 0), Texts({"14", "8", "22"}));
  EXPECT_EQ(count(aggregate(Aggregate::kAverage), kCents, kRows, 0),
            Texts({"4.66666666667", "4", "4.4"}));
}

TEST(Kernel, ExtremesAndPercentiles) {
  EXPECT_EQ(count(aggregate(Aggregate::kMinimum), kCents, kRows, 0), Texts({"1.5", "1", "1"}));
  EXPECT_EQ(count(aggregate(Aggregate::kMaximum), kCents, kRows, 0), Texts({"10", "7", "10"}));
  EXPECT_EQ(count(aggregate(Aggregate::kPercentile), kCents, kRows, 0), Texts({"2.5", "4", "2.5"}));
  EXPECT_EQ(count(aggregate(Aggregate::kPercentile, 0.25), kCents, kRows, 0),
            Texts({"2", "2.5", "1.5"}));
}

TEST(Kernel, DistinctOverallIsNotTheSumOfIntervals) {
  std::vector<Row> rows = {{1, 0, 0, 7}, {2, 0, 0, 7}, {1, 1, 0, 7}, {2, 1, 0, 8}, {3, 1, 1, 9}};
  EXPECT_EQ(count(aggregate(Aggregate::kDistinct), {2}, rows, 0), Texts({"1", "2", "2"}));
}

TEST(Kernel, PerUserCountsAUserWithoutANumberAsZero) {
  Measure measure = aggregate(Aggregate::kAverage);
  measure.kind = Measure::Kind::kPerUser;
  EXPECT_EQ(count(measure, kCents, kRows, 0), Texts({"2", "4", "4"}));
  measure.aggregate = Aggregate::kMaximum;
  EXPECT_EQ(count(measure, kCents, kRows, 0), Texts({"4", "7", "7"}));
  measure.property.reset();
  EXPECT_EQ(count(measure, {2}, kRows, 0), Texts({"2", "1", "3"}));
  measure.aggregate = Aggregate::kPercentile;
  EXPECT_EQ(count(measure, {2}, kRows, 0), Texts({"1.5", "1", "1"}));
}

TEST(Kernel, NothingIsZeroOrNull) {
  EXPECT_EQ(count(of_kind(Measure::Kind::kTotal), kCents, {}, 0), Texts({"0", "0", "0"}));
  EXPECT_EQ(count(aggregate(Aggregate::kSum), kCents, {}, 1), Texts({"0", "0", "0"}));
  EXPECT_EQ(count(aggregate(Aggregate::kPercentile), kCents, {}, 1), Texts({"-", "-", "-"}));
  EXPECT_EQ(count(aggregate(Aggregate::kMinimum), kCents, {}, 0), Texts({"-", "-", "-"}));
}

// Days 0..5; windows of three days that end with days 3, 4 and 5, and the range's own.
TEST(Kernel, RollingUsersCountInEveryWindowThatHoldsADayOfTheirs) {
  Shape shape;
  shape.intervals = 3;
  shape.days = 6;
  shape.windows = {{1, 3}, {2, 4}, {3, 5}, {3, 5}};
  Measure measure = of_kind(Measure::Kind::kRollingUsers);
  EXPECT_EQ(count(measure, shape, {{1, 0, 0}, {2, 1, 0}, {3, 5, 0}, {3, 2, 0}}, 0),
            Texts({"2", "1", "1", "1"}));
  EXPECT_EQ(count(measure, shape, {{1, 5, 0}, {1, 1, 0}, {kNobody, 3, 0}}, 0),
            Texts({"1", "0", "1", "1"}));
}

// Users 0 to 199 with random days, marked in two states that are merged, beside the same entries
// grouped by user.
void expect_marked_as_grouped(const Shape& shape, uint32_t seed) {
  constexpr uint32_t kUsers = 200;
  std::mt19937 random(seed);
  RollingKernel first(shape), second(shape), grouped(shape);
  UserSlots slots(shape.days);
  Entries entries;
  for (uint32_t half = 0; half < 2; ++half) {
    slots.clear(kUsers / 2);
    for (uint32_t i = 0; i < 300; ++i) {
      uint32_t user = random() % (kUsers / 2), day = random() % shape.days;
      slots.marker().mark(user, day);
      entries.user.push_back(half * kUsers / 2 + user);
      entries.slot.push_back(day);
    }
    (half == 0 ? first : second).add(slots);
  }
  const uint32_t zero = 0;
  first.merge(second, {&zero, 1}, 1);
  entries.segment.assign(entries.size(), 0);
  entries.group_by_user(0, kUsers);
  grouped.add(view_of(entries), 1);
  EXPECT_EQ(numbers_of(first, 0), numbers_of(grouped, 0));
  EXPECT_NE(numbers_of(first, 0).back(), "0");
}

TEST(Kernel, RollingUsersMarkedByDayAreThoseGrouped) {
  Shape months;
  months.intervals = 3;
  months.days = 130;
  months.windows = {{0, 69}, {70, 100}, {101, 129}, {0, 129}};
  months.whole = true;
  expect_marked_as_grouped(months, 1);
  for (int64_t length : {1, 7, 28, 64, 65, 100}) {
    for (bool whole : {false, length == 1}) {
      Shape days;
      days.days = 200;
      days.whole = whole;
      for (int64_t last = 30; last < 200; ++last) days.windows.push_back({last - length + 1, last});
      days.intervals = days.windows.size();
      days.windows.push_back(whole ? DayWindow{30, 250} : days.windows.back());
      expect_marked_as_grouped(days, static_cast<uint32_t>(length));
    }
  }
}

// Every position beside a plain count, before and after counters are emptied.
TEST(BitCounter, CountsEachPosition) {
  std::mt19937_64 random(3);
  BitCounter counter(3);
  std::vector<uint64_t> expected(3 * 64);
  for (int i = 0; i < 1000; ++i) {
    uint64_t row[3] = {random(), random() & random(), ~uint64_t{0}};
    counter.add(row);
    for (size_t p = 0; p < expected.size(); ++p) expected[p] += row[p / 64] >> (p % 64) & 1;
    if (i % 100 != 0) continue;
    for (size_t p = 0; p < expected.size(); ++p) ASSERT_EQ(counter.count(p), expected[p]);
  }
}

// A sum of 64-bit values that leaves 64 bits stays exact.
TEST(Kernel, SumsDoNotOverflow) {
  std::vector<Row> rows(8, Row{2, 0, 0, INT64_MAX});
  auto kernel = make_kernel(aggregate(Aggregate::kSum), {1});
  add_rows(rows, 0, *kernel);
  std::vector<Number> values;
  Number overall;
  kernel->finish(0, values, overall);
  EXPECT_EQ(std::get<base::Decimal>(overall).text(), "73786976294838206456");
}

TEST(Entries, GroupingKeepsTheOrderWithinAUser) {
  Entries entries;
  entries.user = {12, 10, 12, 11, 10};
  entries.slot = {0, 1, 2, 3, 4};
  entries.group_by_user(10, 13);
  EXPECT_EQ(entries.user, (std::vector<uint32_t>{10, 10, 11, 12, 12}));
  EXPECT_EQ(entries.slot, (std::vector<uint32_t>{1, 4, 3, 0, 2}));
}

}  // namespace
}  // namespace starling::engine::kernel
