// Rows replaced, removed and filled after they were stored: the store against a slow, obvious model
// of it, over many writes, with merges and reopening between.
#include <map>
#include <random>

#include "store/store_test_base.h"

namespace starling::store {
namespace {

class ChangeTest : public StoreTestBase {};

event::EventBatch replacing(const std::string& event, const std::vector<TestRow>& rows) {
  event::EventBatch batch = batch_of("s", event, rows);
  batch.replaces = true;
  return batch;
}

event::RemovedRows removed(const std::string& event, const std::vector<std::string>& ids,
                           int64_t cursor = 0) {
  event::RemovedRows rows{"s"};
  for (const std::string& id : ids) {
    rows.row_keys.push_back(key_of(event, id));
    rows.cursors.push_back(cursor);
  }
  return rows;
}

event::FilledRows filled(const std::string& event, const std::string& property,
                         const std::vector<std::pair<std::string, int64_t>>& values) {
  event::FilledRows rows{"s", event};
  event::Column column({event::Type::kInteger});
  for (const auto& [id, value] : values) {
    rows.row_keys.push_back(key_of(event, id));
    rows.content_hashes.push_back(base::hash64(id + "|" + std::to_string(value)));
    column.push_integer(value);
  }
  rows.properties.push_back({property, std::move(column)});
  return rows;
}

std::string line_of(const std::string& event, const TestRow& row) {
  std::string line = "s/" + event + " user=" + (row.user.empty() ? "-" : row.user) +
                     " time=" + std::to_string(row.time) +
                     " order=" + std::to_string(base::md5_prefix(row.id)) +
                     " amount=" + event::to_json({base::Decimal{row.amount, 2}});
  if (!row.city.empty()) line += " city=\"" + row.city + "\"";
  return line;
}

TEST_F(ChangeTest, AReplacedRowMovesToAnotherUserAndTime) {
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(write->append(
      replacing("order", {{"1", "ann", 1000, "Bern", 150, 0}, {"2", "bob", 2000, "", 450, 0}})));
  EXPECT_EQ(commit(*write).stored, 2u);
  TestRow moved{"1", "cid", 500, "Aarau", 151, 1};
  write = begin(*store);
  ASSERT_TRUE(write->append(replacing("order", {moved, {"2", "bob", 2000, "", 450, 1}})));
  event::WriteCounts counts = commit(*write);
  EXPECT_EQ(counts.replaced, 1u);
  EXPECT_EQ(counts.known, 1u);
  EXPECT_EQ(counts.stored, 0u);
  std::vector<std::string> expected = {line_of("order", moved),
                                       line_of("order", {"2", "bob", 2000, "", 450, 1})};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(contents(*snapshot(*store)), expected);
}

TEST_F(ChangeTest, RemovedRowsAreGoneAndMayComeBack) {
  auto store = open();
  TestRow row{"1", "ann", 1000, "Bern", 150, 0};
  for (int round = 0; round < 3; ++round) {
    auto write = begin(*store);
    ASSERT_TRUE(write->append(replacing("order", {row})));
    EXPECT_EQ(commit(*write).stored, 1u);
    EXPECT_EQ(contents(*snapshot(*store)), std::vector<std::string>{line_of("order", row)});
    write = begin(*store);
    ASSERT_TRUE(write->remove_rows(removed("order", {"1", "2"})));
    EXPECT_EQ(commit(*write).removed, 1u);
    EXPECT_TRUE(contents(*snapshot(*store)).empty());
    EXPECT_TRUE(snapshot(*store)->tables().empty());
    EXPECT_TRUE(store->source_totals("s") && store->source_totals("s").value().rows == 0);
  }
  ASSERT_TRUE(store->compact());
  EXPECT_TRUE(contents(*snapshot(*store)).empty());
}

// Of a row and a removal of one key in one write, the later cursor wins.
TEST_F(ChangeTest, TheGreatestCursorDecidesBetweenARowAndItsRemoval) {
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(
      write->append(replacing("order", {{"1", "ann", 1, "", 1, 5}, {"2", "ann", 2, "", 2, 5}})));
  ASSERT_TRUE(write->remove_rows(removed("order", {"1"}, 6)));
  ASSERT_TRUE(write->remove_rows(removed("order", {"2"}, 4)));
  EXPECT_EQ(commit(*write).stored, 1u);
  EXPECT_EQ(contents(*snapshot(*store)),
            std::vector<std::string>{line_of("order", {"2", "ann", 2, "", 2, 5})});
}

// Of the copies of a row that has no id.
base::Hash128 copy_key(int copy) {
  return event::row_key(base::md5_prefix("same"), "order", "same#" + std::to_string(copy));
}

TEST_F(ChangeTest, CopiesOfOneRowAreRemovedOneByOne) {
  auto store = open();
  auto copies = [&](int count) {
    event::EventBatch batch = replacing(
        "order",
        std::vector<TestRow>(static_cast<size_t>(count), {"same", "ann", 7, "Bern", 1, 0}));
    for (int i = 0; i < count; ++i) batch.row_keys[i] = copy_key(i);
    return batch;
  };
  auto write = begin(*store);
  ASSERT_TRUE(write->append(copies(3)));
  commit(*write);
  event::RemovedRows one = removed("order", {"same"});
  one.row_keys[0] = copy_key(2);
  write = begin(*store);
  ASSERT_TRUE(write->remove_rows(one));
  EXPECT_EQ(commit(*write).removed, 1u);
  EXPECT_EQ(contents(*snapshot(*store)).size(), 2u);
}

TEST_F(ChangeTest, RowsThatAWriteIsNotGivenGo) {
  auto store = open(10);
  auto write = begin(*store);
  std::vector<TestRow> rows;
  for (int i = 0; i < 60; ++i)
    rows.push_back({std::to_string(i), "u" + std::to_string(i % 7), i, "Bern", i, 0});
  for (size_t i = 0; i < rows.size(); i += 4)
    ASSERT_TRUE(write->append(
        replacing(i % 8 == 0 ? "order" : "visit", {rows.begin() + i, rows.begin() + i + 4})));
  commit(*write);

  // A row of "order" changes, one comes, and those of every seventh id are not there any more.
  std::vector<TestRow> orders, visits;
  std::vector<std::string> lines;
  for (size_t i = 0; i < rows.size(); ++i) {
    TestRow row = rows[i];
    if (i % 7 == 0) continue;
    if (i == 1) row.amount = 77;
    bool order = i / 4 % 2 == 0;
    (order ? orders : visits).push_back(row);
    lines.push_back(line_of(order ? "order" : "visit", row));
  }
  orders.push_back({"new", "ann", 5, "Basel", 5, 0});
  lines.push_back(line_of("order", orders.back()));
  write = begin(*store);
  ASSERT_TRUE(write->append(replacing("order", orders)));
  ASSERT_TRUE(write->append(replacing("visit", visits)));
  ASSERT_TRUE(write->remove_others("s", {{INT64_MIN, INT64_MAX}}));
  event::WriteCounts counts = commit(*write);
  EXPECT_EQ(counts.removed, 9u);
  EXPECT_EQ(counts.replaced, 1u);
  EXPECT_EQ(counts.stored, 1u);
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(contents(*snapshot(*store)), lines);

  // What is gone may come back, and a source of which nothing is given has nothing left.
  write = begin(*store);
  ASSERT_TRUE(write->append(replacing("order", {rows[0]})));
  EXPECT_EQ(commit(*write).stored, 1u);
  write = begin(*store);
  ASSERT_TRUE(write->remove_others("s", {{INT64_MIN, INT64_MAX}}));
  EXPECT_EQ(commit(*write).removed, lines.size() + 1);
  EXPECT_TRUE(contents(*snapshot(*store)).empty());
}

TEST_F(ChangeTest, RowsOutsideTheSpansStay) {
  auto store = open(10);
  auto write = begin(*store);
  std::vector<TestRow> rows;
  for (int i = 0; i < 50; ++i) rows.push_back({std::to_string(i), "ann", i * 10, "Bern", i, 0});
  ASSERT_TRUE(write->append(replacing("order", rows)));
  ASSERT_TRUE(write->append(replacing("visit", rows)));
  commit(*write);

  // In [100, 200) and [300, 310): one order is left, and one that was outside has moved in.
  TestRow moved = rows[45];
  moved.time = 305;
  write = begin(*store);
  ASSERT_TRUE(write->append(replacing("order", {rows[12], moved})));
  ASSERT_TRUE(write->append(replacing("visit", {rows.begin() + 10, rows.begin() + 20})));
  ASSERT_TRUE(write->append(replacing("visit", {rows[30]})));
  ASSERT_TRUE(write->remove_others("s", {{300, 310}, {100, 200}}));
  event::WriteCounts counts = commit(*write);
  EXPECT_EQ(counts.removed, 10u);  // nine of the first span, one of the second
  EXPECT_EQ(counts.replaced, 1u);
  std::vector<std::string> lines;
  for (int i = 0; i < 50; ++i) {
    lines.push_back(line_of("visit", rows[i]));
    bool in_span = (i >= 10 && i < 20) || i == 30;
    if (i == 45) lines.push_back(line_of("order", moved));
    if (i != 45 && (!in_span || i == 12)) lines.push_back(line_of("order", rows[i]));
  }
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(contents(*snapshot(*store)), lines);
}

TEST_F(ChangeTest, CopiesThatAreNotGivenGo) {
  auto store = open();
  auto copies = [&](int count) {
    event::EventBatch batch = replacing(
        "order",
        std::vector<TestRow>(static_cast<size_t>(count), {"same", "ann", 7, "Bern", 1, 0}));
    for (int i = 0; i < count; ++i) batch.row_keys[i] = copy_key(i);
    return batch;
  };
  for (auto [given, removed] : {std::pair(5, 0u), {3, 2u}, {4, 0u}, {1, 3u}}) {
    auto write = begin(*store);
    ASSERT_TRUE(write->append(copies(given)));
    ASSERT_TRUE(write->remove_others("s", {{7, 8}}));
    EXPECT_EQ(commit(*write).removed, removed);
    EXPECT_EQ(contents(*snapshot(*store)).size(), static_cast<size_t>(given));
  }
}

TEST_F(ChangeTest, AFilledPropertyReachesEveryPartAndLeavesTheOthersAlone) {
  auto store = open(10);
  auto write = begin(*store);
  std::vector<TestRow> rows;
  for (int i = 0; i < 95; ++i)
    rows.push_back({std::to_string(i), "u" + std::to_string(i % 7), i, "Bern", i, 0});
  for (size_t i = 0; i < rows.size(); i += 5) {
    ASSERT_TRUE(write->append(
        batch_of("s", i % 2 == 0 ? "order" : "visit", {rows.begin() + i, rows.begin() + i + 5})));
  }
  commit(*write);
  auto parts_before = files_below(folder_ + "/parts");
  for (int64_t factor : {1, 1000}) {
    write = begin(*store);
    std::vector<std::pair<std::string, int64_t>> values;
    for (int i = 94; i >= 0; --i) {
      if (i % 3 != 0 && (i / 5) % 2 == 0) values.emplace_back(std::to_string(i), i * factor);
    }
    values.emplace_back("of no row", 5);
    ASSERT_TRUE(write->fill(filled("order", "rank", values)));
    EXPECT_EQ(commit(*write).filled, values.size() - 1);
    auto now = snapshot(*store);
    uint64_t found = 0;
    for (const EventTable* table : now->tables()) {
      const ColumnReader* rank = table->property("rank");
      for (uint64_t row = 0; row < table->size(); ++row) {
        int64_t id = table->times()[row];
        event::Value value = rank == nullptr ? event::Value() : rank->value(row);
        bool has = id % 3 != 0 && table->event() == "order";
        EXPECT_EQ(value, has ? event::Value{id * factor} : event::Value()) << id;
        found += has;
      }
    }
    EXPECT_EQ(found, values.size() - 1);
  }
  for (const std::string& file : parts_before) EXPECT_TRUE(std::filesystem::exists(file)) << file;
  // A row filled is known by its new content.
  write = begin(*store);
  event::EventBatch again = replacing("order", {rows[1]});
  again.content_hashes[0] = base::hash64("1|1000");
  ASSERT_TRUE(write->append(again));
  EXPECT_EQ(commit(*write).known, 1u);
}

// A year of changes in small: every kind of change, in every order, beside a map.
TEST_F(ChangeTest, RandomChangesLeaveWhatAMapHolds) {
  for (uint32_t seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    auto upto = [&](uint32_t n) { return std::uniform_int_distribution<uint32_t>(0, n)(random); };
    std::string folder = root_ + "/random" + std::to_string(seed);
    auto store = open_at(folder, 1 + upto(40));
    std::map<std::pair<std::string, std::string>, TestRow> model;  // by event and id
    int64_t cursor = 0;
    for (int round = 0; round < 12; ++round) {
      auto write = begin(*store);
      for (uint32_t batches = upto(4); batches > 0; --batches) {
        std::string event = upto(1) == 0 ? "order" : "visit";
        if (upto(3) == 0) {
          std::vector<std::string> ids;
          for (uint32_t i = upto(6); i > 0; --i) ids.push_back(std::to_string(upto(50)));
          for (const std::string& id : ids) model.erase({event, id});
          ASSERT_TRUE(write->remove_rows(removed(event, ids, ++cursor)));
        } else {
          std::vector<TestRow> rows;
          for (uint32_t i = upto(20); i > 0; --i) {
            TestRow row{std::to_string(upto(50)),
                        upto(5) == 0 ? "" : "u" + std::to_string(upto(4)),
                        static_cast<int64_t>(upto(9)),
                        upto(2) == 0 ? "" : "Bern",
                        upto(3),
                        ++cursor};
            model[{event, row.id}] = row;
            rows.push_back(row);
          }
          ASSERT_TRUE(write->append(replacing(event, rows)));
        }
      }
      auto counts = write->commit();
      ASSERT_TRUE(counts) << counts.error().message;
      if (upto(2) == 0) {
        ASSERT_TRUE(store->compact());
      }
      if (upto(3) == 0) store = open_at(folder, 1 + upto(40));
      std::vector<std::string> expected;
      for (const auto& [key, row] : model) expected.push_back(line_of(key.first, row));
      std::sort(expected.begin(), expected.end());
      ASSERT_EQ(contents(*snapshot(*store)), expected) << "seed " << seed << " round " << round;
      expect_sorted(*snapshot(*store));
      ASSERT_EQ(store->source_totals("s").value().rows, model.size());
      ASSERT_TRUE(store->verify());
    }
  }
}

}  // namespace
}  // namespace starling::store
