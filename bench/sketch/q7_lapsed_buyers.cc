#include "questions.h"

namespace starling::sketch {

// A user's last order says it all.
Answer lapsed_buyers(const Data& data) {
  const int64_t from = kYearStart + 245 * kDayMs, to = kYearStart + 335 * kDayMs;
  auto count = [&](uint32_t user, uint32_t end, int64_t& size) {
    for (; user < end; ++user) {
      uint64_t last = data.orders.first[user + 1];
      if (last == data.orders.first[user]) continue;
      int64_t time = data.orders.times[last - 1];
      size += time >= from && time < to;
    }
  };
  int64_t size =
      on_two_threads(data.orders, int64_t{0}, count, [](int64_t& to, int64_t from) { to += from; });
  Answer answer;
  answer.row().cell("size", size);
  return answer;
}

}  // namespace starling::sketch
