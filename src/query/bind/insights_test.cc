// Measures, formulas, labels, saved metrics.
#include <gtest/gtest.h>

#include "query/bind/formula.h"
#include "query/bind_fixture.h"

namespace starling::query {
namespace {

std::string metrics(const std::string& list) {
  return bound("{report: insights, metrics: [" + list + "]}");
}
std::string metric_of(const std::string& list, const std::string& label) {
  return line_of(metrics(list), "metric \"" + label + "\" = ");
}

TEST(Measure, Kinds) {
  EXPECT_EQ(measure_of("total"), "total");
  EXPECT_EQ(measure_of("users"), "users");
  EXPECT_EQ(measure_of("sessions"), "sessions");
  EXPECT_EQ(measure_of("{users: {rolling: 7 days}}"), "users in 7 days");
  EXPECT_EQ(measure_of("{users: {rolling: 2 weeks}}"), "users in 14 days");
  for (const char* name :
       {"sum", "avg", "min", "max", "median", "p25", "p75", "p90", "p99", "distinct"}) {
    EXPECT_EQ(measure_of(std::string("{") + name + ": order_total}"),
              std::string(name) + " order_total");
  }
  EXPECT_EQ(measure_of("{sum: items.price}"), "sum items[].price");
  EXPECT_EQ(measure_of("{sum: items.product_id.cost}"), "sum products(items[].product_id).cost");
  EXPECT_EQ(measure_of("{avg: {user: spent}}"), "avg user.spent");
  EXPECT_EQ(measure_of("{distinct: size}"), "distinct size");
  EXPECT_EQ(measure_of("{per_user: avg}"), "avg per user of total");
  EXPECT_EQ(measure_of("{per_user: p90, of: total}"), "p90 per user of total");
  EXPECT_EQ(measure_of("{per_user: median, of: {sum: order_total}}"),
            "median per user of sum order_total");
}

TEST(Measure, Refusals) {
  const std::string at = "line 1: metrics[0].measure";
  EXPECT_EQ(measure_of("ttl"), at + ": unknown measure \"ttl\"; did you mean \"total\"?");
  EXPECT_EQ(measure_of("sum"), at + ": the measure \"sum\" needs a property: {sum: PROPERTY}");
  EXPECT_EQ(measure_of("{sum: size}"),
            at + ".sum: expected a property with numbers; \"size\" is text");
  EXPECT_EQ(measure_of("{sum: items}"),
            at + ".sum: \"items\" is a list of objects; name one of its members");
  EXPECT_EQ(measure_of("{distinct: items}"),
            at + ".distinct: \"items\" is a list of objects; name one of its members");
  EXPECT_EQ(measure_of("{sum: order_total, avg: order_total}"),
            at + ": expected one measure like {sum: PROPERTY}; found 2 keys");
  EXPECT_EQ(measure_of("{summ: order_total}"),
            at + ".summ: unknown measure \"summ\"; did you mean \"sum\"?");
  EXPECT_EQ(measure_of("{users: {rolling: 7 hours}}"),
            at + ".users.rolling: expected a span like \"7 days\", at most 3660 days; found the "
                 "text \"7 hours\"");
  EXPECT_EQ(measure_of("{users: {rolling: 0 days}}").substr(0, 42), at + ".users.rolling: ");
  EXPECT_EQ(measure_of("{per_user: p99}"),
            at + ".per_user: unknown aggregate over users \"p99\"; did you mean \"p90\"?");
  EXPECT_EQ(measure_of("{per_user: avg, of: {avg: order_total}}"),
            at + ".of: expected total or {sum: PROPERTY}; found an object");
  EXPECT_EQ(measure_of("{distinct: {time: day}}"),
            at + ".distinct: expected a property to measure");
  EXPECT_EQ(measure_of("7"),
            at + ": expected a measure like total or {sum: PROPERTY}; found the number 7");
}

TEST(Metrics, Labels) {
  EXPECT_EQ(metric_of("{event: [refund, order submitted]}", "refund, order submitted"), "#0");
  EXPECT_EQ(metric_of("{metric: revenue}", "revenue"), "#0");
  EXPECT_EQ(metric_of("{metric: revenue, name: Money}", "Money"), "#0");
  EXPECT_EQ(metric_of("{event: refund}, {formula: A * 2}", "A * 2"), "(#0 * 2)");
  EXPECT_EQ(metrics("{event: refund}, {event: refund, measure: users}"),
            "line 1: metrics[1]: the label \"refund\" is taken by metrics[0]; give one of them "
            "another \"name\"");
}

TEST(Metrics, SavedOnesWithOverrides) {
  EXPECT_EQ(line_of(metrics("{metric: revenue, measure: users, first_time: true}"), "#0 "),
            "users of order submitted, first time ever");
  EXPECT_EQ(
      metrics("{metric: revnue}"),
      "line 1: metrics[0].metric: unknown saved metric \"revnue\"; did you mean \"revenue\"?");
  EXPECT_EQ(metrics("{metric: revenue, mesure: total}"),
            "line 1: metrics[0].mesure: unknown key \"mesure\"; did you mean \"measure\"?");
}

TEST(Metrics, SavedFormulaHasItsOwnLetters) {
  std::string text = metrics("{event: refund}, {metric: aov}");
  EXPECT_EQ(line_of(text, "metric \"aov\" = "), "(#1 / #2)");
  EXPECT_EQ(line_of(text, "#1 "), "sum order_total of order submitted");
  EXPECT_EQ(metrics("{event: refund}, {event: order submitted}, {metric: lettered}"),
            "line 1: metrics[2].formula: unknown operand \"A\"");
  EXPECT_EQ(metric_of("{event: refund}, {metric: lettered, formula: A * 3}", "lettered"),
            "(#0 * 3)");
}

TEST(Metrics, LettersCountEveryEntry) {
  EXPECT_EQ(metric_of("{event: refund}, {formula: A + C}, {event: order submitted}", "A + C"),
            "(#0 + #1)");
  EXPECT_EQ(metrics("{event: refund}, {formula: A + 1}, {formula: B + 1}"),
            "line 1: metrics[2].formula: B is a formula; a formula cannot name a formula");
  EXPECT_EQ(metrics("{event: refund}, {formula: A / X}"),
            "line 1: metrics[1].formula: unknown operand \"X\"; expected A");
  EXPECT_EQ(metrics("{event: refnd}, {formula: A / 2}"),
            "line 1: metrics[0].event: unknown event \"refnd\"; did you mean \"refund\"?");
}

TEST(Metrics, WithNamesFurtherOperands) {
  std::string text = metrics(
      "{event: refund}, {name: Rate, formula: A / all_orders, with: {all_orders: {event: order "
      "submitted, measure: users}}}");
  EXPECT_EQ(line_of(text, "metric \"Rate\" = "), "(#0 / #1)");
  EXPECT_EQ(line_of(text, "#1 "), "users of order submitted");
  EXPECT_EQ(
      metric_of("{formula: X / Y, with: {X: {metric: revenue}, Y: {event: refund}}}", "X / Y"),
      "(#0 / #1)");
  EXPECT_EQ(metrics("{event: refund}, {formula: A, with: {A: {event: refund}}}"),
            "line 1: metrics[1].with.A: A is the letter of a metric already");
  EXPECT_EQ(metrics("{event: refund, with: {X: {event: refund}}}"),
            "line 1: metrics[0].with: \"with\" goes with a formula only");
  EXPECT_EQ(metrics("{formula: 1, with: {a b: {event: refund}}}"),
            "line 1: metrics[0].with.a b: an operand's name must be letters, digits and _, and "
            "begin with a letter");
  EXPECT_EQ(metrics("{formula: X, with: {X: {metric: aov}}}"),
            "line 1: metrics[0].with.X: an operand cannot be a formula");
  EXPECT_EQ(metrics("{formula: X, with: {X: {event: refund, name: x}}}").substr(0, 48),
            "line 1: metrics[0].with.X.name: unknown key \"nam");
}

TEST(Metrics, RollingAndCumulative) {
  EXPECT_EQ(metric_of("{event: refund, rolling: 7}", "refund"), "#0, rolling 7");
  EXPECT_EQ(metric_of("{event: refund, cumulative: true}", "refund"), "#0, cumulative");
  EXPECT_EQ(
      metrics("{event: refund, rolling: 0}"),
      "line 1: metrics[0].rolling: expected a whole number from 1 to 1000; found the number 0");
  EXPECT_EQ(metrics("{event: refund, rolling: 7, cumulative: true}"),
            "line 1: metrics[0].cumulative: rolling and cumulative cannot stand together");
}

TEST(Metrics, FormulaBesideAnEvent) {
  EXPECT_EQ(metrics("{event: refund}, {formula: A, event: refund}"),
            "line 1: metrics[1].event: \"event\" cannot stand beside \"formula\"");
}

std::string formula(std::string_view text) {
  auto parsed = parse_formula(text, [](const std::string& name) -> base::Result<int> {
    if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') return name[0] - 'A';
    return base::Error{base::Error::Code::kInvalid, "unknown " + name};
  });
  return parsed ? print(parsed.value()) : parsed.error().message;
}

TEST(Formula, PrecedenceAndAssociation) {
  EXPECT_EQ(formula("A + B * C"), "(#0 + (#1 * #2))");
  EXPECT_EQ(formula("A - B - C"), "((#0 - #1) - #2)");
  EXPECT_EQ(formula("A/B/C"), "((#0 / #1) / #2)");
  EXPECT_EQ(formula("(A - B) * -C"), "((#0 - #1) * -#2)");
  EXPECT_EQ(formula(" 100*A / ( B+.5 ) "), "((100 * #0) / (#1 + 0.5))");
  EXPECT_EQ(formula("--A"), "--#0");
}

TEST(Formula, Faults) {
  EXPECT_EQ(formula(""), "at character 1: expected a value; found the end");
  EXPECT_EQ(formula("A +"), "at character 4: expected a value; found the end");
  EXPECT_EQ(formula("A * * B"), "at character 5: expected a value; found \"*\"");
  EXPECT_EQ(formula("(A"), "at character 3: expected \")\"; found the end");
  EXPECT_EQ(formula("A B"), "at character 3: expected an operator or the end; found \"B\"");
  EXPECT_EQ(formula("1.2.3"),
            "at character 1: expected a number of at most 38 digits; found 1.2.3");
  EXPECT_EQ(formula("A % B"), "at character 3: expected +, -, * or /; found %");
  EXPECT_EQ(formula("a"), "unknown a");
  EXPECT_EQ(formula(std::string(1000, '(')), "nested deeper than 64 levels");
  EXPECT_EQ(formula(std::string(1000, '-') + "A"), "nested deeper than 64 levels");
  EXPECT_EQ(formula(std::string(20001, ' ')), "a formula has at most 20000 characters");
  std::string sum = "A";
  for (int i = 0; i < 1000; ++i) sum += "+A";
  EXPECT_EQ(formula(sum), "a formula has at most 2000 parts");
  EXPECT_EQ(formula("len(A)"),
            "at character 1: expected a number, a letter or \"(\"; functions and texts are for "
            "formulas of custom properties");
}

TEST(Formula, Letters) {
  EXPECT_EQ(letter_of(0), "A");
  EXPECT_EQ(letter_of(25), "Z");
  EXPECT_EQ(letter_of(26), "AA");
  EXPECT_EQ(letter_of(27), "AB");
  EXPECT_EQ(letter_of(701), "ZZ");
  EXPECT_EQ(letter_of(702), "AAA");
}

}  // namespace
}  // namespace starling::query
