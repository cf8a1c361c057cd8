// Each row is stored once, whatever the order of arrival: the store against a slow, obvious model
// of it.
#include <map>
#include <random>

#include "store/store_test_base.h"

namespace starling::store {
namespace {

class DedupeTest : public StoreTestBase {};

struct OracleRow {
  std::string event;
  TestRow row;
  uint64_t content = 0;
};

class Oracle {
 public:
  event::WriteCounts run(const std::vector<OracleRow>& rows) {
    std::map<std::string, OracleRow> winners;
    event::WriteCounts counts;
    for (const OracleRow& row : rows) {
      auto [winner, is_new] = winners.emplace(row.event + "\x1f" + row.row.id, row);
      if (is_new) continue;
      ++counts.duplicates;
      auto rank = [](const OracleRow& r) { return std::pair(r.row.cursor, r.content); };
      if (rank(winner->second) < rank(row)) winner->second = row;
    }
    for (const auto& [key, row] : winners) {
      auto [stored, is_new] = stored_.emplace(key, row);
      if (is_new) {
        ++counts.stored;
      } else {
        ++(stored->second.content == row.content ? counts.known : counts.changed);
      }
    }
    return counts;
  }

  // As contents() prints a store that holds these rows and nothing else.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& [key, row] : stored_) {
      std::string line = "s/" + row.event + " user=" + (row.row.user.empty() ? "-" : row.row.user) +
                         " time=" + std::to_string(row.row.time) +
                         " order=" + std::to_string(base::md5_prefix(row.row.id)) +
                         " amount=" + event::to_json({base::Decimal{row.row.amount, 2}});
      if (!row.row.city.empty()) line += " city=\"" + row.row.city + "\"";
      lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

