#include "api/saved/saved_things.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <thread>

namespace starling::api {
namespace {

using Code = base::Error::Code;

class SavedThingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(::testing::TempDir()) / (std::string("saved_things_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "meta.sqlite";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<SavedThings> open() {
    auto saved = SavedThings::open(path_);
    EXPECT_TRUE(saved) << saved.error().message;
    return std::move(saved).value();
  }

  std::filesystem::path folder_, path_;
};

TEST_F(SavedThingsTest, KeepsThingsOverARestart) {
  std::string id;
  {
    auto saved = open();
    auto created = saved->create(SavedKind::kReport,
                                 {"Ümlaut \"x\"", "why", "{\"a\":[1.50]}", "{\"b\":1}"}, {1000});
    ASSERT_TRUE(created) << created.error().message;
    id = created.value().id;
  }
  const auto found = open()->get(SavedKind::kReport, id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found.value().draft.name, "Ümlaut \"x\"");
  EXPECT_EQ(found.value().draft.description, "why");
  EXPECT_EQ(found.value().draft.document, "{\"a\":[1.50]}");
  EXPECT_EQ(found.value().draft.view, "{\"b\":1}");
  EXPECT_EQ(found.value().created_at.value, 1000);
  EXPECT_EQ(found.value().updated_at.value, 1000);
}

TEST_F(SavedThingsTest, ReplacingKeepsIdAndBirth) {
  auto saved = open();
  const std::string id = saved->create(SavedKind::kBoard, {"a", "", "[]"}, {1}).value().id;
  const auto replaced = saved->replace(SavedKind::kBoard, id, {"b", "d", "[1]"}, {2});
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced.value().id, id);
  EXPECT_EQ(replaced.value().draft.name, "b");
  EXPECT_EQ(replaced.value().created_at.value, 1);
  EXPECT_EQ(replaced.value().updated_at.value, 2);
}

TEST_F(SavedThingsTest, NamesAreUniqueWithinAKind) {
  auto saved = open();
  ASSERT_TRUE(saved->create(SavedKind::kReport, {"a", "", "{}"}, {1}));
  ASSERT_TRUE(saved->create(SavedKind::kBoard, {"a", "", "{}"}, {1}));
  const auto again = saved->create(SavedKind::kReport, {"a", "", "{}"}, {1});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kConflict);
  EXPECT_EQ(again.error().message, "there is already a report named \"a\"; choose another name");
  const std::string other = saved->create(SavedKind::kReport, {"b", "", "{}"}, {1}).value().id;
  EXPECT_EQ(saved->replace(SavedKind::kReport, other, {"a", "", "{}"}, {2}).error().code,
            Code::kConflict);
  EXPECT_EQ(saved->get(SavedKind::kReport, other).value().draft.name, "b");
}

TEST_F(SavedThingsTest, ListsByName) {
  auto saved = open();
  for (const char* name : {"b", "c", "a"})
    ASSERT_TRUE(saved->create(SavedKind::kCohort, {name, "", "{}"}, {1}));
  std::string names;
  const auto list = saved->list(SavedKind::kCohort);
  for (const Saved& thing : list.value()) names += thing.draft.name;
  EXPECT_EQ(names, "abc");
  EXPECT_TRUE(saved->list(SavedKind::kReport).value().empty());
}

TEST_F(SavedThingsTest, WhatIsNotThereIsNotFound) {
  auto saved = open();
  EXPECT_EQ(saved->get(SavedKind::kReport, "x").error().message, "there is no report \"x\"");
  EXPECT_EQ(saved->replace(SavedKind::kReport, "x", {"a", "", "{}"}, {1}).error().code,
            Code::kNotFound);
  EXPECT_EQ(saved->remove(SavedKind::kReport, "x").error().code, Code::kNotFound);
  const std::string id = saved->create(SavedKind::kReport, {"a", "", "{}"}, {1}).value().id;
  EXPECT_EQ(saved->get(SavedKind::kBoard, id).error().code, Code::kNotFound);
  EXPECT_TRUE(saved->remove(SavedKind::kReport, id));
  EXPECT_EQ(saved->remove(SavedKind::kReport, id).error().code, Code::kNotFound);
}

TEST_F(SavedThingsTest, TwoWritersWaitForEachOther) {
  auto one = open(), two = open();
  const auto fill = [](SavedThings& saved, const std::string& prefix) {
    for (int i = 0; i < 50; ++i) {
      EXPECT_TRUE(saved.create(SavedKind::kReport, {prefix + std::to_string(i), "", "{}"}, {1}));
    }
  };
  std::thread other([&] { fill(*two, "b"); });
  fill(*one, "a");
  other.join();
  EXPECT_EQ(one->list(SavedKind::kReport).value().size(), 100u);
}

TEST_F(SavedThingsTest, AFileFromBeforeViewsIsOpened) {
  sqlite3* old = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &old), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(
                old,
                "CREATE TABLE saved (id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, "
                "description TEXT NOT NULL, document TEXT NOT NULL, created_at INTEGER NOT NULL, "
                "updated_at INTEGER NOT NULL, UNIQUE (kind, name)) STRICT;"
                "INSERT INTO saved VALUES ('x', 'report', 'a', '', '{}', 1, 2);"
                "PRAGMA user_version = 1",
                nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(old);
  auto saved = open();
  EXPECT_EQ(saved->get(SavedKind::kReport, "x").value().draft.view, "");
  ASSERT_TRUE(saved->replace(SavedKind::kReport, "x", {"a", "", "{}", "{\"b\":1}"}, {3}));
  EXPECT_EQ(open()->get(SavedKind::kReport, "x").value().draft.view, "{\"b\":1}");
}

TEST_F(SavedThingsTest, ADamagedFileIsNamed) {
  std::ofstream(path_) << std::string(5000, 'x');
  const auto saved = SavedThings::open(path_);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, Code::kCorrupt);
  EXPECT_NE(saved.error().message.find(path_.string()), std::string::npos);
}

}  // namespace
}  // namespace starling::api
