// What formulas of custom properties become, and what is said of those that do not fit. What they
// give is in test/golden/custom_propert*.golden.
#include <gtest/gtest.h>

#include "query/bind_fixture.h"
#include "query/property_formula.h"

namespace starling::query {
namespace {

// The type of a formula over the shop's events, or the problem.
std::string type_of(const std::string& formula) {
  Catalog catalog = jaffle();
  base::Node definition =
      base::Node::of_map({{"property", base::Node::of("x")}, {"formula", base::Node::of(formula)}});
  catalog.custom_properties = {definition};
  auto checked = check_custom_properties(catalog, halloween());
  if (!checked) return checked.error().message;
  event::PropertyType type = list_custom_properties(catalog, halloween()).at(0).type;
  std::string out(event::type_name(type.type));
  return type.type == event::Type::kDecimal ? out + " " + std::to_string(type.scale) : out;
}

TEST(PropertyFormula, Types) {
  EXPECT_EQ(type_of("order_total * 2"), "decimal 2");
  EXPECT_EQ(type_of("order_total * 1.125"), "decimal 5");
  EXPECT_EQ(type_of("order_total + 0.5"), "decimal 2");
  EXPECT_EQ(type_of("order_total * order_total * order_total * order_total * order_total * 1.123"),
            "float");
  EXPECT_EQ(type_of("order_total / 2"), "float");
  EXPECT_EQ(type_of("round(order_total / 2, 3)"), "decimal 3");
  EXPECT_EQ(type_of("round(order_total)"), "integer");
  EXPECT_EQ(type_of("if(gift, 1, order_total)"), "decimal 2");
  EXPECT_EQ(type_of("ifs(gift, 'a', size == 'b', 'c')"), "text");
  EXPECT_EQ(type_of("sum(items.price)"), "decimal 2");
  EXPECT_EQ(type_of("items[1]['quantity']"), "integer");
  EXPECT_EQ(type_of("tags[1]"), "text");
  EXPECT_EQ(type_of("location_id.tax_rate * user(spent)"), "decimal 4");
  EXPECT_EQ(type_of("datedif(ordered_on, shipped_at, 'm')"), "integer");
  EXPECT_EQ(type_of("date(shipped_at)"), "date");
  EXPECT_EQ(type_of("time()"), "time");
  EXPECT_EQ(type_of("NOT defined(`utm.source`) AND TRUE"), "boolean");
}

TEST(PropertyFormula, Faults) {
  std::string at = "custom_properties[0].formula: at character ";
  EXPECT_EQ(type_of("size * 2"), at + "1: expected a number; found a text");
  EXPECT_EQ(type_of("size + 2"), at + "8: expected a text; found a number");
  EXPECT_EQ(type_of("gift < true"),
            at + "1: expected a number, a text, a date or a time; found true or false");
  EXPECT_EQ(type_of("if(gift, 1, 'x')"), at + "13: expected a number; found a text");
  EXPECT_EQ(type_of("items.product_id.cost"),
            at + "1: \"items.product_id.cost\" is a lookup column of a list's elements, which "
                 "formulas cannot read; use it in a breakdown or a filter");
  EXPECT_EQ(type_of("let(a.b, 1, 2)"), at + "5: expected a name for the variable");
  EXPECT_EQ(type_of("map(i, items, i)[1]"), at + "15: expected a single value; found an object");
  EXPECT_EQ(type_of("sum(tags)"), at + "5: expected a list of numbers; found a list");
  EXPECT_EQ(type_of("ifs(gift, 1, gift)"),
            at + "1: ifs takes pairs: a condition and what it gives");
  EXPECT_EQ(type_of("round(order_total, 10)"), at + "20: expected how many digits to keep, 0 to 9");
  EXPECT_EQ(type_of("'open"), at + "6: expected ' at the end of the text; found the end");
}

TEST(PropertyFormula, NamesAreNewAndLeadNowhereBack) {
  Catalog catalog = jaffle();
  for (const char* definition :
       {"{property: size, formula: '1'}", "{user: country, formula: '1'}",
        "{property: a, formula: b}", "{property: b, formula: c}", "{property: c, formula: a}",
        "{user: a, formula: spent}", "{property: a, formula: '1'}", "{property: '', formula: '1'}",
        "{property: d, formula: 7}", "{property: e, formula: '1', label: x}"})
    catalog.custom_properties.push_back(base::parse_yaml(definition).value());
  auto checked = check_custom_properties(catalog, halloween());
  ASSERT_FALSE(checked);
  for (const char* problem :
       {"custom_properties[0]: there is a property \"size\" already",
        "custom_properties[1]: there is a user property \"country\" already",
        "the custom property \"a\" refers to itself",
        "custom_properties[6]: \"a\" is defined twice",
        "custom_properties[7].property: a name has at least one character",
        "custom_properties[8].formula: expected a text (in quotes); found the number 7",
        "custom_properties[9].label: unknown key \"label\""})
    EXPECT_NE(checked.error().message.find(problem), std::string::npos) << problem << "\n"
                                                                        << checked.error().message;
}

TEST(PropertyFormula, StandsWhereAPropertyCan) {
  std::string text = bound(
      "{report: insights, custom_properties: [{property: twice, formula: order_total * 2}, {user: "
      "land, formula: upper(country)}], metrics: [{event: order submitted, measure: {sum: twice}, "
      "where: [{user: land, op: is, value: DE}]}], breakdown: [{property: twice, buckets: [10]}]}");
  EXPECT_EQ(line_of(text, "#0 "),
            "sum twice (order_total * 2) of order submitted where user.land (upper(country)) is "
            "\"DE\"");
  EXPECT_EQ(bound("{report: users, custom_properties: [{property: twice, formula: order_total * "
                  "2}], columns: [{property: twice}]}"),
            "line 1: columns[0].property: a user has no property; expected user or cohort");
}

}  // namespace
}  // namespace starling::query