 private:
  std::map<std::string, OracleRow> stored_;
};

std::vector<OracleRow> random_rows(std::mt19937_64& random, int count, int ids) {
  auto pick = [&](int n) { return static_cast<int>(random() % n); };
  std::vector<OracleRow> rows;
  for (int i = 0; i < count; ++i) {
    std::string user = pick(6) == 0 ? "" : "user" + std::to_string(pick(9));
    std::string city = pick(3) == 0 ? "" : "city" + std::to_string(pick(3));
    OracleRow row{pick(2) ? "buy" : "view",
                  {std::to_string(pick(ids)), user, pick(4), city, pick(3), pick(3)}};
    row.content = batch_of("s", row.event, {row.row}).content_hashes[0];
    rows.push_back(std::move(row));
  }
  return rows;
}

// Appends the rows in their order, in batches of one event of random length.
void append(event::Write& write, const std::vector<OracleRow>& rows, std::mt19937_64& random) {
  for (size_t first = 0; first < rows.size();) {
    size_t end = first + 1, most = 1 + random() % 8;
    std::vector<TestRow> batch = {rows[first].row};
    while (end < rows.size() && batch.size() < most && rows[end].event == rows[first].event) {
      batch.push_back(rows[end++].row);
    }
    auto appended = write.append(batch_of("s", rows[first].event, batch));
    ASSERT_TRUE(appended) << appended.error().message;
    first = end;
  }
}

TEST_F(DedupeTest, RandomRunsEqualTheOracle) {
  for (uint64_t seed = 0; seed < 16; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::string folder = root_ + "/" + std::to_string(seed);
    auto store = open_at(folder, 3 + random() % 40);
    Oracle oracle;
    for (int run = 0; run < 4; ++run) {
      auto rows = random_rows(random, static_cast<int>(random() % 150), 20 + run * 20);
      auto write = begin(*store);
      append(*write, rows, random);
      auto counts = commit(*write);
      auto expected = oracle.run(rows);
      EXPECT_EQ(counts.stored, expected.stored);
      EXPECT_EQ(counts.known, expected.known);
      EXPECT_EQ(counts.changed, expected.changed);
      EXPECT_EQ(counts.duplicates, expected.duplicates);
      ASSERT_EQ(contents(*snapshot(*store)), oracle.lines());
      if (random() % 2) {
        ASSERT_TRUE(store->compact());
      }
      ASSERT_EQ(contents(*snapshot(*store)), oracle.lines());
      expect_sorted(*snapshot(*store));
      EXPECT_EQ(store->source_totals("s").value().rows, oracle.lines().size());
    }
    ASSERT_TRUE(store->verify());
  }
}

TEST_F(DedupeTest, TheOrderOfArrivalChangesNothing) {
  std::mt19937_64 random(7);
  auto rows = random_rows(random, 200, 60);
  std::vector<std::string> first;
  for (int round = 0; round < 6; ++round) {
    auto store = open_at(root_ + "/order" + std::to_string(round), 5 + 30 * round);
    auto write = begin(*store);
    append(*write, rows, random);
    commit(*write);
    auto lines = contents(*snapshot(*store));
    if (round == 0) first = lines;
    EXPECT_EQ(lines, first);
    std::shuffle(rows.begin(), rows.end(), random);
  }
}

TEST_F(DedupeTest, KeysBelongToTheirSource) {
  auto store = open();
  for (const char* source : {"a", "b", "a"}) {
    auto write = begin(*store);
    ASSERT_TRUE(write->append(batch_of(source, "e", {{"1", "u", 1, "x", 1}})));
    commit(*write);
  }
  EXPECT_EQ(contents(*snapshot(*store)).size(), 2u);
  auto write = begin(*store);
  ASSERT_TRUE(write->remove_source("a"));
  ASSERT_TRUE(write->append(batch_of("a", "e", {{"1", "u", 2, "y", 1}})));
  EXPECT_EQ(commit(*write).stored, 1u);
  EXPECT_EQ(contents(*snapshot(*store)).size(), 2u);
}

// Enough rows for several blocks of the ledger and for the sort's radix passes.
TEST_F(DedupeTest, LargeRunsFindEveryRowAgain) {
  constexpr int kRows = 200'000;
  auto store = open(70'000);
  auto send = [&](int first, int step, int64_t amount) {
    auto write = begin(*store);
    std::vector<TestRow> rows;
    for (int i = first; i < kRows; i += step) {
      rows.push_back(
          {std::to_string(i), "u" + std::to_string(i % 977), i * 37 % 100'003, "", amount});
      if (rows.size() < 10'000 && i + step < kRows) continue;
      EXPECT_TRUE(write->append(batch_of("s", "e", rows)));
      rows.clear();
    }
    return commit(*write);
  };
  auto counts = send(0, 2, 1);
  EXPECT_EQ(counts.stored, kRows / 2u);
  counts = send(0, 1, 1);
  EXPECT_EQ(counts.stored, kRows / 2u);
  EXPECT_EQ(counts.known, kRows / 2u);
  counts = send(0, 3, 2);
  EXPECT_EQ(counts.changed, (kRows + 2) / 3u);
  ASSERT_TRUE(store->compact());
  counts = send(1, 3, 1);
  EXPECT_EQ(counts.known, (kRows + 1) / 3u);
  EXPECT_EQ(store->source_totals("s").value().rows, static_cast<uint64_t>(kRows));
  expect_sorted(*snapshot(*store));
}

TEST_F(DedupeTest, CompactionBoundsTheNumberOfFiles) {
  auto store = open(10'000);
  std::vector<std::string> lines;
  for (int run = 0; run < 60; ++run) {
    auto write = begin(*store);
    std::vector<TestRow> rows;
    for (int i = 0; i < 20; ++i) {
      rows.push_back(
          {std::to_string(run * 20 + i), "u" + std::to_string(run * 2 + i % 5), run, "c", i});
    }
    ASSERT_TRUE(write->append(batch_of("s", "e", rows)));
    commit(*write);
    lines = contents(*snapshot(*store));
    ASSERT_TRUE(store->compact());
    EXPECT_EQ(contents(*snapshot(*store)), lines);
    EXPECT_LE(files_below(folder_).size(), 2u + 3 * 8) << "after " << run << " runs";
  }
  EXPECT_EQ(lines.size(), 1200u);
}

}  // namespace
}  // namespace starling::store
