// A write that is stopped at its k-th change of the disk, for every k: the store then holds what it
// held before or all of the write, and the next write goes on from there.
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_test_base.h"

namespace starling::store {
namespace {

enum class Stop { kError, kKill };

class CrashTest : public StoreTestBase, public ::testing::WithParamInterface<Stop> {
 protected:
  static std::vector<TestRow> rows(int first, int count) {
    std::vector<TestRow> rows;
    for (int i = first; i < first + count; ++i) {
      rows.push_back({std::to_string(i), "user" + std::to_string(i % 13), i,
                      "city" + std::to_string(i % 3), i});
    }
    return rows;
  }

  static base::Result<void> append_all(event::Write& write, const std::vector<TestRow>& rows) {
    for (size_t first = 0; first < rows.size(); first += 5) {
      size_t end = std::min(rows.size(), first + 5);
      TRY(write.append(batch_of("s", "e", {rows.begin() + first, rows.begin() + end})));
    }
    return {};
  }

  static event::EventBatch rows_of(const std::string& source, const std::vector<TestRow>& rows) {
    event::EventBatch batch = batch_of(source, "e", rows);
    batch.replaces = true;
    return batch;
  }

  // Every third row of a source replaced, another third removed; a source's rows given a property.
  static base::Result<void> change_stored(event::Write& write) {
    std::vector<TestRow> changed;
    event::RemovedRows removed{"changed"};
    event::FilledRows filled{"filled", "e"};
    event::Column rank({event::Type::kInteger});
    for (TestRow row : rows(0, 20)) {
      base::Hash128 key = key_of("e", row.id);
      filled.row_keys.push_back(key);
      filled.content_hashes.push_back(key.high);
      rank.push_integer(row.time * 7);
      if (row.time % 3 == 0) {
        row.amount += 1000;
        changed.push_back(row);
      } else if (row.time % 3 == 1) {
        removed.row_keys.push_back(key);
        removed.cursors.push_back(0);
      }
    }
    filled.properties.push_back({"rank", std::move(rank)});
    TRY(write.append(rows_of("changed", changed)));
    TRY(write.remove_rows(std::move(removed)));
    return write.fill(std::move(filled));
  }

  // The write under test: several flushes, a row of one key in two of them, changes of stored rows,
  // users, a lookup, a document, then a merge.
  static base::Result<void> second_write(Store& store) {
    auto write = TRY(store.begin());
    TRY(append_all(*write, rows(10, 30)));
    TestRow winner = rows(35, 1)[0];
    winner.cursor = 5;
    winner.amount = 999;
    TRY(append_all(*write, {winner}));
    TRY(change_stored(*write));
    event::UserBatch users;
    event::Column plan({event::Type::kText});
    users.users.push_back("user1");
    plan.push_text("pro");
    users.properties.push_back({"plan", plan});
    TRY(write->merge_users(users));
    event::LookupTable table;
    table.keys.push_back("city1");
    table.columns.push_back({"label", plan});
    TRY(write->replace_lookup(
        {"cities", {event::LookupTarget::Kind::kEventProperty, "city", ""}, {}}, table));
    TRY(write->set_document("checkpoint", "two"));
    TRY(write->commit());
    write.reset();
    return store.compact();
  }

  std::string first_state(const std::string& name) {
    std::string folder = root_ + "/" + name;
    auto store = open_at(folder, 8);
    auto write = begin(*store);
    EXPECT_TRUE(append_all(*write, rows(0, 20)));
    EXPECT_TRUE(write->append(rows_of("changed", rows(0, 20))));
    EXPECT_TRUE(write->append(rows_of("filled", rows(0, 20))));
    EXPECT_TRUE(write->set_document("checkpoint", "one"));
    commit(*write);
    return folder;
  }

