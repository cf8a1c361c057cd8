#include "questions.h"

namespace starling::sketch {

Answer views_by_country(const Data& data) {
  const int from = 212, to = 302;  // 1 August to 29 October
  auto count = [&](uint32_t user, uint32_t end, std::vector<int64_t>& cells) {
    for (; user < end; ++user) {
      int64_t* of_country = cells.data() + data.countries[user] * kDays;
      for (uint64_t i = data.views.first[user]; i < data.views.first[user + 1]; ++i)
        ++of_country[day_of(data.views.times[i])];
    }
  };
  auto cells =
      on_two_threads(data.views, std::vector<int64_t>(kCountries * kDays), count, add_all<int64_t>);
  Answer answer;
  for (int country = 0; country < kCountries; ++country) {
    for (int day = from; day < to; ++day) {
      int64_t value = cells[country * kDays + day];
      if (value == 0) continue;
      answer.row()
          .cell("interval", day_text(day))
          .cell("segment", data.country_names[country])
          .cell("value", value);
    }
  }
  return answer;
}

}  // namespace starling::sketch
