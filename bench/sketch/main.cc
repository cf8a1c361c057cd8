// Answers and times every question of bench/peers by hand; says it as JSON, as bench/peers.py does
// of a peer.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "questions.h"

namespace starling::sketch {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

int run(const char* file) {
  constexpr Answer (*kQuestions[])(const Data&) = {
      views_by_country, daily_users,   rolling_users, revenue_by_platform, funnel_by_country,
      buyer_retention,  lapsed_buyers, first_orders,  products_sold,       what_follows_an_order};
  auto start = Clock::now();
  Data data = load(file);
  std::printf("{\"version\": \"by hand\", \"load_s\": %.1f, \"questions\": {",
              seconds_since(start));
  for (size_t q = 0; q < std::size(kQuestions); ++q) {
    std::string answer = kQuestions[q](data).json();
    std::vector<double> seconds;
    for (int i = 0; i < 9; ++i) {
      start = Clock::now();
      (void)kQuestions[q](data);
      seconds.push_back(seconds_since(start));
    }
    std::ranges::sort(seconds);
    std::printf("%s\"q%zu\": {\"seconds\": %.6f, \"layout\": \"arrays\", \"rows\": %s}",
                q == 0 ? "" : ", ", q + 1, seconds[seconds.size() / 2], answer.c_str());
  }
  std::printf("}}\n");
  return 0;
}

}  // namespace
}  // namespace starling::sketch

int main(int count, char** values) {
  if (count != 2) {
    std::fputs("usage: sketch EVENTS.parquet\n", stderr);
    return 2;
  }
  return starling::sketch::run(values[1]);
}
