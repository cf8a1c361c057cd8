#include <gtest/gtest.h>

#include "query/bind_fixture.h"

namespace starling::query {
namespace {

std::string window(const std::string& keys) {
  return line_of(cohort_of("{all: [{did: refund, " + keys + "}]}"), "did refund, total at least 1");
}

TEST(Cohort, Conditions) {
  EXPECT_EQ(cohort_of("{all: [{did: order submitted}]}"), "did order submitted, total at least 1");
  EXPECT_EQ(cohort_of("{all: [{did: order submitted, where: [{property: order_total, op: \">=\", "
                      "value: 20}], more_than: 99.5, "
                      "of: {sum: order_total}}]}"),
            "did order submitted where order_total >= 20, sum order_total more than 99.5");
  EXPECT_EQ(cohort_of("{all: [{did: \"*\", exactly: 3, of: {distinct: size}}, {did_not: [refund, "
                      "order submitted]}]}"),
            "did any event, distinct size exactly 3 and not did order submitted | refund, total at "
            "least 1");
  EXPECT_EQ(cohort_of("{any: [{first_did: refund}, {user: country, op: is not, value: DE}, {user: "
                      "home_store.city, op: is set}]}"),
            "first did refund, first time ever or not user.country is \"DE\" or "
            "stores(user.home_store).city is set");
  EXPECT_EQ(
      cohort_of(
          "{all: [{any: [{did: refund, at_most: 2}, {all: [{did: refund, less_than: 1}]}]}]}"),
      "(did refund, total at most 2 or (did refund, total less than 1))");
}

TEST(Cohort, WindowsByAge) {
  EXPECT_EQ(window("last: 30 days"), " in [2024-10-02T04:00:00Z, 2024-10-31T19:30:00Z)");
  EXPECT_EQ(window("last: 1 day"), " in [2024-10-31T04:00:00Z, 2024-10-31T19:30:00Z)");
  EXPECT_EQ(window("last: 1 week"), " in [2024-10-25T04:00:00Z, 2024-10-31T19:30:00Z)");
  EXPECT_EQ(window("last: 1 month"), " in [2024-10-01T04:00:00Z, 2024-10-31T19:30:00Z)");
  EXPECT_EQ(window("last: 8 months"), " in [2024-03-01T05:00:00Z, 2024-10-31T19:30:00Z)");
  EXPECT_EQ(window("between: [30 days ago, 120 days ago]"),
            " in [2024-07-03T04:00:00Z, 2024-10-02T04:00:00Z)");
  EXPECT_EQ(window("between: [120 days ago, 30 days ago]"),
            " in [2024-07-03T04:00:00Z, 2024-10-02T04:00:00Z)");
  EXPECT_EQ(window("between: [0 days ago, 1 month ago]"),
            " in [2024-09-30T04:00:00Z, 2024-10-31T19:30:00Z)");
  EXPECT_EQ(window("from: 2024-01-01, to: 2024-01-31"),
            " in [2024-01-01T05:00:00Z, 2024-02-01T05:00:00Z)");
  EXPECT_EQ(window("from: 2024-01-01"), " in [2024-01-01T05:00:00Z, 2024-10-31T19:30:00Z)");
  EXPECT_EQ(window("to: 2024-01-31"), " in [ever, 2024-02-01T05:00:00Z)");
  EXPECT_EQ(window("at_least: 1"), "");
}

TEST(Cohort, WindowRefusals) {
  const std::string at = "line 1: cohort.all[0]";
  EXPECT_EQ(window("last: 3 hours"), at + ".last: expected a span like \"30 days\", \"4 weeks\" or "
                                          "\"3 months\"; found the text \"3 hours\"");
  EXPECT_EQ(window("last: 3 days, from: 2024-01-01"),
            at + ": last, between and from/to cannot stand together");
  EXPECT_EQ(window("between: [30 days ago]"),
            at + ".between: expected two times, [30 days ago, 120 days ago]; found 1");
  EXPECT_EQ(window("between: [30 days, 120 days ago]"),
            at + ".between[0]: expected a time like \"30 days ago\", \"4 weeks ago\" or \"3 months "
                 "ago\"; found the text \"30 days\"");
  EXPECT_EQ(window("from: 2024-02-01, to: 2024-01-31"),
            at + ".to: the window ends before it begins");
}

TEST(Cohort, Refusals) {
  EXPECT_EQ(cohort_of("{all: [{did: refund, at_least: 1, at_most: 2}]}"),
            "line 1: cohort.all[0].at_most: at_least and at_most cannot stand together");
  EXPECT_EQ(cohort_of("{all: [{did_not: refund, at_least: 1}]}"),
            "line 1: cohort.all[0].at_least: unknown key \"at_least\"; expected did_not, where, "
            "last, between, from or to");
  EXPECT_EQ(cohort_of("{all: [{did: refund, did_not: refund}]}"),
            "line 1: cohort.all[0]: did and did_not cannot stand together");
  EXPECT_EQ(cohort_of("{all: [{didnt: refund}]}"),
            "line 1: cohort.all[0].didnt: unknown key \"didnt\"; did you mean \"did\"?");
  EXPECT_EQ(cohort_of("{all: [{}]}"),
            "line 1: cohort.all[0]: expected a condition: one of the keys did, did_not, first_did, "
            "user, cohort, any or all");
  EXPECT_EQ(cohort_of("{all: []}"), "line 1: cohort.all: expected at least one condition");
  EXPECT_EQ(cohort_of("{}"), "line 1: cohort: expected a list of conditions under all or any");
  EXPECT_EQ(cohort_of("{all: [{did: refund, of: {max: order_total}}]}"),
            "line 1: cohort.all[0].of: expected total, {sum: PROPERTY}, {avg: PROPERTY} or "
            "{distinct: PROPERTY}; found an object");
  EXPECT_EQ(cohort_of("{all: [{did: refund, at_least: many}]}"),
            "line 1: cohort.all[0].at_least: expected a number; found the text \"many\"");
  EXPECT_EQ(cohort_of("{all: [{user: spent, op: contains, value: 1}]}"),
            "line 1: cohort.all[0].op: the operator \"contains\" does not go with \"spent\" "
            "(decimal); expected =, !=, <, <=, >, "
            ">=, between, not between, is set or is not set");
  EXPECT_EQ(cohort_of("{all: [{cohort: Nobody}]}"),
            "line 1: cohort.all[0].cohort: unknown cohort \"Nobody\"; expected Egg, Germans, Hen, "
            "Lost Germans or Win-back");
}

TEST(Cohort, EachComesAfterThoseItRefersTo) {
  Query query = bind_yaml(
                    "{report: insights, metrics: [{event: refund}], breakdown: [{cohort: Germans}, "
                    "{cohort: Lost Germans}]}")
                    .value();
  ASSERT_EQ(query.cohorts.size(), 3u);
  EXPECT_EQ(query.cohorts[0].name, "Germans");
  EXPECT_EQ(query.cohorts[1].name, "Win-back");
  EXPECT_EQ(query.cohorts[2].name, "Lost Germans");
  EXPECT_EQ(query.cohorts[2].conditions[0].cohort, 1);
  EXPECT_EQ(std::get<Insights>(query.report).breakdowns[1].reference.cohort, 2);
}

TEST(Cohort, CyclesAreRefused) {
  EXPECT_EQ(bound("{report: users, cohort: Egg}"),
            "line 1: cohorts.Hen.any[0].where[0].cohort: the cohort \"Egg\" refers to itself: Egg "
            "> Hen > Egg");
  EXPECT_EQ(bound("{report: users, cohort: {any: [{cohort: Egg}, {cohort: Egg}]}}"),
            "line 1: cohorts.Hen.any[0].where[0].cohort: the cohort \"Egg\" refers to itself: Egg "
            "> Hen > Egg");
}

}  // namespace
}  // namespace starling::query
