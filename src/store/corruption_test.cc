// Damaged files are found and named; what is served is what was written.
#include "store/store_test_base.h"

namespace starling::store {
namespace {

// Odd, so that every bit of a byte is flipped somewhere; 1 tries every byte and takes half a
// minute.
constexpr size_t kStep = 7;

class CorruptionTest : public StoreTestBase {
 protected:
  void SetUp() override {
    StoreTestBase::SetUp();
    auto store = open(8);
    for (int run = 0; run < 2; ++run) {
      auto write = begin(*store);
      std::vector<TestRow> rows;
      for (int i = 0; i < 12; ++i) {
        int id = run * 12 + i;
        rows.push_back({std::to_string(id), i % 5 ? "user" + std::to_string(id % 7) : "", id,
                        i % 3 ? "Zürich" : "", id});
      }
      ASSERT_TRUE(write->append(batch_of("s", "e", rows)));
      event::UserBatch users;
      event::Column name({event::Type::kText});
      for (int i = 0; i < 4; ++i) {
        users.users.push_back("user" + std::to_string(i));
        name.push_text("Name " + std::to_string(i));
      }
      users.properties.push_back({"name", name});
      ASSERT_TRUE(write->merge_users(users));
      event::LookupTable table;
      table.keys.push_back("Zürich");
      table.columns.push_back({"label", name});
      table.keys.push_back("b");
      table.keys.push_back("c");
      table.keys.push_back("d");
      ASSERT_TRUE(write->replace_lookup(
          {"cities", {event::LookupTarget::Kind::kEventProperty, "city", ""}, {}}, table));
      event::LookupTable versions;
      for (const char* key : {"Name 1", "Name 1", "Name 0", "Name 2"}) versions.keys.push_back(key);
      versions.starts = {0, 1000, -5, 2000};
      versions.columns.push_back({"label", name});
      event::LookupTarget on{event::LookupTarget::Kind::kUserProperty, "name", ""};
      ASSERT_TRUE(
          write->replace_lookup({"versioned", on, {}, event::AsOf::kEvent}, std::move(versions)));
      ASSERT_TRUE(write->set_document("checkpoint", "twelve"));
      commit(*write);
    }
    change(*store);
    lines_ = contents(*snapshot(*store));
  }

  // Two rows are removed, then two are given a property.
  static void change(Store& store) {
    event::RemovedRows removed{"s"};
    event::FilledRows filled{"s", "e"};
    event::Column note({event::Type::kText});
    for (const char* id : {"3", "17", "4", "18"}) {
      bool removes = removed.size() < 2;
      auto& keys = removes ? removed.row_keys : filled.row_keys;
      keys.push_back(key_of("e", id));
      if (removes) {
        removed.cursors.push_back(0);
      } else {
        filled.content_hashes.push_back(7);
        note.push_text(std::string("note of ") + id);
      }
    }
    filled.properties.push_back({"note", std::move(note)});
    auto write = begin(store);
    ASSERT_TRUE(write->remove_rows(std::move(removed)));
    EXPECT_EQ(commit(*write).removed, 2u);
    write = begin(store);
    ASSERT_TRUE(write->fill(std::move(filled)));
    EXPECT_EQ(commit(*write).filled, 2u);
  }

  // Opens the damaged store; true when the damage was found. What is read otherwise must be the
  // truth.
  bool found(const std::string& file) {
    auto store = Store::open(folder_, {});
    if (!store) {
      auto code = store.error().code;
      EXPECT_TRUE(code == base::Error::Code::kCorrupt || code == base::Error::Code::kUnsupported)
          << store.error().message;
      EXPECT_NE(store.error().message.find(file), std::string::npos) << store.error().message;
      return true;
    }
    EXPECT_EQ(contents(*snapshot(*store.value())), lines_);
    auto verified = store.value()->verify();
    if (verified) return false;
    EXPECT_NE(verified.error().message.find(file), std::string::npos) << verified.error().message;
    return true;
  }

  std::vector<std::string> stored_files() const {
    std::vector<std::string> files = files_below(folder_);
    std::erase_if(files, [](const std::string& file) { return file.ends_with("LOCK"); });
    return files;
  }

  std::vector<std::string> lines_;
};

TEST_F(CorruptionTest, FlippedBitsAreFoundWhereverTheyAre) {
  for (const std::string& file : stored_files()) {
    std::string bytes = bytes_of(file);
    for (size_t at = 0; at < bytes.size(); at += kStep) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
      write_bytes(file, damaged);
      SCOPED_TRACE(file + " byte " + std::to_string(at));
      EXPECT_TRUE(found(file));
    }
    write_bytes(file, bytes);
  }
  EXPECT_FALSE(found("nothing"));
}

TEST_F(CorruptionTest, TruncationsAreFound) {
  for (const std::string& file : stored_files()) {
    std::string bytes = bytes_of(file);
    for (size_t length = 0; length < bytes.size(); length += kStep) {
      write_bytes(file, bytes.substr(0, length));
      SCOPED_TRACE(file + " cut to " + std::to_string(length));
      EXPECT_TRUE(found(file));
    }
    write_bytes(file, bytes + '\0');
    EXPECT_TRUE(found(file)) << file;
    write_bytes(file, bytes);
  }
}

TEST_F(CorruptionTest, AMissingFileIsNamed) {
  for (const std::string& file : stored_files()) {
    if (file.ends_with("manifest")) continue;
    std::string bytes = bytes_of(file);
    std::filesystem::remove(file);
    EXPECT_TRUE(found(file)) << file;
    write_bytes(file, bytes);
  }
}

TEST_F(CorruptionTest, ADamagedLedgerStopsTheWriteThatNeedsIt) {
  for (const std::string& file : stored_files()) {
    if (!file.ends_with(".ledg")) continue;
    std::string bytes = bytes_of(file);
    bytes[64] ^= 1;
    write_bytes(file, bytes);
  }
  auto store = open();
  auto write = begin(*store);
  auto appended = write->append(batch_of("s", "e", {{"1", "u", 1, "x", 1}}));
  auto counts = write->commit();
  ASSERT_FALSE(appended && counts);
  EXPECT_EQ(counts.error().code, base::Error::Code::kCorrupt);
  EXPECT_NE(counts.error().message.find(".ledg"), std::string::npos);
  write.reset();
  EXPECT_EQ(contents(*snapshot(*store)), lines_);
}

TEST_F(CorruptionTest, ANewerFormatIsRefusedByName) {
  for (const std::string& file : stored_files()) {
    const std::string bytes = bytes_of(file);
    std::string newer = bytes;
    newer[12] = 9;
    write_bytes(file, newer);
    auto store = Store::open(folder_, {});
    auto verified = store ? store.value()->verify() : base::Result<void>(store.error());
    ASSERT_FALSE(verified) << file;
    EXPECT_EQ(verified.error().code, base::Error::Code::kUnsupported);
    EXPECT_NE(verified.error().message.find("version 9"), std::string::npos);
    write_bytes(file, bytes);
  }
}

}  // namespace
}  // namespace starling::store
