#include <gtest/gtest.h>

#include "query/bind_fixture.h"

namespace starling::query {
namespace {

Breakdown first_breakdown(const std::string& breakdown) {
  auto query =
      bind_yaml("{report: insights, metrics: [{event: refund}], breakdown: [" + breakdown + "]}");
  return std::get<Insights>(query.value().report).breakdowns.at(0);
}

TEST(Reference, Kinds) {
  EXPECT_EQ(breakdown_of("{property: size}"), "size");
  EXPECT_EQ(breakdown_of("{property: utm.source}"), "utm.source");
  EXPECT_EQ(breakdown_of("{user: country}"), "user.country");
  EXPECT_EQ(breakdown_of("{property: location_id.location_name}"),
            "locations(location_id).location_name");
  EXPECT_EQ(breakdown_of("{property: items.product_id}"), "items[].product_id");
  EXPECT_EQ(breakdown_of("{property: items.product_id.product_name}"),
            "products(items[].product_id).product_name");
  EXPECT_EQ(breakdown_of("{property: tags}"), "tags");
  EXPECT_EQ(breakdown_of("{property: tags.group}"), "tag groups(tags[]).group");
  EXPECT_EQ(breakdown_of("{user: home_store.city}"), "stores(user.home_store).city");
  EXPECT_EQ(breakdown_of("{cohort: Germans}"), "cohort 0");
  EXPECT_EQ(breakdown_of("{time: day_of_week}"), "time.day_of_week");
  EXPECT_EQ(breakdown_of("{time: hour_of_day}"), "time.hour_of_day");
  EXPECT_EQ(breakdown_of("{event: true}"), "event name");
}

TEST(Reference, ListsAndTypes) {
  EXPECT_EQ(first_breakdown("{property: size}").reference.list(), "");
  EXPECT_EQ(first_breakdown("{property: tags}").reference.list(), "tags");
  EXPECT_EQ(first_breakdown("{property: tags.group}").reference.list(), "tags");
  EXPECT_EQ(first_breakdown("{property: items.price}").reference.list(), "items");
  EXPECT_EQ(first_breakdown("{property: items.product_id.cost}").reference.list(), "items");
  EXPECT_EQ(first_breakdown("{property: items.price}").reference.type, kMoney);
  EXPECT_EQ(first_breakdown("{property: location_id.tax_rate}").reference.type, kMoney);
  EXPECT_EQ(first_breakdown("{time: hour_of_day}").reference.type, kInteger);
}

TEST(Reference, UnknownNames) {
  EXPECT_EQ(breakdown_of("{property: sizes}"),
            "line 1: breakdown[0].property: unknown property \"sizes\"; did you mean \"size\"?");
  EXPECT_EQ(
      breakdown_of("{user: county}"),
      "line 1: breakdown[0].user: unknown user property \"county\"; did you mean \"country\"?");
  EXPECT_EQ(breakdown_of("{property: country}"),
            "line 1: breakdown[0].property: unknown property \"country\"; expected gift, items, "
            "location_id, order_total, "
            "ordered_on, shipped_at, size, tags or utm.source; write {user: country} for the user "
            "property");
  EXPECT_EQ(breakdown_of("{property: items.prize}"),
            "line 1: breakdown[0].property: unknown member of \"items\", \"prize\"; did you mean "
            "\"price\"?");
  EXPECT_EQ(breakdown_of("{property: location_id.name}"),
            "line 1: breakdown[0].property: unknown lookup column of \"location_id\", \"name\"; "
            "expected location_name or "
            "tax_rate");
  EXPECT_EQ(
      breakdown_of("{property: size.width}"),
      "line 1: breakdown[0].property: \"size\" has no lookup table, so \".width\" cannot follow");
  EXPECT_EQ(breakdown_of("{cohort: German}"),
            "line 1: breakdown[0].cohort: unknown cohort \"German\"; did you mean \"Germans\"?");
  EXPECT_EQ(breakdown_of("{time: weekday}"),
            "line 1: breakdown[0].time: unknown part of the time \"weekday\"; expected "
            "day_of_week, hour_of_day, day, week "
            "or month");
  EXPECT_EQ(breakdown_of("{property: \"\"}").substr(0, 50),
            "line 1: breakdown[0].property: unknown property \"\"");
  EXPECT_EQ(breakdown_of("{property: .}").substr(0, 48),
            "line 1: breakdown[0].property: unknown property ");
}

TEST(Reference, Shape) {
  EXPECT_EQ(breakdown_of("{property: size, user: country}"),
            "line 1: breakdown[0]: property and user cannot stand together");
  EXPECT_EQ(breakdown_of("{}"),
            "line 1: breakdown[0]: expected a reference: one of the keys property, user, cohort, "
            "time or event");
  EXPECT_EQ(breakdown_of("{prop: size}"),
            "line 1: breakdown[0]: expected a reference: one of the keys property, user, cohort, "
            "time or event\n"
            "line 1: breakdown[0].prop: unknown key \"prop\"; expected property, user, cohort, "
            "time, event, buckets, "
            "bucket_size or groups");
  EXPECT_EQ(breakdown_of("size"),
            "line 1: breakdown[0]: expected an object; found the text \"size\"");
  EXPECT_EQ(breakdown_of("{property: items}"),
            "line 1: breakdown[0]: \"items\" is a list of objects; name one of its members");
  EXPECT_EQ(breakdown_of("{event: false}"),
            "line 1: breakdown[0].event: expected true; found false");
}

TEST(Reference, AsOf) {
  EXPECT_EQ(breakdown_of("{user: country, as_of: now}"), "user.country");
  EXPECT_EQ(breakdown_of("{property: location_id.location_name, as_of: now}"),
            "locations(location_id).location_name");
  EXPECT_EQ(breakdown_of("{user: country, as_of: event}"),
            "line 1: breakdown[0].as_of: \"country\" has no history, only its value now is known; "
            "\"history\" in the model keeps every version");
  EXPECT_EQ(breakdown_of("{property: size, as_of: event}"), "size");
  EXPECT_EQ(breakdown_of("{time: day, as_of: event}"),
            "line 1: breakdown[0].as_of: as_of goes with properties, user properties and lookup "
            "columns only");
}

TEST(Breakdown, Options) {
  EXPECT_EQ(breakdown_of("{property: order_total, buckets: [0, 99.95, 500]}"),
            "order_total in buckets from 0 99.95 500");
  EXPECT_EQ(breakdown_of("{property: order_total, bucket_size: 0.5}"),
            "order_total in buckets of 0.5");
  EXPECT_EQ(breakdown_of("{property: size, groups: {Small: [S, XS], Large: L}}"),
            "size, group \"Small\": [\"S\", \"XS\"], group \"Large\": \"L\"");
  EXPECT_EQ(breakdown_of("{property: size, buckets: [1]}"), "size in buckets from 1");
  EXPECT_EQ(breakdown_of("{time: hour_of_day, bucket_size: 6}"),
            "time.hour_of_day in buckets of 6");
}

TEST(Breakdown, RefusedOptions) {
  EXPECT_EQ(breakdown_of("{property: order_total, buckets: [0, 5, 5]}"),
            "line 1: breakdown[0].buckets[2]: the bounds must ascend; 5 comes after 5");
  EXPECT_EQ(breakdown_of("{property: order_total, buckets: []}"),
            "line 1: breakdown[0].buckets: expected at least one lower bound");
  EXPECT_EQ(breakdown_of("{property: order_total, bucket_size: 0}"),
            "line 1: breakdown[0].bucket_size: expected a number above 0 with at most 18 digits; "
            "found the number 0");
  EXPECT_EQ(breakdown_of("{property: order_total, bucket_size: 5, buckets: [1]}"),
            "line 1: breakdown[0]: buckets, bucket_size and groups cannot stand together");
  EXPECT_EQ(
      breakdown_of("{property: gift, bucket_size: 5}"),
      "line 1: breakdown[0].bucket_size: \"gift\" (boolean) has no numbers to put into buckets");
  EXPECT_EQ(
      breakdown_of("{property: size, groups: {Small: [1]}}"),
      "line 1: breakdown[0].groups.Small[0]: expected a text (in quotes); found the number 1");
  EXPECT_EQ(breakdown_of("{cohort: Germans, groups: {Yes: [true]}}"),
            "line 1: breakdown[0].groups: a cohort has no values to group");
  EXPECT_EQ(breakdown_of("{property: size, at: born}").substr(0, 42),
            "line 1: breakdown[0].at: unknown key \"at\";");
}

}  // namespace
}  // namespace starling::query
