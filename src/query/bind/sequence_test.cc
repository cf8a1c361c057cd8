#include <gtest/gtest.h>

#include "query/bind_fixture.h"
#include "query/say.h"

namespace starling::query {
namespace {

std::string funnel(const std::string& rest) {
  return bound("{report: funnel, from: 2024-10-01, to: 2024-10-31, " + rest + "}");
}
std::string after_range(const std::string& text) {
  size_t limit = text.find("limit 12\n");
  return limit == std::string::npos ? text : text.substr(limit + 9);
}

TEST(BindFunnel, FillsInDefaults) {
  EXPECT_EQ(after_range(funnel("steps: [{event: product viewed}, {event: order submitted}]")),
            "step product viewed\nstep order submitted\n"
            "within 604800 s, users, first entry, in order, grace 2 s\n");
}

TEST(BindFunnel, ReadsEveryKey) {
  EXPECT_EQ(after_range(funnel(
                "steps: [{event: product viewed, first_time: true}, {event: [refund, order "
                "submitted]}, {event: \"*\"}], window: 2 hours, count: totals, grace: 0, exclude: "
                "[{event: refund, between: [2, 3]}, {event: \"*\"}], hold: [{property: size}], "
                "attribute: {step: 2}, breakdown: [{user: country}], where: [{user: country, op: "
                "is, value: DE}]")),
            "step product viewed, first time ever\nstep order submitted | refund\nstep any event\n"
            "exclude refund in gaps 2 to 2\nexclude any event in gaps 1 to 2\n"
            "within 7200 s, totals, first entry, in order, grace 0 s\n"
            "hold size\nattribute step 2\nattempts where user.country is \"DE\"\n"
            "breakdown user.country\n");
}

TEST(BindFunnel, NamesEveryProblem) {
  EXPECT_EQ(funnel("steps: [{event: product viewd}]"),
            "line 1: steps: expected 2 to 100 steps; found 1\n"
            "line 1: steps[0].event: unknown event \"product viewd\"; did you mean \"product "
            "viewed\"?");
  const std::string steps = "steps: [{event: refund}, {event: refund}], ";
  EXPECT_EQ(funnel(steps + "window: 1 second"),
            "line 1: window: \"1 second\" is out of range; from 2 seconds to 366 days fit");
  EXPECT_EQ(funnel(steps + "window: soon"),
            "line 1: window: expected a length of time like \"30 minutes\" or \"7 days\"; found "
            "the text \"soon\"");
  EXPECT_EQ(funnel(steps + "count: totals, reentry: optimized"),
            "line 1: reentry: optimized goes with count: users only");
  EXPECT_EQ(funnel(steps + "order: any, exclude: [{event: refund}]"),
            "line 1: exclude: exclude goes with order: sequence only; steps in any order have no "
            "gaps");
  EXPECT_EQ(funnel(steps + "exclude: [{event: refund, between: [2, 1]}]"),
            "line 1: exclude[0].between: step 2 does not come before step 1");
  EXPECT_EQ(funnel(steps + "hold: [{property: items.price}]"),
            "line 1: hold[0]: \"items.price\" is a list; only what has one value an event can be "
            "held");
  EXPECT_EQ(funnel(steps + "hold: [{property: size}], count: sessions"),
            "line 1: hold: hold cannot go with count: sessions");
  EXPECT_EQ(funnel(steps + "attribute: {step: 3}"),
            "line 1: attribute.step: expected a whole number from 1 to 2; found the number 3");
  EXPECT_EQ(funnel(steps + "windw: 1 day"),
            "line 1: windw: unknown key \"windw\"; did you mean \"window\"?");
}

TEST(BindFlow, ReadsEveryKeyAndRefusesWhatFlowsHaveNot) {
  EXPECT_EQ(
      after_range(
          bound("{report: flow, last: 30 days, anchors: [{event: product viewed}, {event: order "
                "submitted}], after: 2, before: 1, rows: 8, count: sessions, window: 1 day, "
                "collapse_repeats: true, hide: [refund]}")),
      "anchor product viewed\nanchor order submitted\n"
      "2 after, 1 before, 8 rows, sessions, repeats collapsed\nwithin 86400 s\nhide refund\n");
  EXPECT_EQ(bound("{report: flow, anchors: [], unit: day, breakdown: [{user: country}]}"),
            "line 1: anchors: expected at least one event to start from\n"
            "line 1: unit: a flow has no trend; leave unit out\n"
            "line 1: breakdown: a flow has no breakdown; filter with where instead");
  EXPECT_EQ(bound("{report: flow, anchors: [{event: refund}], after: 51}"),
            "line 1: after: expected a whole number from 0 to 50; found the number 51");
}

TEST(BindWho, NamesTheCell) {
  const std::string insights =
      "{report: insights, from: 2024-10-01, to: 2024-10-31, unit: month, metrics: [{event: refund, "
      "name: Refunds}, {event: order submitted, name: Orders}, {formula: A / B, name: Share}], "
      "breakdown: [{property: order_total, buckets: [0, 10]}], who: ";
  auto who = [&](const std::string& cell) {
    std::string text = bound(insights + cell + "}");
    size_t at = text.find("who ");
    return at == std::string::npos ? text : text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(who("{metric: B, segment: [{bucket: [0, 10]}], interval: \"2024-10-01\"}"),
            "who #1, step 1, 1 coordinates, interval 0, node 1/0");
  EXPECT_EQ(who("{metric: Share}"), "who #0 #1, step 1, 0 coordinates, node 1/0");
  EXPECT_EQ(who("{metric: Ordrs}"),
            "line 1: who.metric: unknown metric \"Ordrs\"; did you mean \"Orders\"?");
  EXPECT_EQ(who("{metric: A, interval: \"2024-09-01\"}"),
            "line 1: who.interval: \"2024-09-01\" is no interval of the report; the first is "
            "2024-10-01, the last 2024-10-01");
  EXPECT_EQ(who("{metric: A, segment: [1, 2]}"),
            "line 1: who.segment: expected 1 coordinates, one a breakdown, or []; found 2");
  EXPECT_EQ(bound("{report: users, who: {step: 1}}"),
            "line 1: who: a users report lists users already; leave who out");
}

TEST(BindWho, KnowsStepsBucketsAndNodes) {
  EXPECT_EQ(funnel("steps: [{event: refund}, {event: refund}], who: {step: 1, dropped: true}"),
            "line 1: who.step: nobody drops out before the first step; name a later one");
  const std::string retention =
      "{report: retention, last: 2 months, unit: month, buckets: [1, 3], born: {event: refund}, "
      "returned: {event: refund}, who: ";
  EXPECT_EQ(bound(retention + "{born: \"2024-10-01\", bucket: 2}}"),
            "line 1: who.bucket: the report has no bucket 2");
  EXPECT_EQ(bound(retention + "{bucket: 1}}"), "line 1: who: the key \"born\" is missing");
  EXPECT_EQ(bound("{report: flow, anchors: [{event: refund}], who: {node: 1/9/other}}"),
            "line 1: who.node: \"1/9/other\" is no node of this flow; take an id of its result");
}

TEST(BindEvents, ACustomEventIsItsBranches) {
  Catalog catalog = jaffle();
  catalog.custom_events["Money moved"] =
      base::parse_yaml(
          "{any: [{event: refund}, {event: order submitted, where: [{property: "
          "order_total, op: \">=\", value: 20}]}]}")
          .value();
  auto document = base::parse_yaml("{report: insights, metrics: [{event: Money moved}]}").value();
  auto query = bind(document, catalog, halloween());
  ASSERT_TRUE(query) << query.error().message;
  EXPECT_EQ(line_of(print(query.value()), "#0 "),
            "total of order submitted | refund such that (event name is \"refund\" or (event name "
            "is \"order submitted\" and order_total >= 20))");
}

TEST(BindCohortSize, IsWorkedOutAtTheEndOfEachInterval) {
  auto query = bind_yaml(
      "{report: insights, from: 2024-09-01, to: 2024-11-30, unit: month, metrics: [{cohort_size: "
      "Win-back}]}");
  ASSERT_TRUE(query) << query.error().message;
  const auto& insights = std::get<Insights>(query.value().report);
  EXPECT_EQ(insights.metrics[0].label, "Win-back");
  EXPECT_EQ(insights.operands[0].measure.cohorts, (std::vector<int>{0, 1, -1, 2}));
  EXPECT_EQ(base::utc_text(query.value().cohorts[0].as_of), "2024-10-01T04:00:00Z");
  EXPECT_EQ(query.value().cohorts[1].as_of, halloween());
  EXPECT_EQ(bound("{report: insights, metrics: [{cohort_size: Win-back, measure: users}], "
                  "breakdown: [{property: size}]}"),
            "line 1: metrics[0].measure: \"measure\" cannot stand beside \"cohort_size\"\n"
            "line 1: breakdown: a cohort's size can be broken down by user properties and cohorts "
            "only");
}

TEST(Say, ReadsLikeASentence) {
  auto said = [](std::string_view yaml) { return say(bind_yaml(yaml).value()); };
  EXPECT_EQ(said("{report: insights, from: 2024-09-01, to: 2024-10-31, unit: month, metrics: "
                 "[{event: order submitted, measure: users}], breakdown: [{property: "
                 "location_id.location_name}], limit: 5, where: [{user: country, op: is set}]}"),
            "How many users did order submitted, where user.country is set, by location_name of "
            "location_id (at most 5 segments), each month from 2024-09-01 to 2024-10-31 "
            "(America/New_York).");
  EXPECT_EQ(said("{report: users, cohort: Win-back, where: [{user: country, op: is set}]}"),
            "The users in the cohort Win-back, where user.country is set.");
  EXPECT_EQ(said("{report: funnel, from: 2024-09-01, to: 2024-10-31, window: 1 hour, steps: "
                 "[{event: product viewed}, {event: order submitted}]}"),
            "Users that did product viewed then order submitted, within 1 hour of the first step "
            "from 2024-09-01 to 2024-10-31 (America/New_York).");
}

}  // namespace
}  // namespace starling::query
