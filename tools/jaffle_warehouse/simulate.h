// Two years of a growing coffee and sandwich chain, customer by customer. Everything follows from
// the options: no clock, no files, no global state.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace jaffle {

struct Options {
  std::chrono::sys_days end;  // last day with orders
  int days = 730;
  int orders = 240'000;  // customers come in until there are about so many
  uint64_t seed = 1;
};

struct Item {
  int product;  // index into products()
  int price_cents;
};

struct Order {
  int customer;        // index into Shop::customers
  int location;        // index into locations()
  int64_t ordered_at;  // seconds of the shop's own wall clock since 1970-01-01
  std::string_view channel;
  std::string_view discount_code;  // "" = none
  int64_t subtotal_cents, discount_cents, tax_cents;
  std::vector<Item> items;

  int64_t total_cents() const { return subtotal_cents - discount_cents + tax_cents; }
};

struct Customer {
  std::string name, email;
  std::string_view city, country, joined_via;
  int orders = 0;
  int64_t first_order = 0, last_order = 0;  // as Order::ordered_at
  int64_t spent_cents = 0;
};

struct Shop {
  std::chrono::sys_days start;      // first day with orders
  std::vector<Customer> customers;  // in the order of their first orders; each has one
  std::vector<Order> orders;        // by time
};

Shop simulate(const Options& options);

}  // namespace jaffle
