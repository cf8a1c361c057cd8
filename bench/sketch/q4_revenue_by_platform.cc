#include "questions.h"

namespace starling::sketch {

Answer revenue_by_platform(const Data& data) {
  const Orders& orders = data.orders;
  std::vector<uint8_t> wanted(kCountries);
  for (int i = 0; i < kCountries; ++i)
    wanted[i] = data.country_names[i] == "DE" || data.country_names[i] == "FR" ||
                data.country_names[i] == "ES";
  auto sum = [&](uint32_t user, uint32_t end, std::vector<int64_t>& cells) {
    for (; user < end; ++user) {
      if (!wanted[data.countries[user]]) continue;
      for (uint64_t i = orders.first[user]; i < orders.first[user + 1]; ++i)
        cells[day_of(orders.times[i]) * kPlatforms + orders.platforms[i]] += orders.revenue[i];
    }
  };
  auto cells =
      on_two_threads(orders, std::vector<int64_t>(kDays * kPlatforms), sum, add_all<int64_t>);
  std::vector<int64_t> months(12 * kPlatforms);
  for (int day = 0; day < kDays; ++day) {
    for (int p = 0; p < kPlatforms; ++p)
      months[month_of_day(day) * kPlatforms + p] += cells[day * kPlatforms + p];
  }
  Answer answer;
  for (int month = 0; month < 12; ++month) {
    for (int p = 0; p < kPlatforms; ++p)
      answer.row()
          .cell("interval", day_text(day_of_month(month)))
          .cell("segment", data.platform_names[p])
          .cents("value", months[month * kPlatforms + p]);
  }
  return answer;
}

}  // namespace starling::sketch
