#include "questions.h"

namespace starling::sketch {

// A user's rows stand by time, so a day counts where it differs from that of the row before.
Answer daily_users(const Data& data) {
  auto count = [&](uint32_t user, uint32_t end, std::vector<int64_t>& users) {
    for (; user < end; ++user) {
      int last = -1;
      for (uint64_t i = data.all.first[user]; i < data.all.first[user + 1]; ++i) {
        int day = data.days[i];
        users[day] += day != last;
        last = day;
      }
    }
  };
  auto users = on_two_threads(data.all, std::vector<int64_t>(kDays), count, add_all<int64_t>);
  Answer answer;
  for (int day = 0; day < kDays; ++day)
    answer.row().cell("interval", day_text(day)).cell("segment", "").cell("value", users[day]);
  return answer;
}

}  // namespace starling::sketch
