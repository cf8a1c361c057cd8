// A customer joins at a shop, orders by the habit of his kind, may lapse, and may be won back by a
// discount code. What an order holds depends on the hour: coffee in the morning, jaffles at noon,
// now and then a tray for the office.
#include "simulate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "catalog.h"
#include "random.h"

namespace jaffle {
namespace {

using std::chrono::sys_days;

constexpr std::array<std::string_view, 5> kWays = {"walk-in", "friend", "search", "instagram",
                                                   "flyer"};

enum class Kind { kOneTimer, kOccasional, kRegular, kDaily };

struct Habit {
  double orders_a_week;
  double lapse_a_day;  // chance to stop coming, every day
  double weekend;      // how busy a weekend day is against a working day
};

Habit habit_of(Kind kind, Random& random) {
  switch (kind) {
    case Kind::kOneTimer:
      return {0, 1, 1.6};
    case Kind::kOccasional:
      return {random.between(0.15, 0.7), random.between(0.002, 0.007), 1.7};
    case Kind::kRegular:
      return {random.between(0.9, 2.6), random.between(0.001, 0.003), 0.7};
    case Kind::kDaily:
      return {random.between(3.5, 5.5), random.between(0.0005, 0.0015), 0.25};
  }
  __builtin_unreachable();
}

// Friends bring people who stay, flyers bring people who look.
Kind kind_of(std::string_view joined_via, Random& random) {
  double stay = joined_via == "friend" ? 1.6 : joined_via == "flyer" ? 0.5 : 1;
  std::array<double, 4> weights = {0.42, 0.34 * stay, 0.19 * stay, 0.05 * stay};
  return static_cast<Kind>(random.pick(weights));
}

int weekday_of(sys_days day) {
  return static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1;
}

unsigned month_of(sys_days day) {
  return static_cast<unsigned>(std::chrono::year_month_day(day).month());
}

// December is busy, January and August are slow, Christmas is closed in all but name.
double season(sys_days day) {
  constexpr std::array<double, 12> kMonths = {0.85, 0.92, 1.0,  1.02, 1.05, 1.08,
                                              0.98, 0.86, 1.04, 1.06, 1.08, 1.18};
  std::chrono::year_month_day date(day);
  bool christmas = month_of(day) == 12 && date.day() >= std::chrono::day(24) &&
                   date.day() <= std::chrono::day(26);
  return kMonths[month_of(day) - 1] * (christmas ? 0.15 : 1);
}

class Simulation {
 public:
  explicit Simulation(const Options& options)
      : options_(options),
        random_(options.seed),
        start_(options.end - std::chrono::days(options.days - 1)) {}

  Shop run() {
    while (static_cast<int>(orders_.size()) < options_.orders) live(join());
    return sorted();
  }

 private:
  struct Visitor {
    int customer;
    int home;      // location
    int join_day;  // days after start_
    Kind kind;
    double app;  // how likely an order comes through the app, at the end of the data
    int favourite_drink, favourite_food;
  };

  // Opening dates are laid out for two years; shorter data squeeze them.
  int opening_day(const Location& location) const {
    return location.opening_day * options_.days / 730;
  }

  Visitor join() {
    std::vector<double> weights;
    for (const Location& location : locations()) {
      weights.push_back(location.market * (options_.days - opening_day(location)));
    }
    int home = static_cast<int>(random_.pick(weights));
    const Location& location = locations()[home];
    std::string_view via = kWays[random_.pick(std::array<double, 5>{0.4, 0.22, 0.16, 0.15, 0.07})];
    customers_.push_back(new_customer(location, via));
    return {.customer = static_cast<int>(customers_.size()) - 1,
            .home = home,
            .join_day = join_day(location),
            .kind = kind_of(via, random_),
            .app = random_.uniform(),
            .favourite_drink = drink(),
            .favourite_food = food()};
  }

  // Many on the opening weeks, then a stream that swells a little.
  int join_day(const Location& location) {
    int opened = opening_day(location), open_days = options_.days - opened;
    double share =
        random_.chance(0.12) ? random_.uniform() * 0.06 : std::pow(random_.uniform(), 0.8);
    return opened + std::min(open_days - 1, static_cast<int>(share * open_days));
  }

