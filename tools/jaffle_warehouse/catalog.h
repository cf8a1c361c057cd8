// What the shop sells, where, and what its customers may be called: the fixed part of the
// warehouse. Names of products and towns follow dbt Labs' Jaffle Shop.
#pragma once

#include <span>
#include <string_view>

namespace jaffle {

struct Product {
  std::string_view id, name, type, description;
  int price_cents;        // today's
  int first_price_cents;  // until the price change halfway through the data
  int launch_day;         // days after the first day of data; 0 = from the start
};

struct Location {
  std::string_view name, state;
  int opening_day;  // days after the first day of data
  double tax_rate;
  double market;  // how many customers it draws against the others
};

struct Supply {
  std::string_view id, name;
  int cost_cents;  // at first; every renewal of the contract raises it
  bool perishable;
  std::string_view product_id;
};

std::span<const Product> products();
std::span<const Location> locations();
std::span<const Supply> supplies();
std::span<const std::string_view> first_names();
std::span<const std::string_view> last_names();

}  // namespace jaffle
