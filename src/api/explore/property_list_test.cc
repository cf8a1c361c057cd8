#include "api/explore/property_list.h"

#include <gtest/gtest.h>

namespace starling::api {
namespace {

// "label: what a reference without as_of means", of those that have history.
std::string histories(const event::Schema& schema) {
  query::Catalog catalog;
  catalog.schema = schema;
  std::string out;
  for (const PropertyEntry& entry : list_entries(catalog, {0}, {})) {
    if (!entry.history) continue;
    out += entry.label + (*entry.history == event::AsOf::kEvent ? ": event\n" : ": now\n");
  }
  return out;
}

TEST(PropertyList, SaysWhatHasHistory) {
  using event::AsOf;
  using event::LookupTarget;
  event::PropertyType text{event::Type::kText};
  event::Schema schema;
  schema.properties = {{"shop", text}};
  schema.user_properties = {{"plan", text}};
  schema.lookups = {
      {"plans", {LookupTarget::Kind::kUserProperty, "plan", ""}, {{"price", text}}, AsOf::kNow},
      {"shops", {LookupTarget::Kind::kEventProperty, "shop", ""}, {{"city", text}}, AsOf::kEvent}};
  EXPECT_EQ(histories(schema), "shop.city: event\nplan.price: now\n");
  schema.user_history = AsOf::kEvent;
  EXPECT_EQ(histories(schema), "shop.city: event\nplan: event\nplan.price: event\n");
}

TEST(PropertyList, HasTheCustomPropertiesThatReadWhatTheEventsHave) {
  query::Catalog catalog;
  catalog.schema.events = {{"order", {"total"}}, {"visit", {"page"}}};
  catalog.schema.properties = {{"page", {event::Type::kText}},
                               {"total", {event::Type::kDecimal, 2}}};
  catalog.schema.user_properties = {{"country", {event::Type::kText}}};
  for (const char* definition :
       {"{property: twice, formula: total * 2}", "{property: path, formula: lower(page)}",
        "{user: region, formula: 'left(country, 1)'}", "{property: broken, formula: gone + 1}"})
    catalog.custom_properties.push_back(base::parse_yaml(definition).value());
  auto custom = [&](const std::vector<std::string>& events) {
    std::string out;
    for (const PropertyEntry& entry : list_entries(catalog, {0}, events)) {
      if (entry.formula.empty()) continue;
      out += base::to_json(entry.reference) + " " + std::string(event::type_name(entry.type.type)) +
             " = " + entry.formula + "\n";
    }
    return out;
  };
  std::string region = "{\"user\":\"region\"} text = left(country, 1)\n";
  EXPECT_EQ(custom({}),
            "{\"property\":\"path\"} text = lower(page)\n"
            "{\"property\":\"twice\"} decimal = total * 2\n" +
                region);
  EXPECT_EQ(custom({"order"}), "{\"property\":\"twice\"} decimal = total * 2\n" + region);
}

}  // namespace
}  // namespace starling::api