  Customer new_customer(const Location& location, std::string_view via) {
    std::string_view first = first_names()[random_.below(static_cast<int>(first_names().size()))];
    std::string_view last = last_names()[random_.below(static_cast<int>(last_names().size()))];
    Customer customer;
    customer.name = std::string(first) + " " + std::string(last);
    customer.joined_via = via;
    constexpr std::array<std::string_view, 4> kCountries = {"United States", "Canada", "Mexico",
                                                            "United Kingdom"};
    constexpr std::array<std::string_view, 4> kCities = {"", "Toronto", "Mexico City", "London"};
    size_t country = random_.pick(std::array<double, 4>{0.93, 0.03, 0.025, 0.015});
    customer.country = kCountries[country];
    customer.city = country == 0 ? location.name : kCities[country];
    return customer;
  }

  void live(const Visitor& visitor) {
    Habit habit = habit_of(visitor.kind, random_);
    order(visitor, visitor.join_day, random_.chance(0.3) ? "WELCOME10" : "");
    bool lapsed = visitor.kind == Kind::kOneTimer;
    int come_back = lapsed ? win_back_day(visitor.join_day, 0.06) : -1;
    for (int day = visitor.join_day + 1; day < options_.days; ++day) {
      if (day == come_back) {
        order(visitor, day, "COMEBACK15");
        lapsed = random_.chance(visitor.kind == Kind::kOneTimer ? 0.85 : 0.45);
      } else if (!lapsed && random_.chance(habit.lapse_a_day)) {
        lapsed = true;
        come_back = win_back_day(day, 0.3);
      } else if (!lapsed && comes(habit, day)) {
        order(visitor, day, july(day) && random_.chance(0.15) ? "SUMMER5" : "");
        if (random_.chance(0.012)) order(visitor, day, "");
      }
    }
  }

  // The offer goes out a month or more after the last order; -1 = not taken up.
  int win_back_day(int last_day, double taken_up) {
    return random_.chance(taken_up) ? last_day + 31 + random_.below(85) : -1;
  }

  bool july(int day) const { return month_of(start_ + std::chrono::days(day)) == 7; }

  bool comes(const Habit& habit, int day) {
    sys_days date = start_ + std::chrono::days(day);
    bool weekend = weekday_of(date) >= 5;
    double weekday = weekend ? habit.weekend : (7 - 2 * habit.weekend) / 5;
    return random_.chance(habit.orders_a_week / 7 * weekday * season(date));
  }

  void order(const Visitor& visitor, int day, std::string_view code) {
    sys_days date = start_ + std::chrono::days(day);
    bool weekend = weekday_of(date) >= 5;
    int hour = hour_of(visitor.kind, weekend);
    Order order;
    order.customer = visitor.customer;
    order.location = location_of(visitor, day);
    order.ordered_at =
        date.time_since_epoch().count() * int64_t{86400} + hour * 3600 + random_.below(3600);
    order.channel = channel_of(visitor, day);
    order.items = items_of(visitor, hour, day);
    order.subtotal_cents =
        std::accumulate(order.items.begin(), order.items.end(), int64_t{0},
                        [](int64_t sum, const Item& item) { return sum + item.price_cents; });
    int percent = code == "WELCOME10" ? 10 : code == "COMEBACK15" ? 15 : code == "SUMMER5" ? 5 : 0;
    order.discount_code = code;
    order.discount_cents = order.subtotal_cents * percent / 100;
    order.tax_cents =
        std::llround(static_cast<double>(order.subtotal_cents - order.discount_cents) *
                     locations()[order.location].tax_rate);
    orders_.push_back(std::move(order));
  }

