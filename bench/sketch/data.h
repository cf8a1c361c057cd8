// The synthetic events as plain arrays in memory: what the sketches run over. No files, no changes,
// no types, no time zones: how fast the ten questions can be when nothing but the question is left.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace starling::sketch {

constexpr int64_t kDayMs = 86400000, kYearStart = 1735689600000;  // 2025-01-01
constexpr int kDays = 365, kEvents = 20, kCountries = 15, kPlatforms = 4, kProducts = 200;
constexpr uint8_t kProductViewed = 1, kAddedToCart = 6, kOrderCompleted = 9;

inline int day_of(int64_t time) { return static_cast<int>((time - kYearStart) / kDayMs); }
std::string day_text(int day);  // "2025-03-01"
int month_of_day(int day);      // 0 .. 11
int day_of_month(int month);    // of its first day

// Rows by user and time. Those of user u are [first[u], first[u + 1]).
struct Rows {
  std::vector<uint64_t> first;
  std::vector<int64_t> times;  // ms

  uint32_t users() const { return static_cast<uint32_t>(first.size() - 1); }
};

struct Orders : Rows {
  std::vector<int64_t> revenue;  // cents
  std::vector<uint8_t> platforms;
  std::vector<uint64_t> first_line;  // lines of order o: [first_line[o], first_line[o + 1])
  std::vector<uint8_t> products, quantities;
};

struct Data {
  Rows all;
  std::vector<uint8_t> events;  // parallel to all.times
  std::vector<uint16_t> days;   // parallel to all.times
  Rows views, carts;
  Orders orders;
  std::vector<uint8_t> countries;  // by user
  std::vector<std::string> event_names, country_names, platform_names;
};

// Reads the Parquet file that bench/generate.sql made.
Data load(const std::string& file);

// Runs work(first user, last user, result) on two threads, each with about half of the rows and a
// result of its own, and adds the second result to the first with add(first, second).
template <class Result, class Work, class Add>
Result on_two_threads(const Rows& rows, Result empty, Work work, Add add) {
  uint32_t middle = 0;
  while (middle < rows.users() && rows.first[middle] < rows.times.size() / 2) ++middle;
  Result left = empty, right = empty;
  std::thread second([&] { work(middle, rows.users(), right); });
  work(0, middle, left);
  second.join();
  add(left, right);
  return left;
}

template <class Number>
void add_all(std::vector<Number>& to, const std::vector<Number>& from) {
  for (size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

// An answer: rows of named cells, as the peers give them.
class Answer {
 public:
  Answer& row() {
    text_ += text_.empty() ? "{" : "}, {";
    first_ = true;
    return *this;
  }
  Answer& cell(const char* name, const std::string& value) { return raw(name, '"' + value + '"'); }
  Answer& cell(const char* name, int64_t value) { return raw(name, std::to_string(value)); }
  Answer& cents(const char* name, int64_t value);
  std::string json() const { return text_.empty() ? "[]" : '[' + text_ + "}]"; }

 private:
  Answer& raw(const char* name, const std::string& value) {
    text_ += (first_ ? "\"" : ", \"") + std::string(name) + "\": " + value;
    first_ = false;
    return *this;
  }

  std::string text_;
  bool first_ = true;
};

}  // namespace starling::sketch
