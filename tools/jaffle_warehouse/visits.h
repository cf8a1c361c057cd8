// What happens around the orders: visits to the app and the web shop, which end in an order or do
// not, and the loyalty tier a customer has reached. Both follow from the shop and the seed and
// change nothing in it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "simulate.h"

namespace jaffle {

struct AppEvent {
  int customer;               // index into Shop::customers
  int64_t happened_at;        // as Order::ordered_at
  std::string_view name;      // "app opened", "product viewed", "added to cart", "checkout started"
  int product;                // index into products(); -1 = none
  std::string_view platform;  // "ios", "android", "web"
};

// By time. An order through the app or the web follows its own visit; about as many visits again
// end earlier.
std::vector<AppEvent> app_events(const Shop& shop, const Options& options);

// A tier holds from the order that reached it until the next one does.
struct Tier {
  int customer;
  std::string_view name;         // "bronze", "silver", "gold"
  int64_t valid_from, valid_to;  // valid_to exclusive; 0 = still holds
};

// By customer and time.
std::vector<Tier> tiers(const Shop& shop);

}  // namespace jaffle
