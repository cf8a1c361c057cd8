#include <gtest/gtest.h>

#include "event/column.h"
#include "event/schema.h"
#include "event/value.h"

namespace starling::event {
namespace {

const PropertyType kInteger{Type::kInteger}, kFloat{Type::kFloat}, kText{Type::kText};

PropertyType decimal(uint8_t scale) { return {Type::kDecimal, scale}; }
PropertyType objects(std::vector<Member> members) {
  return {Type::kObjects, 0, std::move(members)};
}
Value money(std::string_view text) { return {*base::Decimal::parse(text)}; }

TEST(Value, TextOfKeysDoesNotShowTheNumberType) {
  EXPECT_EQ(to_text({int64_t{1}}), "1");
  EXPECT_EQ(to_text({1.0}), "1");
  EXPECT_EQ(to_text(money("1.00")), "1");
  EXPECT_EQ(to_text({std::string("1")}), "1");
  EXPECT_EQ(to_text({0.1}), "0.1");
  EXPECT_EQ(to_text({17850.0}), "17850");
  EXPECT_EQ(to_text({true}), "true");
  EXPECT_EQ(to_text({base::Date::of(2024, 9, 1)}), "2024-09-01");
  EXPECT_EQ(to_text({Values{{std::string("a")}, {int64_t{2}}}}), "[\"a\",2]");
}

TEST(Value, Json) {
  EXPECT_EQ(to_json({std::vector<Object>{{{"a", {int64_t{1}}}, {"b", {}}}}}), R"([{"a":1}])");
  EXPECT_EQ(to_json({base::TimeMs{0}}), "\"1970-01-01T00:00:00Z\"");
  EXPECT_EQ(to_json({123456789012345.0}), "123456789012345");
}

TEST(Value, NumbersCompareByValue) {
  EXPECT_EQ(Value{int64_t{2}}, money("2.00"));
  EXPECT_EQ(Value{2.0}, Value{int64_t{2}});
  EXPECT_FALSE(Value{int64_t{2}} == Value{std::string("2")});
  EXPECT_FALSE(Value{true} == Value{int64_t{1}});
}

TEST(CommonType, Numbers) {
  EXPECT_EQ(common_type(kInteger, decimal(2)), decimal(2));
  EXPECT_EQ(common_type(decimal(4), decimal(2)), decimal(4));
  EXPECT_EQ(common_type(decimal(4), kFloat), kFloat);
  EXPECT_FALSE(common_type(kText, kInteger));
}

TEST(CommonType, ObjectsGiveTheUnionOfMembers) {
  EXPECT_EQ(common_type(objects({{"b", kInteger}}), objects({{"a", kText}, {"b", kFloat}})),
            objects({{"a", kText}, {"b", kFloat}}));
  EXPECT_FALSE(common_type(objects({{"a", kInteger}}), objects({{"a", kText}})));
}

TEST(Column, PushWidensAndRefuses) {
  Column column(decimal(2));
  EXPECT_TRUE(column.push(money("1.5")));
  EXPECT_TRUE(column.push({int64_t{3}}));
  EXPECT_FALSE(column.push(money("0.001")));
  EXPECT_FALSE(column.push({std::string("x")}));
  EXPECT_TRUE(column.push({}));
  EXPECT_EQ(column.size(), 3u);
  EXPECT_EQ(column.value(0), money("1.50"));
  EXPECT_EQ(column.value(1), money("3"));
  EXPECT_TRUE(column.value(2).is_null());
}

TEST(Column, ListsOfObjectsKeepTheirElements) {
  PropertyType type = objects({{"name", kText}, {"price", decimal(2)}});
  Value two{std::vector<Object>{{{"name", {std::string("a")}}, {"price", money("1")}},
                                {{"price", money("2")}}}};
  Column column(type);
  ASSERT_TRUE(column.push(two));
  column.push_null();
  ASSERT_TRUE(column.push({std::vector<Object>{}}));
  EXPECT_FALSE(column.push({std::vector<Object>{{{"other", {int64_t{1}}}}}}));
  EXPECT_EQ(column.value(0), two);
  EXPECT_TRUE(column.value(1).is_null());
  EXPECT_EQ(to_json(column.value(2)), "[]");

  Column copy(type);
  for (size_t row : {2, 0, 1}) copy.push_from(column, row);
  EXPECT_EQ(copy.value(1), two);
  EXPECT_EQ(copy.offsets, (std::vector<uint64_t>{0, 0, 2, 2}));
}

TEST(Schema, FindsByName) {
  Schema schema;
  schema.properties = {{"a", kInteger}, {"b", kText}};
  ASSERT_NE(schema.find_property("b"), nullptr);
  EXPECT_EQ(schema.find_property("b")->type, kText);
  EXPECT_EQ(schema.find_property("c"), nullptr);
}

}  // namespace
}  // namespace starling::event
