#include "visits.h"

#include <algorithm>
#include <array>

#include "catalog.h"
#include "random.h"

namespace jaffle {
namespace {

constexpr int64_t kDay = 86400;

// How far a visit goes: each stage needs the one before.
enum Stage { kOpened, kViewed, kAdded, kCheckout };

class Visits {
 public:
  Visits(const Shop& shop, const Options& options)
      : shop_(shop), options_(options), random_(options.seed ^ 0x7669736974730000) {}

  std::vector<AppEvent> run() {
    for (const Order& order : shop_.orders) {
      if (order.channel == "in store") continue;
      before(order);
      if (random_.chance(0.9)) in_vain(order);
    }
    std::stable_sort(events_.begin(), events_.end(), [](const AppEvent& a, const AppEvent& b) {
      return a.happened_at < b.happened_at;
    });
    return std::move(events_);
  }

 private:
  std::string_view platform_of(const Order& order) {
    if (order.channel == "web") return "web";
    return order.customer % 5 < 3 ? "ios" : "android";
  }

  void add(const Order& order, int64_t at, std::string_view name, int product) {
    events_.push_back({order.customer, at, name, product, platform_of(order)});
  }

  // The visit that led to an order: what was bought was looked at, and something else, maybe.
  void before(const Order& order) {
    int64_t at = order.ordered_at - 20 - random_.below(40);
    add(order, at, "checkout started", -1);
    for (auto item = order.items.rbegin(); item != order.items.rend(); ++item) {
      at -= 5 + random_.below(40);
      add(order, at, "added to cart", item->product);
      at -= 3 + random_.below(30);
      add(order, at, "product viewed", item->product);
      if (!random_.chance(0.35)) continue;
      at -= 4 + random_.below(45);
      add(order, at, "product viewed", random_.below(static_cast<int>(products().size())));
    }
    add(order, at - 2 - random_.below(30), "app opened", -1);
  }

  // A visit of the same customer in the weeks around the order that ends somewhere on the way.
  void in_vain(const Order& order) {
    int64_t first = shop_.start.time_since_epoch().count() * kDay;
    int64_t day = (order.ordered_at - first) / kDay + random_.below(29) - 14;
    if (day < 0 || day >= options_.days) return;
    constexpr std::array<double, 4> kEnds = {0.35, 0.38, 0.19, 0.08};
    auto end = static_cast<Stage>(random_.pick(kEnds));
    int64_t at = first + day * kDay + (8 + random_.below(14)) * 3600 + random_.below(3600);
    add(order, at, "app opened", -1);
    int looked_at = -1;
    for (int i = end >= kViewed ? 1 + random_.below(4) : 0; i > 0; --i) {
      at += 4 + random_.below(50);
      looked_at = random_.below(static_cast<int>(products().size()));
      add(order, at, "product viewed", looked_at);
    }
    if (end >= kAdded) add(order, at += 3 + random_.below(60), "added to cart", looked_at);
    if (end >= kCheckout) add(order, at += 10 + random_.below(120), "checkout started", -1);
  }

  const Shop& shop_;
  const Options options_;
  Random random_;
  std::vector<AppEvent> events_;
};

}  // namespace

std::vector<AppEvent> app_events(const Shop& shop, const Options& options) {
  return Visits(shop, options).run();
}

std::vector<Tier> tiers(const Shop& shop) {
  struct Step {
    std::string_view name;
    int64_t from_cents;
  };
  constexpr std::array<Step, 3> kSteps = {{{"bronze", 0}, {"silver", 15'000}, {"gold", 50'000}}};
  std::vector<std::vector<Tier>> by_customer(shop.customers.size());
  std::vector<int64_t> spent(shop.customers.size());
  for (const Order& order : shop.orders) {
    std::vector<Tier>& own = by_customer[order.customer];
    spent[order.customer] += order.total_cents();
    size_t reached = own.size();
    while (reached < kSteps.size() && spent[order.customer] >= kSteps[reached].from_cents)
      ++reached;
    if (reached == own.size()) continue;
    if (!own.empty()) own.back().valid_to = order.ordered_at;
    while (own.size() + 1 < reached) own.push_back({order.customer, "", 0, 0});  // passed over
    own.push_back({order.customer, kSteps[reached - 1].name, order.ordered_at, 0});
  }
  std::vector<Tier> out;
  for (const std::vector<Tier>& own : by_customer) {
    std::copy_if(own.begin(), own.end(), std::back_inserter(out),
                 [](const Tier& tier) { return !tier.name.empty(); });
  }
  return out;
}

}  // namespace jaffle
