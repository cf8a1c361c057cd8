#include "api/explore/property_list.h"

#include <gtest/gtest.h>

namespace starling::api {
namespace {

// "label: what a reference without as_of means", of those that have history.
std::string histories(const event::Schema& schema) {
  std::string out;
  for (const PropertyEntry& entry : list_entries(schema, {})) {
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

}  // namespace
}  // namespace starling::api
