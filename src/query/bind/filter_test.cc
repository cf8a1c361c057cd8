#include <gtest/gtest.h>

#include "query/bind_fixture.h"

namespace starling::query {
namespace {

TEST(Filter, Operators) {
  EXPECT_EQ(filter_of("{property: size, op: is, value: S}"), "size is \"S\"");
  EXPECT_EQ(filter_of("{property: size, op: is, value: [S, M]}"), "size is [\"S\", \"M\"]");
  EXPECT_EQ(filter_of("{property: size, op: starts with, value: S}"), "size starts with \"S\"");
  EXPECT_EQ(filter_of("{property: size, op: ends with, value: S}"), "size ends with \"S\"");
  EXPECT_EQ(filter_of("{property: size, op: matches, value: \"^X+\"}"), "size matches \"^X+\"");
  EXPECT_EQ(filter_of("{property: order_total, op: \"=\", value: 20.50}"), "order_total = 20.5");
  EXPECT_EQ(filter_of("{property: order_total, op: between, value: [1, 2.5]}"),
            "order_total between [1, 2.5]");
  EXPECT_EQ(filter_of("{property: gift, op: is, value: true}"), "gift is true");
  EXPECT_EQ(filter_of("{property: ordered_on, op: on, value: 2024-09-01}"),
            "ordered_on on \"2024-09-01\"");
  EXPECT_EQ(filter_of("{property: shipped_at, op: before, value: 2024-09-01}"),
            "shipped_at before \"2024-09-01\"");
  EXPECT_EQ(filter_of("{user: born_on, op: since, value: 2024-09-01}"),
            "user.born_on since \"2024-09-01\"");
  EXPECT_EQ(filter_of("{property: ordered_on, op: between, value: [2024-09-01, 2024-09-30]}"),
            "ordered_on between dates [\"2024-09-01\", \"2024-09-30\"]");
  EXPECT_EQ(filter_of("{property: size, op: is set}"), "size is set");
  EXPECT_EQ(filter_of("{time: day_of_week, op: is, value: monday}"),
            "time.day_of_week is \"monday\"");
  EXPECT_EQ(filter_of("{event: true, op: is, value: refund}"), "event name is \"refund\"");
  EXPECT_EQ(filter_of("{cohort: Germans, op: in}"), "cohort 0");
}

TEST(Filter, NegativeOperatorsNegateThePositiveOne) {
  EXPECT_EQ(filter_of("{property: size, op: is not, value: S}"), "not size is \"S\"");
  EXPECT_EQ(filter_of("{property: size, op: not contains, value: S}"), "not size contains \"S\"");
  EXPECT_EQ(filter_of("{property: order_total, op: \"!=\", value: 1}"), "not order_total = 1");
  EXPECT_EQ(filter_of("{property: order_total, op: not between, value: [1, 2]}"),
            "not order_total between [1, 2]");
  EXPECT_EQ(filter_of("{property: size, op: is not set}"), "not size is set");
  EXPECT_EQ(filter_of("{cohort: Germans, op: not in}"), "not cohort 0");
  EXPECT_EQ(filter_of("{property: ordered_on, op: not in last, value: 1 day}"),
            "not ordered_on in last [\"2024-10-31\", \"2024-10-31\"]");
}

TEST(Filter, InLastIsAWindowByAge) {
  EXPECT_EQ(filter_of("{property: ordered_on, op: in last, value: 30 days}"),
            "ordered_on in last [\"2024-10-02\", \"2024-10-31\"]");
  EXPECT_EQ(filter_of("{property: ordered_on, op: in last, value: 2 weeks}"),
            "ordered_on in last [\"2024-10-18\", \"2024-10-31\"]");
  EXPECT_EQ(filter_of("{property: ordered_on, op: in last, value: 1 month}"),
            "ordered_on in last [\"2024-10-01\", \"2024-10-31\"]");
  EXPECT_EQ(filter_of("{property: ordered_on, op: in last, value: 6 hours}"),
            "line 1: metrics[0].where[0].value: expected a span like \"30 days\", \"4 weeks\" or "
            "\"3 months\"; found the text "
            "\"6 hours\"");
}

TEST(Filter, WrongTypesAreRefused) {
  EXPECT_EQ(filter_of("{property: order_total, op: is, value: 1}"),
            "line 1: metrics[0].where[0].op: the operator \"is\" does not go with \"order_total\" "
            "(decimal); expected =, !=, <, "
            "<=, >, >=, between, not between, is set or is not set");
  EXPECT_EQ(filter_of("{property: size, op: \">\", value: 1}"),
            "line 1: metrics[0].where[0].op: the operator \">\" does not go with \"size\" (text); "
            "expected is, is not, contains, "
            "not contains, starts with, ends with, matches, is set or is not set");
  EXPECT_EQ(filter_of("{property: gift, op: contains, value: x}"),
            "line 1: metrics[0].where[0].op: the operator \"contains\" does not go with \"gift\" "
            "(boolean); expected is, is not, "
            "is set or is not set");
  EXPECT_EQ(filter_of("{property: ordered_on, op: is, value: 2024-09-01}"),
            "line 1: metrics[0].where[0].op: the operator \"is\" does not go with \"ordered_on\" "
            "(date); expected on, not on, "
            "before, since, between, not between, in last, not in last, is set or is not set");
  EXPECT_EQ(filter_of("{cohort: Germans, op: is}"),
            "line 1: metrics[0].where[0].op: the operator \"is\" does not go with \"cohort\" "
            "(cohort); expected in or not in");
  EXPECT_EQ(filter_of("{property: items, op: is, value: x}"),
            "line 1: metrics[0].where[0].op: the operator \"is\" does not go with \"items\" (list "
            "of objects); expected is set or "
            "is not set");
  EXPECT_EQ(filter_of("{property: size, op: equals, value: S}"),
            "line 1: metrics[0].where[0].op: unknown operator \"equals\"; expected is, is not, "
            "contains, not contains, starts "
            "with, ends with, matches, is set or is not set");
}

TEST(Filter, WrongValuesAreRefused) {
  EXPECT_EQ(filter_of("{property: size, op: is, value: 20}"),
            "line 1: metrics[0].where[0].value: expected a text (in quotes); found the number 20");
  EXPECT_EQ(filter_of("{property: size, op: is, value: []}"),
            "line 1: metrics[0].where[0].value: expected at least one value");
  EXPECT_EQ(filter_of("{property: size, op: is}"),
            "line 1: metrics[0].where[0]: the operator \"is\" needs a \"value\"");
  EXPECT_EQ(filter_of("{property: size, op: is set, value: 1}"),
            "line 1: metrics[0].where[0].value: the operator \"is set\" takes no value");
  EXPECT_EQ(filter_of("{property: order_total, op: \">\", value: \"20\"}"),
            "line 1: metrics[0].where[0].value: expected a number; found the text \"20\"");
  EXPECT_EQ(
      filter_of("{property: order_total, op: between, value: [5, 1]}"),
      "line 1: metrics[0].where[0].value: the first value must not be greater than the second");
  EXPECT_EQ(
      filter_of("{property: order_total, op: between, value: [1]}"),
      "line 1: metrics[0].where[0].value: expected two values, the lower and the upper; found 1");
  EXPECT_EQ(filter_of("{property: gift, op: is, value: yes}"),
            "line 1: metrics[0].where[0].value: expected true or false; found the text \"yes\"");
  EXPECT_EQ(filter_of("{property: ordered_on, op: on, value: 2024-02-30}"),
            "line 1: metrics[0].where[0].value: expected a date like 2024-09-01; found the text "
            "\"2024-02-30\"");
  EXPECT_EQ(filter_of("{property: size, op: matches, value: \"(\"}").substr(0, 35),
            "line 1: metrics[0].where[0].value: ");
  EXPECT_EQ(filter_of("{time: day_of_week, op: is, value: [monday, mon]}"),
            "line 1: metrics[0].where[0].value[1]: unknown day of the week \"mon\"; expected "
            "monday, tuesday, wednesday, "
            "thursday, friday, saturday or sunday");
  EXPECT_EQ(filter_of("{property: size}"),
            "line 1: metrics[0].where[0]: the key \"op\" is missing");
  EXPECT_EQ(filter_of("{property: order_total, op: \">\", value: 1e99}"),
            "line 1: metrics[0].where[0].value: the number 1e99 has more than 38 digits");
}

TEST(Filter, Nesting) {
  EXPECT_EQ(filter_of("{any: [{property: size, op: is set}, {not: {all: [{property: gift, op: is, "
                      "value: true}]}}]}"),
            "(size is set or not gift is true)");
  EXPECT_EQ(
      filter_of("{any: [], all: []}"),
      "line 1: metrics[0].where[0]: any and all cannot stand together; put one inside the other");
  EXPECT_EQ(filter_of("{any: []}"),
            "line 1: metrics[0].where[0].any: expected at least one filter");
  EXPECT_EQ(filter_of("{not: [{property: size, op: is set}]}"),
            "line 1: metrics[0].where[0].not: expected an object; found a list");
  EXPECT_EQ(filter_of("{not: {property: size, op: is set}, vlaue: 1}"),
            "line 1: metrics[0].where[0].vlaue: unknown key \"vlaue\"; expected not");
  EXPECT_EQ(filter_of("{property: size, op: is, vlaue: S}"),
            "line 1: metrics[0].where[0]: the operator \"is\" needs a \"value\"\n"
            "line 1: metrics[0].where[0].vlaue: unknown key \"vlaue\"; did you mean \"value\"?");
}

TEST(Filter, BareMemberMeansAnyElement) {
  EXPECT_EQ(filter_of("{property: items.price, op: \">\", value: 5}"),
            "any of items: items[].price > 5");
  EXPECT_EQ(filter_of("{property: tags, op: is, value: x}"), "any of tags: tags is \"x\"");
  EXPECT_EQ(filter_of("{property: items, op: is set}"), "any of items: items is set");
  EXPECT_EQ(filter_of("{property: items.price, op: \">\", value: 5, items: all}"),
            "any of items (all items): items[].price > 5");
  EXPECT_EQ(filter_of("{property: items.product_id, op: is not, value: P1}"),
            "not any of items: items[].product_id is \"P1\"");
  EXPECT_EQ(filter_of("{property: items.product_id.product_name, op: contains, value: jaff}"),
            "any of items: products(items[].product_id).product_name contains \"jaff\"");
}

TEST(Filter, QuantifiersLookAtOneElement) {
  EXPECT_EQ(filter_of("{any: {all: [{property: items.price, op: \">\", value: 5}, {property: "
                      "items.product_id, op: is not, value: P1}]}}"),
            "any of items: (items[].price > 5 and not items[].product_id is \"P1\")");
  EXPECT_EQ(filter_of("{all: {property: items.price, op: \">\", value: 5}}"),
            "all of items: items[].price > 5");
  EXPECT_EQ(filter_of("{any: {property: items.price, op: is set}, items: all}"),
            "any of items (all items): items[].price is set");
  EXPECT_EQ(filter_of("{all: {not: {any: [{property: tags, op: is, value: x}, {property: "
                      "tags.group, op: is, value: y}]}}}"),
            "all of tags: not (tags is \"x\" or tag groups(tags[]).group is \"y\")");
}

TEST(Filter, QuantifiersRefuse) {
  EXPECT_EQ(filter_of("{any: {property: size, op: is set}}"),
            "line 1: metrics[0].where[0].any: \"size\" is no member of a list; inside any or all "
            "with one filter only members are "
            "tested");
  EXPECT_EQ(
      filter_of(
          "{any: {all: [{property: items.price, op: is set}, {property: tags, op: is set}]}}"),
      "line 1: metrics[0].where[0].any.all[1]: \"tags\" is no member of \"items\"; one any or all "
      "looks at one list");
  EXPECT_EQ(
      filter_of("{any: {all: {property: items.price, op: is set}}}"),
      "line 1: metrics[0].where[0].any.all: any and all over elements cannot stand inside another");
  EXPECT_EQ(filter_of("{all: {property: items.price, op: is set}, items: all}"),
            "line 1: metrics[0].where[0].items: \"items\" goes with \"any\" over the elements of a "
            "list only");
  EXPECT_EQ(filter_of("{property: size, op: is set, items: all}"),
            "line 1: metrics[0].where[0].items: \"items\" goes with \"any\" over the elements of a "
            "list only");
}

TEST(Filter, NumbersStayExact) {
  auto query = bind_yaml(
      "{report: insights, metrics: [{event: refund, where: [{property: order_total, op: \"=\", "
      "value: 0.10}, "
      "{property: order_total, op: \"=\", value: 9007199254740993}]}]}");
  const Filter& where = *std::get<Insights>(query.value().report).operands[0].selector.where;
  EXPECT_EQ(where.children[0].operands[0].exact()->text(), "0.1");
  EXPECT_EQ(where.children[1].operands[0].exact()->text(), "9007199254740993");
}

}  // namespace
}  // namespace starling::query