  int hour_of(Kind kind, bool weekend) {
    //                                     7  8  9 10 11 12 13 14 15 16 17 18 19
    constexpr std::array<double, 13> kWork = {5, 9, 6, 4, 5, 10, 6, 3, 4, 4, 3, 2, 1};
    constexpr std::array<double, 13> kWeekend = {0, 2, 5, 8, 9, 8, 6, 5, 5, 4, 2, 1, 0};
    if (kind == Kind::kDaily && random_.chance(0.6)) return 7 + random_.below(2);
    return 7 + static_cast<int>(random_.pick(weekend ? kWeekend : kWork));
  }

  // Home, or now and then any shop that is open.
  int location_of(const Visitor& visitor, int day) {
    if (!random_.chance(0.04)) return visitor.home;
    int other = random_.below(static_cast<int>(locations().size()));
    return opening_day(locations()[other]) <= day ? other : visitor.home;
  }

  // The app is taken up over the two years.
  std::string_view channel_of(const Visitor& visitor, int day) {
    double taken_up = visitor.app * day / options_.days;
    if (random_.chance(taken_up)) return "app";
    return random_.chance(0.12) ? "web" : "in store";
  }

  int drink() { return 6 + static_cast<int>(random_.pick(std::array<double, 5>{3, 3, 4, 5, 1.5})); }
  int food() { return static_cast<int>(random_.pick(std::array<double, 5>{4, 3, 2, 1.5, 1.2})); }

  Item sell(int product, int day) const {
    const Product& sold = products()[product];
    return {product, day < options_.days / 2 ? sold.first_price_cents : sold.price_cents};
  }

  bool launched(int product, int day) const {
    return products()[product].launch_day * options_.days / 730 <= day;
  }

  std::vector<Item> items_of(const Visitor& visitor, int hour, int day) {
    constexpr int kNewcomer = 5;  // the jaffle that is launched along the way
    std::vector<Item> items;
    if (random_.chance(0.004)) return items;  // a voided order stays in the books
    bool morning = hour < 11;
    bool tray = random_.chance(visitor.kind == Kind::kDaily ? 0.015 : 0.05);
    int drinks = tray ? 2 + random_.below(4) : random_.chance(morning ? 0.95 : 0.55) ? 1 : 0;
    int foods = tray ? 1 + random_.below(4) : random_.chance(morning ? 0.18 : 0.6) ? 1 : 0;
    if (drinks + foods == 0) drinks = 1;
    for (int i = 0; i < drinks; ++i) {
      items.push_back(sell(random_.chance(0.6) ? visitor.favourite_drink : drink(), day));
    }
    for (int i = 0; i < foods; ++i) {
      int product = random_.chance(0.55) ? visitor.favourite_food : food();
      if (launched(kNewcomer, day) && random_.chance(0.2)) product = kNewcomer;
      items.push_back(sell(product, day));
    }
    return items;
  }

  // Orders by time; customers by their first order, so that ids grow with time as they do in a
  // shop.
  Shop sorted() {
    std::stable_sort(orders_.begin(), orders_.end(),
                     [](const Order& a, const Order& b) { return a.ordered_at < b.ordered_at; });
    std::vector<int> new_index(customers_.size(), -1);
    Shop shop{.start = start_, .customers = {}, .orders = std::move(orders_)};
    for (Order& order : shop.orders) {
      int& index = new_index[order.customer];
      if (index < 0) {
        index = static_cast<int>(shop.customers.size());
        shop.customers.push_back(std::move(customers_[order.customer]));
        Customer& customer = shop.customers.back();
        customer.first_order = order.ordered_at;
        customer.email = email_of(customer.name, index);
      }
      order.customer = index;
      Customer& customer = shop.customers[index];
      customer.orders += 1;
      customer.last_order = order.ordered_at;
      customer.spent_cents += order.total_cents();
    }
    return shop;
  }

  static std::string email_of(std::string_view name, int number) {
    std::string email;
    for (char letter : name) email += letter == ' ' ? '.' : static_cast<char>(letter | 0x20);
    return email + std::to_string(number + 1) + "@example.com";
  }

  const Options options_;
  Random random_;
  const sys_days start_;
  std::vector<Customer> customers_;
  std::vector<Order> orders_;
};

}  // namespace

Shop simulate(const Options& options) { return Simulation(options).run(); }

}  // namespace jaffle
