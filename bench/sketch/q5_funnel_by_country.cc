#include <algorithm>

#include "questions.h"

namespace starling::sketch {

// The latest opening that each step can be reached from, carried forward through the three lists of
// a user at once.
Answer funnel_by_country(const Data& data) {
  const int64_t from = kYearStart + 212 * kDayMs, to = kYearStart + 302 * kDayMs,
                window = 7 * kDayMs;
  auto walk = [&](uint32_t user, uint32_t end, std::vector<int64_t>& cells) {
    for (; user < end; ++user) {
      uint64_t v = data.views.first[user], c = data.carts.first[user], o = data.orders.first[user];
      const uint64_t v_end = data.views.first[user + 1], c_end = data.carts.first[user + 1],
                     o_end = data.orders.first[user + 1];
      int64_t opened = INT64_MIN / 2, opened_before = opened, carted = opened;
      int reached = 0;
      int64_t cart_time = opened, carted_before = opened;
      while (v < v_end || c < c_end || o < o_end) {
        int64_t view = v < v_end ? data.views.times[v] : INT64_MAX,
                cart = c < c_end ? data.carts.times[c] : INT64_MAX;
        int64_t order = o < o_end ? data.orders.times[o] : INT64_MAX;
        if (view <= cart && view <= order) {
          if (view >= from && view < to) {
            if (view > opened) opened_before = opened;
            opened = view;
            reached = std::max(reached, 1);
          }
          ++v;
        } else if (cart <= order) {
          // A step comes strictly after the one before.
          int64_t start = opened < cart ? opened : opened_before;
          if (cart - start <= window) {
            if (cart > cart_time) carted_before = carted;
            carted = start;
            cart_time = cart;
            reached = std::max(reached, 2);
          }
          ++c;
        } else {
          int64_t start = cart_time < order ? carted : carted_before;
          if (order - start <= window) reached = 3;
          ++o;
        }
      }
      for (int step = 0; step < reached; ++step) ++cells[data.countries[user] * 3 + step];
    }
  };
  auto cells =
      on_two_threads(data.views, std::vector<int64_t>(kCountries * 3), walk, add_all<int64_t>);
  Answer answer;
  for (int country = 0; country < kCountries; ++country) {
    for (int step = 0; step < 3; ++step)
      answer.row()
          .cell("segment", data.country_names[country])
          .cell("step", int64_t{step} + 1)
          .cell("value", cells[country * 3 + step]);
  }
  return answer;
}

}  // namespace starling::sketch
