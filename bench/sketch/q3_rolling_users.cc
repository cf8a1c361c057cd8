#include <algorithm>

#include "questions.h"

namespace starling::sketch {
namespace {

constexpr int kWindows[] = {1, 7, 28};
constexpr const char* kNames[] = {"DAU", "WAU", "MAU"};

}  // namespace

// A user counts from a day of activity on until the window ends or the next such day comes:
// differences, added up.
Answer rolling_users(const Data& data) {
  auto count = [&](uint32_t user, uint32_t end, std::vector<int64_t>& changes) {
    for (; user < end; ++user) {
      int last = -1;
      auto leave = [&](int next) {
        for (size_t w = 0; last >= 0 && w < 3; ++w)
          --changes[w * (kDays + 1) + std::min({last + kWindows[w], next, kDays})];
      };
      for (uint64_t i = data.all.first[user]; i < data.all.first[user + 1]; ++i) {
        int day = data.days[i];
        if (day == last) continue;
        leave(day);
        for (size_t w = 0; w < 3; ++w) ++changes[w * (kDays + 1) + day];
        last = day;
      }
      leave(kDays);
    }
  };
  auto changes =
      on_two_threads(data.all, std::vector<int64_t>(3 * (kDays + 1)), count, add_all<int64_t>);
  Answer answer;
  for (size_t w = 0; w < 3; ++w) {
    int64_t users = 0;
    for (int day = 0; day < kDays; ++day) {
      users += changes[w * (kDays + 1) + day];
      answer.row()
          .cell("interval", day_text(day))
          .cell("segment", "")
          .cell("metric", kNames[w])
          .cell("value", users);
    }
  }
  return answer;
}

}  // namespace starling::sketch