  static Store::Options stopping(int64_t k, Stop stop,
                                 std::shared_ptr<std::atomic<int64_t>> changes) {
    Store::Options options{.part_rows_max = 8};
    options.before_write = [=](std::string_view path, uint64_t) -> base::Result<void> {
      if (++*changes != k) return {};
      if (stop == Stop::kKill) _exit(137);
      return base::Error{base::Error::Code::kUnavailable,
                         "cannot write " + std::string(path) + ": No space left on device"};
    };
    return options;
  }

  // Runs the second write with a stop at the k-th change; false when it came to its end.
  static bool stopped(const std::string& folder, int64_t k, Stop stop) {
    auto changes = std::make_shared<std::atomic<int64_t>>(0);
    if (stop == Stop::kError) {
      auto store = Store::open(folder, stopping(k, stop, changes));
      EXPECT_TRUE(store) << store.error().message;
      auto written = second_write(*store.value());
      if (written) return false;
      EXPECT_EQ(written.error().code, base::Error::Code::kUnavailable);
      EXPECT_NE(written.error().message.find("No space left"), std::string::npos);
      EXPECT_NE(written.error().message.find(folder), std::string::npos);
      return true;
    }
    pid_t child = fork();
    if (child == 0) {
      auto store = Store::open(folder, stopping(k, stop, changes));
      _exit(store && second_write(*store.value()) ? 0 : 1);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_TRUE(WEXITSTATUS(status) == 137 || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
    return WEXITSTATUS(status) == 137;
  }
};

TEST_P(CrashTest, TheOldOrTheNewStateIsThereAndTheNextWriteEndsTheSame) {
  std::string undisturbed = first_state("undisturbed");
  auto old_lines = contents(*snapshot(*open_at(undisturbed)));
  ASSERT_FALSE(stopped(undisturbed, -1, Stop::kError));
  auto new_lines = contents(*snapshot(*open_at(undisturbed)));
  ASSERT_NE(old_lines, new_lines);

  std::string start = first_state("start");
  bool saw_old = false, saw_new = false;
  int64_t k = 1;
  for (;; ++k) {
    SCOPED_TRACE("stopped at change " + std::to_string(k));
    std::string folder = root_ + "/k";
    std::filesystem::remove_all(folder);
    std::filesystem::copy(start, folder, std::filesystem::copy_options::recursive);
    if (!stopped(folder, k, GetParam())) break;

    auto store = open_at(folder, 8);
    ASSERT_TRUE(store->verify());
    auto lines = contents(*snapshot(*store));
    ASSERT_TRUE(lines == old_lines || lines == new_lines);
    saw_old |= lines == old_lines;
    saw_new |= lines == new_lines;
    auto again = second_write(*store);
    ASSERT_TRUE(again) << again.error().message;
    ASSERT_EQ(contents(*snapshot(*store)), new_lines);
    ASSERT_TRUE(store->verify());
    std::string dump = store->dump(false).value();
    for (const std::string& file : files_below(folder)) {
      std::string name = std::filesystem::path(file).lexically_relative(folder).string();
      EXPECT_TRUE(name == "LOCK" || dump.find(name) != std::string::npos)
          << name << " is left over";
    }
  }
  EXPECT_TRUE(saw_old);
  EXPECT_TRUE(saw_new);
  EXPECT_GT(k, 40);
}

INSTANTIATE_TEST_SUITE_P(Stops, CrashTest, ::testing::Values(Stop::kError, Stop::kKill),
                         [](const auto& info) {
                           return info.param == Stop::kError ? "DiskFull" : "Killed";
                         });

TEST_F(StoreTestBase, AKilledCreationCanBeRepeated) {
  for (int64_t k = 1;; ++k) {
    std::string folder = root_ + "/" + std::to_string(k);
    int64_t changes = 0;
    Store::Options options{.create = true};
    options.before_write = [&](std::string_view, uint64_t) -> base::Result<void> {
      if (++changes != k) return {};
      return base::Error{base::Error::Code::kUnavailable, "no space"};
    };
    bool stopped = !Store::open(folder, options);
    EXPECT_TRUE(Store::open(folder, {.create = true}));
    if (!stopped) return;
  }
}

}  // namespace
}  // namespace starling::store
