#include <algorithm>

#include "questions.h"

namespace starling::sketch {

Answer what_follows_an_order(const Data& data) {
  const int64_t from = kYearStart + 275 * kDayMs;
  auto count = [&](uint32_t user, uint32_t end, std::vector<int64_t>& cells) {
    for (; user < end; ++user) {
      const uint64_t last = data.all.first[user + 1];
      auto begin = data.all.times.begin();
      auto start = std::lower_bound(begin + static_cast<int64_t>(data.all.first[user]),
                                    begin + static_cast<int64_t>(last), from);
      for (uint64_t i = static_cast<uint64_t>(start - begin); i < last; ++i) {
        if (data.events[i] != kOrderCompleted) continue;
        for (uint64_t step = 1; step <= 3 && i + step < last; ++step)
          ++cells[(step - 1) * kEvents + data.events[i + step]];
      }
    }
  };
  auto cells = on_two_threads(data.all, std::vector<int64_t>(3 * kEvents), count, add_all<int64_t>);
  Answer answer;
  for (int64_t step = 0; step < 3; ++step) {
    for (int event = 0; event < kEvents; ++event) {
      if (cells[step * kEvents + event] > 0)
        answer.row()
            .cell("step", step + 1)
            .cell("event", data.event_names[event])
            .cell("value", cells[step * kEvents + event]);
    }
  }
  return answer;
}

}  // namespace starling::sketch
