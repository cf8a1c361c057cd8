// What the store's tests share: a folder for a store, rows to write, and everything a snapshot
// holds as lines of text.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "store/store.h"

namespace starling::store {

class StoreTestBase : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "starling_store.XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    folder_ = pattern + "/store";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  std::unique_ptr<Store> open(uint32_t part_rows_max = 1000) {
    return open_at(folder_, part_rows_max);
  }
  static std::unique_ptr<Store> open_at(const std::string& folder, uint32_t part_rows_max = 1000) {
    auto store = Store::open(folder, {.create = true, .part_rows_max = part_rows_max});
    EXPECT_TRUE(store) << store.error().message;
    return std::move(store).value();
  }
  static std::unique_ptr<event::Write> begin(Store& store) {
    auto write = store.begin();
    EXPECT_TRUE(write) << write.error().message;
    return std::move(write).value();
  }
  static event::WriteCounts commit(event::Write& write) {
    auto counts = write.commit();
    EXPECT_TRUE(counts) << counts.error().message;
    return counts ? counts.value() : event::WriteCounts{};
  }
  static std::shared_ptr<const Snapshot> snapshot(const Store& store) {
    auto snapshot = store.snapshot();
    EXPECT_TRUE(snapshot) << snapshot.error().message;
    return snapshot.value();
  }

  std::string root_, folder_;
};

// A row known by `id`; everything else is free to choose.
struct TestRow {
  std::string id;
  std::string user;
  int64_t time = 0;
  std::string city;    // "" = null
  int64_t amount = 0;  // cents
  int64_t cursor = 0;
};

inline base::Hash128 key_of(const std::string& event, const std::string& id) {
  return event::row_key(base::md5_prefix(id), event, id);
}

inline event::EventBatch batch_of(const std::string& source, const std::string& event,
                                  const std::vector<TestRow>& rows) {
  event::EventBatch batch{source, event};
  event::Column city({event::Type::kText});
  event::Column amount({event::Type::kDecimal, 2});
  for (const TestRow& row : rows) {
    batch.users.push_back(row.user);
    batch.times.push_back(row.time);
    batch.row_keys.push_back(key_of(event, row.id));
    batch.content_hashes.push_back(base::hash64(row.user + "|" + std::to_string(row.time) + "|" +
                                                row.city + "|" + std::to_string(row.amount)));
    batch.cursors.push_back(row.cursor);
    if (row.city.empty()) {
      city.push_null();
    } else {
      city.push_text(row.city);
    }
    amount.push_integer(row.amount);
  }
  batch.properties.push_back({"amount", std::move(amount)});
  batch.properties.push_back({"city", std::move(city)});
  return batch;
}

// Everything a snapshot holds, sorted, independent of parts and user numbers.
inline std::vector<std::string> contents(const Snapshot& snapshot) {
  std::vector<std::string> lines;
  for (const EventTable* table : snapshot.tables()) {
    for (uint64_t row = 0; row < table->size(); ++row) {
      if (table->is_dropped(row)) continue;
      uint32_t user = table->users()[row];
      std::string line = table->source() + "/" + table->event() +
                         " user=" + (user == kNoUser ? "-" : std::string(snapshot.user_id(user))) +
                         " time=" + std::to_string(table->times()[row]) +
                         " order=" + std::to_string(table->order_keys()[row]);
      for (const event::Property& property : snapshot.schema().properties) {
        const ColumnReader* column = table->property(property.name);
        if (column == nullptr) continue;
        event::Value value = column->value(row);
        if (!value.is_null()) line += " " + property.name + "=" + event::to_json(value);
      }
      lines.push_back(line);
    }
  }
  for (uint32_t user = 0; user < snapshot.user_count(); ++user) {
    if (!snapshot.has_profile(user)) continue;
    std::string line = "profile " + std::string(snapshot.user_id(user));
    for (const event::Property& property : snapshot.schema().user_properties) {
      const ColumnReader* column = snapshot.user_property(property.name);
      if (column == nullptr) continue;
      event::Value value = column->value(user);
      if (!value.is_null()) line += " " + property.name + "=" + event::to_json(value);
    }
    lines.push_back(line);
  }
  for (const event::Lookup& lookup : snapshot.schema().lookups) {
    const LookupReader* reader = snapshot.lookup(lookup.name);
    for (uint32_t row = 0; row < reader->size(); ++row) {
      std::string line = "lookup " + lookup.name + " " + std::string(reader->key(row));
      for (const event::Property& column : lookup.columns) {
        line += " " + column.name + "=" + event::to_json(reader->column(column.name)->value(row));
      }
      lines.push_back(line);
    }
  }
  if (auto checkpoint = snapshot.document("checkpoint"))
    lines.push_back("checkpoint " + *checkpoint);
  std::sort(lines.begin(), lines.end());
  return lines;
}

// Rows of one table must stand by user, time and order key; rows without a user last.
inline void expect_sorted(const Snapshot& snapshot) {
  for (const EventTable* table : snapshot.tables()) {
    for (uint64_t row = 1; row < table->size(); ++row) {
      auto key = [&](uint64_t r) {
        return std::tuple(table->users()[r], table->times()[r], table->order_keys()[r]);
      };
      ASSERT_LE(key(row - 1), key(row)) << table->event() << " row " << row;
    }
  }
}

inline std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace starling::store
