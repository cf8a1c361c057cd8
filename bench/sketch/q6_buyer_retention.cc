#include "questions.h"

namespace starling::sketch {

Answer buyer_retention(const Data& data) {
  struct Cells {
    std::vector<int64_t> users = std::vector<int64_t>(144), cents = std::vector<int64_t>(144);
  };
  const Orders& orders = data.orders;
  std::vector<uint8_t> months(kDays);
  for (int day = 0; day < kDays; ++day) months[day] = static_cast<uint8_t>(month_of_day(day));
  auto count = [&](uint32_t user, uint32_t end, Cells& cells) {
    for (; user < end; ++user) {
      int last = -1;
      size_t born = 0;
      for (uint64_t i = orders.first[user]; i < orders.first[user + 1]; ++i) {
        int month = months[day_of(orders.times[i])];
        if (last < 0) born = static_cast<size_t>(month);
        cells.users[born * 12 + month] += month != last;
        cells.cents[born * 12 + month] += orders.revenue[i];
        last = month;
      }
    }
  };
  auto cells = on_two_threads(orders, Cells{}, count, [](Cells& to, const Cells& from) {
    add_all(to.users, from.users);
    add_all(to.cents, from.cents);
  });
  Answer answer;
  for (int64_t born = 0; born < 12; ++born) {
    for (int64_t month = born; month < 12; ++month) {
      if (cells.users[born * 12 + month] == 0) continue;
      answer.row()
          .cell("born", born)
          .cell("bucket", month - born)
          .cell("users", cells.users[born * 12 + month])
          .cents("value", cells.cents[born * 12 + month]);
    }
  }
  return answer;
}

}  // namespace starling::sketch
