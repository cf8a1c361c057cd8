// Documents as a whole: common keys, kinds of report, problems.
#include <gtest/gtest.h>

#include <random>

#include "query/bind_fixture.h"

namespace starling::query {
namespace {

using base::Error;

TEST(Bind, ArticleReport) {
  EXPECT_EQ(bound(R"(
report: insights
from: 2024-09-01
to: 2025-08-31
unit: month
metrics:
  - {name: Revenue,    event: order submitted, measure: {sum: order_total}}
  - {name: New orders, event: order submitted, first_time: true, measure: total}
  - {name: Large,      event: order submitted, where: [{property: order_total, op: ">=", value: 20}], measure: total}
  - {name: Orders,     event: order submitted, measure: total}
  - {name: AOV,        formula: A / D}
  - {metric: revenue}
breakdown: [{property: location_id.location_name}]
)"),
            R"(insights, America/New_York, weeks from day 0, as of 2024-10-31T19:30:00Z
range 2024-09-01 to 2025-08-31: [2024-09-01T04:00:00Z, 2025-09-01T04:00:00Z)
12 intervals of one month: 2024-09-01 to 2025-08-01
limit 12
#0 sum order_total of order submitted
#1 total of order submitted, first time ever
#2 total of order submitted where order_total >= 20
#3 total of order submitted
#4 sum order_total of order submitted
metric "Revenue" = #0
metric "New orders" = #1
metric "Large" = #2
metric "Orders" = #3
metric "AOV" = (#0 / #3)
metric "revenue" = #4
breakdown locations(location_id).location_name
)");
}

TEST(Bind, JsonAndYamlGiveTheSameQuestion) {
  auto json = base::parse_json(
      R"({"report": "insights", "last": "7 days", "metrics": [{"event": "refund", "where": [{"property": "order_total", "op": ">", "value": 1.50}]}]})");
  auto yaml =
      "report: insights\nlast: 7 days\nmetrics: [{event: refund, where: [{property: order_total, "
      "op: \">\", value: 1.5}]}]";
  EXPECT_EQ(print(bind(json.value(), jaffle(), halloween()).value()), bound(yaml));
}

TEST(Bind, CommonKeys) {
  auto query = bind_yaml(
                   "{report: insights, metrics: [{event: refund}], timezone: Asia/Kolkata, "
                   "week_start: sunday, limit: 0}")
                   .value();
  EXPECT_EQ(query.timezone_name, "Asia/Kolkata");
  EXPECT_EQ(query.week_start, 6);
  EXPECT_EQ(query.limit, 0u);
}

TEST(Bind, NullIsAbsent) {
  EXPECT_EQ(
      bound("{report: insights, metrics: [{event: refund, where: }], unit: null, breakdown: ~}"),
      bound("{report: insights, metrics: [{event: refund}]}"));
}

TEST(Bind, EveryProblemAtOnceWithPathAndLine) {
  EXPECT_EQ(bound(R"(report: insights
unti: day
last: 30 dys
metrics:
  - {event: order submited, measure: ttl}
  - {event: refund, measure: {sum: order_totl}, where: [{property: order_total, op: contains, value: x}]}
breakdown: [{property: sise}]
)"),
            "line 3: last: expected a span like \"24 hours\", \"30 days\" or \"12 months\"; found "
            "the text \"30 dys\"\n"
            "line 5: metrics[0].event: unknown event \"order submited\"; did you mean \"order "
            "submitted\"?\n"
            "line 5: metrics[0].measure: unknown measure \"ttl\"; did you mean \"total\"?\n"
            "line 6: metrics[1].where[0].op: the operator \"contains\" does not go with "
            "\"order_total\" (decimal); "
            "expected =, !=, <, <=, >, >=, between, not between, is set or is not set\n"
            "line 6: metrics[1].measure.sum: unknown property \"order_totl\"; did you mean "
            "\"order_total\"?\n"
            "line 7: breakdown[0].property: unknown property \"sise\"; did you mean \"size\"?\n"
            "line 2: unti: unknown key \"unti\"; did you mean \"unit\"?");
}

TEST(Bind, CompareIsChecked) {
  auto compare = [](const std::string& value) {
    return bound("{report: insights, metrics: [{event: refund}], compare: " + value + "}");
  };
  EXPECT_EQ(compare("{previous: 1 year}"), bound("{report: insights, metrics: [{event: refund}]}"));
  EXPECT_EQ(compare("{previous: 3 hours}"),
            "line 1: compare.previous: expected a span like \"30 days\", \"12 months\" or \"1 "
            "year\"; found the text \"3 hours\"");
  EXPECT_EQ(compare("{prevous: 1 year}"),
            "line 1: compare: the key \"previous\" is missing\n"
            "line 1: compare.prevous: unknown key \"prevous\"; did you mean \"previous\"?");
}

TEST(Bind, DocumentsThatAreNoReport) {
  EXPECT_EQ(bound("[]"), "line 1: expected an object; found an empty list");
  EXPECT_EQ(bound("{metrics: []}"), "line 1: the key \"report\" is missing");
  EXPECT_EQ(bound("{report: insight}"),
            "line 1: report: unknown report \"insight\"; did you mean \"insights\"?");
  EXPECT_EQ(bound("{report: insights}"), "line 1: the key \"metrics\" is missing");
  EXPECT_EQ(bound("{report: insights, metrics: []}"),
            "line 1: metrics: expected at least one metric");
  EXPECT_EQ(bound("{report: insights, metrics: [5]}"),
            "line 1: metrics[0]: expected an object; found the number 5");
  EXPECT_EQ(bound("{report: insights, metrics: [{event: refund}], timezone: Mars/Base, week_start: "
                  "moonday, limit: -1}"),
            "line 1: timezone: unknown time zone \"Mars/Base\"\n"
            "line 1: week_start: unknown day of the week \"moonday\"; did you mean \"monday\"?\n"
            "line 1: limit: expected a whole number from 0 to 1000000; found the number -1");
}

TEST(Selector, Events) {
  auto selector = [](const std::string& keys) {
    return line_of(bound("{report: insights, metrics: [{" + keys + "}]}"), "#0 total of ");
  };
  EXPECT_EQ(selector("event: [refund, order submitted, refund]"), "order submitted | refund");
  EXPECT_EQ(selector("event: \"*\""), "any event");
  EXPECT_EQ(selector("event: [refund, \"*\"]"), "any event");
  EXPECT_EQ(
      selector("event: refund, first_time: matching, where: [{property: size, op: is, value: S}]"),
      "refund where size is \"S\", first time of these");
  EXPECT_EQ(selector("event: refund, first_time: false"), "refund");
  EXPECT_EQ(selector("event: []"), "line 1: metrics[0].event: expected at least one event");
  EXPECT_EQ(selector("event: 7"),
            "line 1: metrics[0].event: expected a text (in quotes); found the number 7");
  EXPECT_EQ(
      selector("event: refund, first_time: yes"),
      "line 1: metrics[0].first_time: expected true, false or matching; found the text \"yes\"");
  EXPECT_EQ(selector("measure: total"), "line 1: metrics[0]: the key \"event\" is missing");
}

TEST(Selector, ReportWhereJoinsEverySelectorOfTheReport) {
  std::string where = "where: [{user: country, op: is, value: DE}]";
  EXPECT_EQ(line_of(bound("{report: insights, metrics: [{event: refund, first_time: true}], " +
                          where + "}"),
                    "#0 "),
            "total of refund, first time ever, report where user.country is \"DE\"");
  std::string retention =
      bound("{report: retention, born: {event: refund}, returned: {event: \"*\"}, " + where + "}");
  EXPECT_EQ(line_of(retention, "born "), "refund, report where user.country is \"DE\"");
  EXPECT_EQ(line_of(retention, "returned "), "any event, report where user.country is \"DE\"");
}

TEST(Retention, Defaults) {
  EXPECT_EQ(
      bound("{report: retention, born: {event: refund}, returned: {event: refund}, last: 2 days}"),
      R"(retention, America/New_York, weeks from day 0, as of 2024-10-31T19:30:00Z
range 2024-10-30 to 2024-10-31: [2024-10-30T04:00:00Z, 2024-11-01T04:00:00Z)
2 intervals of one day: 2024-10-30 to 2024-10-31
limit 12
born refund
returned refund
rolling, on or after, users, returned is born
buckets from 0 1 2 3 4 5 6 7 8 9 10 11 12 13
)");
}

TEST(Retention, EveryKey) {
  std::string text = bound(R"(
report: retention
from: 2024-09-01
to: 2025-08-31
born:     {event: order submitted, first_time: true}
returned: {event: order submitted}
unit: month
buckets: [1, 3, 4]
clock: calendar
criterion: on or before
measure: {sum: items.price}
count_birth: true
breakdown: [{property: items.product_id, at: returned}, {user: country, at: born}]
)");
  EXPECT_EQ(line_of(text, "calendar"), ", on or before, sum items[].price, birth counts");
  EXPECT_EQ(line_of(text, "buckets from "), "0 1 4 8");
  EXPECT_EQ(line_of(text, "12 intervals of one "), "month: 2024-09-01 to 2025-08-01");
  EXPECT_EQ(line_of(text, "breakdown "), "items[].product_id at returned");
}

TEST(Retention, Refusals) {
  auto refused = [](const std::string& keys) {
    return bound("{report: retention, born: {event: refund}, returned: {event: refund}, " + keys +
                 "}");
  };
  EXPECT_EQ(refused("unit: year"),
            "line 1: unit: unknown unit \"year\"; expected day, week or month");
  EXPECT_EQ(refused("criterion: streak, measure: {sum: order_total}"),
            "line 1: criterion: a streak goes with the measure users only");
  EXPECT_EQ(refused("measure: total"),
            "line 1: measure: expected users, {sum: PROPERTY} or {avg: PROPERTY}; found the text "
            "\"total\"");
  EXPECT_EQ(refused("measure: {sum: size}"),
            "line 1: measure.sum: expected a property with numbers; \"size\" is text");
  EXPECT_EQ(refused("buckets: [0]"),
            "line 1: buckets[0]: expected a whole number from 1 to 36500; found the number 0");
  EXPECT_EQ(refused("buckets: 731"),
            "line 1: buckets: expected a whole number from 0 to 730; found the number 731");
  EXPECT_EQ(refused("clock: wall"),
            "line 1: clock: unknown clock \"wall\"; expected rolling or calendar");
  EXPECT_EQ(bound("{report: retention, born: {event: refund}}"),
            "line 1: the key \"returned\" is missing");
  EXPECT_EQ(bound("{report: retention, born: {event: refund, at: x}, returned: refund}"),
            "line 1: born.at: unknown key \"at\"; expected event, where or first_time\n"
            "line 1: returned: expected an object; found the text \"refund\"");
}

TEST(Users, SavedCohortColumnsAndSort) {
  EXPECT_EQ(bound(R"(
report: users
cohort: Win-back
where: [{user: country, op: is, value: DE}]
columns: [{user: country}, {user: home_store.city}]
sort: [{user: country}, {desc: {user: spent}}]
limit: 0
offset: 20
)"),
            R"(users, America/New_York, weeks from day 0, as of 2024-10-31T19:30:00Z
cohort 0 "Win-back": did order submitted, total at least 1 in [2024-07-03T04:00:00Z, 2024-10-02T04:00:00Z) and not did order submitted, total at least 1 in [2024-10-02T04:00:00Z, 2024-10-31T19:30:00Z)
of cohort 0
where user.country is "DE"
column "country" = user.country
column "home_store.city" = stores(user.home_store).city
sort by user.country
sort by user.spent, greatest first
limit 0 offset 20
)");
}

TEST(Users, Defaults) {
  EXPECT_EQ(bound("report: users"),
            "users, America/New_York, weeks from day 0, as of 2024-10-31T19:30:00Z\n"
            "of all known users\nlimit 100 offset 0\n");
}

TEST(Users, Refusals) {
  EXPECT_EQ(bound("{report: users, last: 30 days}").substr(0, 33),
            "line 1: last: unknown key \"last\";");
  EXPECT_EQ(bound("{report: users, where: [{property: size, op: is, value: S}]}"),
            "line 1: where[0].property: a user has no property; expected user or cohort");
  EXPECT_EQ(bound("{report: users, columns: [{user: country}, {user: country}]}"),
            "line 1: columns[1]: there is a column \"country\" already");
  EXPECT_EQ(bound("{report: users, cohort: Winback}"),
            "line 1: cohort: unknown cohort \"Winback\"; did you mean \"Win-back\"?");
}

TEST(CheckMetric, ProblemsHaveTheMetricsOwnPaths) {
  auto check = [](std::string_view yaml) {
    auto result = check_metric(base::parse_yaml(yaml).value(), jaffle(), halloween());
    return result ? std::string("fine") : result.error().message;
  };
  EXPECT_EQ(check("{event: refund, measure: {avg: order_total}}"), "fine");
  EXPECT_EQ(check("{formula: R * 2, with: {R: {event: refund}}}"), "fine");
  EXPECT_EQ(check("{event: refund, measure: ttl}"),
            "line 1: measure: unknown measure \"ttl\"; did you mean \"total\"?");
  EXPECT_EQ(check("{formula: A * 2}"), "line 1: formula: unknown operand \"A\"");
}

TEST(CheckCohort, FindsProblemsAndCycles) {
  auto check = [](std::string_view yaml) {
    auto result = check_cohort(base::parse_yaml(yaml).value(), jaffle(), halloween());
    return result ? std::string("fine") : result.error().message;
  };
  EXPECT_EQ(check("{all: [{did: refund, last: 7 days}]}"), "fine");
  EXPECT_EQ(check("{cohort: New, all: [{did: refund, last: 7 days}]}"), "fine");
  EXPECT_EQ(check("{all: [{did: refnd}]}"),
            "line 1: all[0].did: unknown event \"refnd\"; did you mean \"refund\"?");
  EXPECT_EQ(check("{cohort: Germans, all: [{cohort: Lost Germans}]}"),
            "line 1: cohorts.Lost Germans.all[1].cohort: the cohort \"Germans\" refers to itself: "
            "Germans > Lost Germans > Germans");
}

void collect(base::Node& node, std::vector<base::Node*>& out) {
  out.push_back(&node);
  for (base::Node& item : node.items) collect(item, out);
  for (auto& [key, value] : node.fields) collect(value, out);
}

// Takes a whole, right document and puts other parts of documents where they do not belong.
TEST(Bind, ScrambledDocumentsAreRefusedOrBoundAndNothingElse) {
  const std::vector<std::string> documents = {
      "{report: insights, from: 2024-09-01, to: 2024-10-01, unit: day, metrics: [{event: refund, "
      "measure: {per_user: avg, of: {sum: "
      "order_total}}, rolling: 7}, {formula: A / X, with: {X: {metric: revenue}}}, {metric: aov, "
      "name: Q}], where: [{any: {all: "
      "[{property: items.price, op: between, value: [1, 2]}]}, items: all}], breakdown: "
      "[{property: order_total, buckets: [1, 2]}]}",
      "{report: retention, last: 3 weeks, born: {event: refund, first_time: true}, returned: "
      "{event: [refund], where: [{not: {cohort: "
      "Germans, op: in}}]}, buckets: [1, 2], measure: {sum: order_total}, breakdown: [{user: "
      "country, groups: {x: [a]}, at: born}]}",
      "{report: users, cohort: {all: [{did: refund, of: {avg: order_total}, at_least: 2, between: "
      "[1 day ago, 2 weeks ago]}, {any: "
      "[{cohort: Win-back, op: not in}, {user: spent, op: \">\", value: 5}]}]}, columns: [{user: "
      "country}], sort: [{desc: {user: spent}}]}",
  };
  std::vector<base::Node> whole;
  for (const std::string& document : documents) whole.push_back(base::parse_yaml(document).value());
  std::mt19937 random(7);
  int bound_fine = 0, refused = 0;
  const Catalog catalog = jaffle();
  for (int round = 0; round < 20000; ++round) {
    base::Node document = whole[random() % whole.size()];
    base::Node donor = whole[random() % whole.size()];
    std::vector<base::Node*> places, parts;
    collect(document, places);
    collect(donor, parts);
    base::Node* place = places[1 + random() % (places.size() - 1)];
    *place = random() % 8 == 0 ? base::Node{} : *parts[random() % parts.size()];
    auto query = bind(document, catalog, halloween());
    if (query) {
      ++bound_fine;
      ASSERT_FALSE(print(query.value()).empty());
    } else {
      ++refused;
      ASSERT_FALSE(query.error().problems.empty());
      for (const base::Problem& problem : query.error().problems)
        ASSERT_FALSE(problem.message.empty());
    }
  }
  EXPECT_GT(bound_fine, 100);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace starling::query
