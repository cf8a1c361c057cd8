#include "store/store_test_base.h"

namespace starling::store {
namespace {

using event::Type;
using event::Value;

class StoreTest : public StoreTestBase {};

event::Column column_of(event::PropertyType type, const std::vector<Value>& values) {
  event::Column column(std::move(type));
  for (const Value& value : values) {
    if (value.is_null()) {
      column.push_null();
    } else {
      EXPECT_TRUE(column.push(value)) << event::to_json(value);
    }
  }
  return column;
}

// Every type, with the values that break encodings: nulls first and last, extremes, one value
// alone, empty texts and lists.
std::vector<std::pair<event::PropertyType, std::vector<Value>>> every_type() {
  event::PropertyType list{Type::kList, 0, {{"", {Type::kText}}}};
  event::PropertyType objects{
      Type::kObjects, 0, {{"price", {Type::kDecimal, 2}}, {"sku", {Type::kText}}}};
  using event::Object;
  using event::Values;
  auto sku = [](const char* text) {
    return std::pair<std::string, Value>("sku", Value{std::string(text)});
  };
  auto price = [](int64_t cents) {
    return std::pair<std::string, Value>("price", Value{base::Decimal{cents, 2}});
  };
  return {
      {{Type::kBoolean}, {Value{true}, {}, Value{false}, Value{true}, {}}},
      {{Type::kInteger},
       {Value{INT64_MIN}, Value{INT64_MAX}, {}, Value{int64_t{0}}, Value{int64_t{-1}}}},
      {{Type::kInteger},
       {Value{int64_t{7}}, Value{int64_t{7}}, Value{int64_t{7}}, Value{int64_t{7}},
        Value{int64_t{7}}}},
      {{Type::kInteger}, {{}, Value{int64_t{300}}, Value{int64_t{555}}, {}, Value{int64_t{300}}}},
      {{Type::kDecimal, 2},
       {Value{base::Decimal{-1250, 2}},
        {},
        Value{base::Decimal{5, 2}},
        {},
        Value{base::Decimal{0, 2}}}},
      {{Type::kFloat}, {Value{1.5}, {}, Value{-1e300}, Value{0.0}, {}}},
      {{Type::kText},
       {Value{std::string("Zürich")},
        Value{std::string("")},
        {},
        Value{std::string("日本")},
        Value{std::string("a\0b", 3)}}},
      {{Type::kText}, {{}, {}, {}, {}, Value{std::string("alone")}}},
      {{Type::kDate},
       {Value{base::Date{0}}, Value{base::Date{-719162}}, {}, Value{base::Date{20000}}, {}}},
      {{Type::kTime},
       {Value{base::TimeMs{-1}},
        {},
        Value{base::TimeMs{1735689600123}},
        {},
        Value{base::TimeMs{0}}}},
      {list,
       {Value{Values{Value{std::string("a")}, Value{}, Value{std::string("b")}}},
        {},
        Value{Values{}},
        Value{Values{Value{std::string("a")}}},
        {}}},
      {objects,
       {Value{std::vector<Object>{{price(100), sku("x")}, {sku("y")}}},
        Value{std::vector<Object>{}},
        {},
        Value{std::vector<Object>{{price(-5)}}},
        {}}},
      {objects, {{}, {}, {}, Value{std::vector<Object>{}}, {}}},
  };
}

TEST_F(StoreTest, EveryTypeComesBackAsItWasWritten) {
  auto cases = every_type();
  event::EventBatch batch{"s", "e"};
  event::UserBatch profiles;
  event::LookupTable lookup;
  for (int row = 0; row < 5; ++row) {
    batch.users.push_back("u" + std::to_string(row));
    batch.times.push_back(row);
    batch.row_keys.push_back(event::row_key(row, "e", std::to_string(row)));
    batch.content_hashes.push_back(row);
    batch.cursors.push_back(0);
    profiles.users.push_back("u" + std::to_string(row));
    lookup.keys.push_back("k" + std::to_string(row));
  }
  for (size_t i = 0; i < cases.size(); ++i) {
    event::NamedColumn column{"p" + std::to_string(i), column_of(cases[i].first, cases[i].second)};
    batch.properties.push_back(column);
    profiles.properties.push_back(column);
    lookup.columns.push_back(column);
  }
  {
    auto store = open();
    auto write = begin(*store);
    ASSERT_TRUE(write->append(batch));
    ASSERT_TRUE(write->replace_users(profiles));
    ASSERT_TRUE(write->replace_lookup(
        {"l", {event::LookupTarget::Kind::kEventProperty, "p6", ""}, {}}, lookup));
    commit(*write);
  }
  auto store = open();
  auto view = snapshot(*store);
  ASSERT_EQ(view->tables().size(), 1u);
  ASSERT_EQ(view->tables()[0]->size(), 5u);
  EXPECT_EQ(view->schema().properties.size(), cases.size());
  EXPECT_EQ(view->schema().find_lookup("l")->columns.size(), cases.size());
  for (size_t i = 0; i < cases.size(); ++i) {
    std::string name = "p" + std::to_string(i);
    EXPECT_EQ(view->schema().find_property(name)->type, cases[i].first);
    const ColumnReader* readers[] = {view->tables()[0]->property(name), view->user_property(name),
                                     view->lookup("l")->column(name)};
    for (const ColumnReader* reader : readers) {
      ASSERT_NE(reader, nullptr) << name;
      bool any_null = false;
      for (int row = 0; row < 5; ++row) {
        EXPECT_EQ(reader->value(row), cases[i].second[row]) << name << " row " << row;
        uint8_t valid = 2;
        reader->valid(row, 1, &valid);
        EXPECT_EQ(valid, !cases[i].second[row].is_null());
        any_null |= !valid;
      }
      EXPECT_EQ(reader->has_nulls(), any_null) << name;
    }
  }
}

TEST_F(StoreTest, NullsReadAsZeroAndDictionariesAreSorted) {
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(write->append(batch_of(
      "s", "e", {{"1", "u", 1, "b", 500}, {"2", "u", 2, "", 700}, {"3", "u", 3, "a", 500}})));
  commit(*write);
  auto view = snapshot(*store);
  const ColumnReader* city = view->tables()[0]->property("city");
  ASSERT_EQ(city->dictionary_size(), 2u);
  EXPECT_EQ(city->dictionary(0), "a");
  EXPECT_EQ(city->dictionary(1), "b");
  uint32_t codes[3];
  city->codes(0, 3, codes);
  EXPECT_EQ(std::vector<uint32_t>(codes, codes + 3), (std::vector<uint32_t>{2, 0, 1}));
  int64_t amounts[2];
  view->tables()[0]->property("amount")->integers(1, 2, amounts);
  EXPECT_EQ(amounts[0], 700);
  EXPECT_EQ(amounts[1], 500);
}

// Long enough that users, times and properties are packed.
TEST_F(StoreTest, TablesOfManyFramesComeBackRowByRow) {
  auto store = open(100'000);
  std::vector<TestRow> rows;
  for (int i = 0; i < 5000; ++i) {
    rows.push_back({"r" + std::to_string(i), i % 11 == 0 ? "" : "u" + std::to_string(i * i % 300),
                    1735689600000 + i * 6'307'199'003 % 31'536'000'000,
                    i % 7 == 0 ? "" : "city " + std::to_string(i % 5), i % 900});
  }
  auto write = begin(*store);
  ASSERT_TRUE(write->append(batch_of("orders", "order", rows)));
  commit(*write);
  auto newest = snapshot(*store);
  std::vector<std::string> expected;
  for (const TestRow& row : rows) {
    event::Value amount{base::Decimal{row.amount, 2}};
    expected.push_back("orders/order user=" + (row.user.empty() ? "-" : row.user) +
                       " time=" + std::to_string(row.time) +
                       " order=" + std::to_string(base::md5_prefix(row.id)) +
                       " amount=" + event::to_json(amount) +
                       (row.city.empty() ? "" : " city=\"" + row.city + "\""));
  }
  std::ranges::sort(expected);
  EXPECT_EQ(contents(*newest), expected);

  const EventTable& table = *newest->tables()[0];
  std::vector<uint32_t> users = table.users().all();
  for (uint32_t user : {0u, 1u, 150u, 298u, 299u, 300u, kNoUser - 1, kNoUser}) {
    for (uint64_t first : {0u, 1u, 511u, 512u, 4000u, 5000u}) {
      for (uint64_t last : {uint64_t{5000}, first}) {
        auto found = std::lower_bound(users.begin() + static_cast<ptrdiff_t>(first),
                                      users.begin() + static_cast<ptrdiff_t>(last), user);
        EXPECT_EQ(table.users().lower_bound(first, last, user),
                  static_cast<uint64_t>(found - users.begin()));
      }
    }
  }
  std::string dump = store->dump(false).value();
  EXPECT_NE(dump.find("values: packed"), std::string::npos) << dump;
}

TEST_F(StoreTest, NothingIsVisibleBeforeCommitAndAnAbandonedWriteLeavesNoTrace) {
  auto store = open(10);
  std::vector<TestRow> rows;
  for (int i = 0; i < 100; ++i)
    rows.push_back({std::to_string(i), "u" + std::to_string(i), i, "c", i});
  {
    auto write = begin(*store);
    for (const TestRow& row : rows) ASSERT_TRUE(write->append(batch_of("s", "e", {row})));
    EXPECT_EQ(snapshot(*store)->tables().size(), 0u);
  }
  EXPECT_EQ(snapshot(*store)->tables().size(), 0u);
  EXPECT_EQ(files_below(folder_),
            (std::vector<std::string>{folder_ + "/LOCK", folder_ + "/manifest"}));
}

TEST_F(StoreTest, AnotherReaderSeesTheCommitAndOldSnapshotsStay) {
  auto writer = open(), reader = open();
  auto before = snapshot(*reader);
  auto write = begin(*writer);
  ASSERT_TRUE(write->append(batch_of("s", "e", {{"1", "ann", 1, "x", 1}})));
  ASSERT_TRUE(write->set_document("checkpoint", "17"));
  commit(*write);
  auto after = snapshot(*reader);
  EXPECT_EQ(before->tables().size(), 0u);
  EXPECT_EQ(after->tables().size(), 1u);
  EXPECT_GT(after->version(), before->version());
  EXPECT_EQ(reader->document("checkpoint"), "17");

  // The files of `after` are replaced and removed; it still reads them.
  auto lines = contents(*after);
  auto again = begin(*writer);
  ASSERT_TRUE(again->remove_source("s"));
  commit(*again);
  EXPECT_EQ(contents(*after), lines);
  EXPECT_EQ(snapshot(*reader)->tables().size(), 0u);
}

TEST_F(StoreTest, OnlyOneWriterAtATime) {
  auto first = open(), second = open();
  auto write = begin(*first);
  auto refused = second->begin();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Error::Code::kConflict);
  EXPECT_EQ(second->compact().error().code, base::Error::Code::kConflict);
  commit(*write);
  EXPECT_TRUE(second->begin());
}

TEST_F(StoreTest, AMissingStoreIsNotFoundUnlessItMayBeCreated) {
  auto store = Store::open(folder_, {});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, base::Error::Code::kNotFound);
  EXPECT_NE(store.error().message.find(folder_), std::string::npos);
}

TEST_F(StoreTest, UserNumbersNeverChangeAndAreFoundAgain) {
  auto store = open();
  for (int commit_no = 0; commit_no < 20; ++commit_no) {
    auto write = begin(*store);
    std::vector<TestRow> rows;
    for (int i = 0; i < 5; ++i) {
      std::string id = std::to_string(commit_no * 5 + i);
      rows.push_back({id, "user" + std::to_string((commit_no * 3 + i) % 40), i, "", 0});
    }
    ASSERT_TRUE(write->append(batch_of("s", "e", rows)));
    commit(*write);
    std::vector<std::string> before;
    auto view = snapshot(*store);
    for (uint32_t user = 0; user < view->user_count(); ++user)
      before.emplace_back(view->user_id(user));
    ASSERT_TRUE(store->compact());
    view = snapshot(*store);
    ASSERT_EQ(view->user_count(), before.size());
    for (uint32_t user = 0; user < view->user_count(); ++user) {
      EXPECT_EQ(view->user_id(user), before[user]);
      EXPECT_EQ(view->find_user(before[user]), user);
    }
    EXPECT_EQ(view->find_user("nobody"), std::nullopt);
  }
  EXPECT_EQ(snapshot(*store)->user_count(), 40u);
}

TEST_F(StoreTest, ProfilesAreReplacedOrMerged) {
  auto users = [](std::vector<std::string> ids, const std::string& name,
                  std::vector<Value> values) {
    event::UserBatch batch;
    for (const std::string& id : ids) batch.users.push_back(id);
    batch.properties.push_back({name, column_of({Type::kText}, values)});
    return batch;
  };
  auto text = [](const char* value) { return Value{std::string(value)}; };
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(write->replace_users(users({"ann", "bob"}, "city", {text("Bern"), text("Rome")})));
  commit(*write);
  EXPECT_EQ(store->user_rows(), 2u);

  write = begin(*store);
  ASSERT_TRUE(write->append(batch_of("s", "e", {{"1", "late", 1, "x", 1}})));
  commit(*write);
  auto view = snapshot(*store);
  EXPECT_EQ(view->user_property("city")->size(), 3u);
  EXPECT_TRUE(view->user_property("city")->value(2).is_null());
  EXPECT_FALSE(view->has_profile(2));

  write = begin(*store);
  ASSERT_TRUE(write->merge_users(users({"bob", "cem"}, "city", {{}, text("Izmir")})));
  ASSERT_TRUE(write->merge_users(users({"ann"}, "plan", {text("pro")})));
  commit(*write);
  view = snapshot(*store);
  auto city = [&](const char* id) {
    return view->user_property("city")->value(*view->find_user(id));
  };
  EXPECT_EQ(city("ann"), text("Bern"));
  EXPECT_EQ(city("bob"), text("Rome"));
  EXPECT_EQ(city("cem"), text("Izmir"));
  EXPECT_EQ(view->user_property("plan")->value(*view->find_user("ann")), text("pro"));
  EXPECT_EQ(store->user_rows(), 3u);

  write = begin(*store);
  ASSERT_TRUE(write->replace_users(users({"cem"}, "plan", {text("free")})));
  commit(*write);
  view = snapshot(*store);
  EXPECT_EQ(view->user_property("city"), nullptr);
  EXPECT_FALSE(view->has_profile(*view->find_user("ann")));
  EXPECT_EQ(store->user_rows(), 1u);
}

TEST_F(StoreTest, LookupsAreReplacedAndRemovedAndKeysFound) {
  auto table = [](std::vector<std::string> keys, std::vector<Value> names) {
    event::LookupTable table;
    for (const std::string& key : keys) table.keys.push_back(key);
    table.columns.push_back({"name", column_of({Type::kText}, names)});
    return table;
  };
  event::Lookup lookup{
      "products", {event::LookupTarget::Kind::kEventProperty, "items", "product_id"}, {}};
  auto text = [](const char* value) { return Value{std::string(value)}; };
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(
      write->replace_lookup(lookup, table({"b", "", "a"}, {text("B"), text("none"), text("A")})));
  commit(*write);
  auto view = snapshot(*store);
  const LookupReader* products = view->lookup("products");
  EXPECT_EQ(view->schema().lookups[0].on, lookup.on);
  EXPECT_EQ(products->column("name")->value(*products->find("b")), text("B"));
  EXPECT_EQ(products->column("name")->value(*products->find("")), text("none"));
  EXPECT_EQ(products->find("c"), std::nullopt);
  EXPECT_EQ(store->lookup_rows("products"), 3u);

  write = begin(*store);
  ASSERT_TRUE(write->replace_lookup(lookup, table({"z"}, {text("Z")})));
  commit(*write);
  EXPECT_EQ(store->lookup_rows("products"), 1u);
  write = begin(*store);
  ASSERT_TRUE(write->remove_lookup("products"));
  commit(*write);
  EXPECT_EQ(snapshot(*store)->lookup("products"), nullptr);
  EXPECT_EQ(store->lookup_rows("products"), std::nullopt);
}

TEST_F(StoreTest, APropertyWidensAcrossBatchesAndParts) {
  auto store = open();
  auto append = [&](const std::string& id, event::PropertyType type, Value value) {
    auto write = begin(*store);
    auto batch = batch_of("s", "e", {{id, "u", 1, "", 0}});
    batch.properties.push_back({"x", column_of(type, {value})});
    auto appended = write->append(batch);
    if (appended) commit(*write);
    return appended;
  };
  ASSERT_TRUE(append("1", {Type::kInteger}, Value{int64_t{2}}));
  ASSERT_TRUE(append("2", {Type::kDecimal, 2}, Value{base::Decimal{350, 2}}));
  event::PropertyType common{Type::kDecimal, 2};
  EXPECT_EQ(snapshot(*store)->schema().find_property("x")->type, common);
  auto lines = contents(*snapshot(*store));
  ASSERT_TRUE(store->compact());
  auto view = snapshot(*store);
  ASSERT_EQ(view->tables().size(), 1u);
  EXPECT_EQ(view->tables()[0]->property("x")->type(), common);
  EXPECT_EQ(contents(*view), lines);

  auto refused = append("3", {Type::kText}, Value{std::string("two")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Error::Code::kInvalid);
  EXPECT_NE(refused.error().message.find("\"x\""), std::string::npos);
  EXPECT_EQ(contents(*snapshot(*store)), lines);
}

TEST_F(StoreTest, ARemovedSourceMayComeBackWithOtherTypes) {
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(write->append(batch_of("s", "e", {{"1", "u", 1, "x", 1}})));
  ASSERT_TRUE(write->append(batch_of("t", "f", {{"1", "u", 1, "", 1}})));
  commit(*write);
  write = begin(*store);
  ASSERT_TRUE(write->append(batch_of("s", "e", {{"9", "u", 1, "gone", 1}})));
  ASSERT_TRUE(write->remove_source("s"));
  ASSERT_TRUE(write->remove_source("t"));
  auto batch = batch_of("s", "e", {{"1", "u", 5, "", 1}});
  batch.properties[1] = {"city", column_of({Type::kInteger}, {Value{int64_t{34}}})};
  ASSERT_TRUE(write->append(batch));
  EXPECT_EQ(commit(*write).stored, 1u);
  auto view = snapshot(*store);
  EXPECT_EQ(view->schema().events.size(), 1u);
  EXPECT_EQ(view->schema().find_property("city")->type.type, Type::kInteger);
  EXPECT_EQ(contents(*view).size(), 1u);
}

TEST_F(StoreTest, SourceTotalsAreSumsOverTheStoredRows) {
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(write->append(batch_of("s", "e", {{"1", "u", -5, "x", 1}, {"2", "", 7, "x", 1}})));
  ASSERT_TRUE(write->append(batch_of("t", "e", {{"1", "u", 100, "x", 1}})));
  commit(*write);
  auto totals = store->source_totals("s").value();
  EXPECT_EQ(totals.rows, 2u);
  EXPECT_EQ(totals.time_sum, 2);
  EXPECT_EQ(totals.key_sum, base::md5_prefix("1") + base::md5_prefix("2"));
}

TEST_F(StoreTest, CountIsWhatCommitReturnsAndPublishesNothing) {
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(write->append(batch_of("s", "e", {{"1", "u", 1, "x", 1}, {"1", "u", 1, "x", 1}})));
  auto counted = write->count();
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted.value().stored, 1u);
  EXPECT_EQ(counted.value().duplicates, 1u);
  EXPECT_EQ(snapshot(*store)->tables().size(), 0u);
  EXPECT_EQ(commit(*write).stored, 1u);
  EXPECT_EQ(snapshot(*store)->tables().size(), 1u);
}

TEST_F(StoreTest, TheDumpNamesFilesSectionsAndRows) {
  auto store = open();
  auto write = begin(*store);
  ASSERT_TRUE(write->append(batch_of("s", "e", {{"1", "ann", 1, "Bern", 150}})));
  commit(*write);
  std::string dump = store->dump(true).value();
  for (const char* expected : {"parts/000001.part", "checksum", "dictionary bytes", "city=\"Bern\"",
                               "amount=1.5", "ann"}) {
    EXPECT_NE(dump.find(expected), std::string::npos) << expected << " in\n" << dump;
  }
  EXPECT_EQ(store->dump(false).value().find("Bern"), std::string::npos);
}

}  // namespace
}  // namespace starling::store
