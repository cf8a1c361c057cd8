// Looking up keys in a file of several blocks, evenly spread ones and clustered ones, beside a
// plain search.
#include "store/records.h"

#include <random>

#include "store/store_test_base.h"

namespace starling::store {
namespace {

class RecordsTest : public StoreTestBase {};

TEST_F(RecordsTest, SeekFindsTheFirstRecordNotLess) {
  Folder folder(folder_, nullptr);
  ASSERT_TRUE(folder.create());
  std::mt19937_64 random(5);
  for (uint64_t number = 1; number <= 3; ++number) {
    uint64_t mask = number == 1 ? ~uint64_t{0} : number == 2 ? 0xFFFFF : 0xF000000000000001;
    std::vector<base::Hash128> keys;
    for (int i = 0; i < 150'000; ++i) keys.push_back({random() & mask, random()});
    std::sort(keys.begin(), keys.end());
    auto writer = RecordWriter<LedgerEntry>::create(folder, FileKind::kLedger, number);
    ASSERT_TRUE(writer);
    for (const base::Hash128& key : keys) ASSERT_TRUE(writer.value().add({key, 1}));
    auto file = LedgerFile::open(folder, writer.value().finish().value());
    ASSERT_TRUE(file);
    for (size_t wanted_count : {10, 1000, 100'000}) {
      std::vector<base::Hash128> wanted;
      for (size_t i = 0; i < wanted_count; ++i) {
        bool known = i % 2 == 0;
        wanted.push_back(known ? keys[random() % keys.size()]
                               : base::Hash128{random() & mask, random()});
      }
      std::sort(wanted.begin(), wanted.end());
      RecordCursor<LedgerEntry> cursor(file.value());
      for (const base::Hash128& key : wanted) {
        auto expected = std::lower_bound(keys.begin(), keys.end(), key);
        auto found = cursor.seek(key);
        ASSERT_TRUE(found);
        ASSERT_EQ(found.value() == nullptr, expected == keys.end());
        if (found.value() != nullptr) {
          ASSERT_EQ(found.value()->key, *expected);
        }
      }
    }
  }
}

}  // namespace
}  // namespace starling::store
