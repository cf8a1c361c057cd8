#include "questions.h"

namespace starling::sketch {

Answer first_orders(const Data& data) {
  auto count = [&](uint32_t user, uint32_t end, std::vector<int64_t>& users) {
    for (; user < end; ++user) {
      uint64_t first = data.orders.first[user];
      if (first < data.orders.first[user + 1]) ++users[day_of(data.orders.times[first])];
    }
  };
  auto users = on_two_threads(data.orders, std::vector<int64_t>(kDays), count, add_all<int64_t>);
  Answer answer;
  for (int day = 0; day < kDays; ++day) {
    if (users[day] > 0)
      answer.row().cell("interval", day_text(day)).cell("segment", "").cell("value", users[day]);
  }
  return answer;
}

}  // namespace starling::sketch
