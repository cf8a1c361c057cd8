// What the store takes a second: small durable batches, rows replaced and removed, a property
// filled in (`./dev bench store`); or rows that arrive at a steady pace in a store that is asked
// meanwhile (`./dev bench clients`). Rows are those of a web shop in small, made from their
// numbers.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "store/store.h"

namespace starling {
namespace {

using base::hash64;
using base::Result;

constexpr const char* kEvents[] = {"page viewed",   "product viewed",   "search made",
                                   "added to cart", "checkout started", "order completed"};
constexpr uint64_t kEventCount = std::size(kEvents);

// Row i is a function of i and its revision alone.
struct Row {
  uint64_t number;
  uint64_t revision = 0;

  uint64_t chance(uint64_t salt) const {
    return hash64({reinterpret_cast<const char*>(&number), 8}, salt);
  }
  std::string id() const { return fmt::format("e{:011}", number); }
  size_t event() const { return chance(1) % kEventCount; }
  std::string user(uint64_t users) const { return fmt::format("u{:09}", chance(2) % users); }
  int64_t time() const { return 1735689600000 + static_cast<int64_t>(number) * 315; }
  base::Hash128 key() const;
  uint64_t content() const { return chance(3) + revision; }
};

base::Hash128 Row::key() const {
  return event::row_key(base::md5_prefix(id()), kEvents[event()], id());
}

event::EventBatch batch_of(const std::string& source, size_t event, const std::vector<Row>& rows,
                           uint64_t users) {
  event::EventBatch batch{source, kEvents[event]};
  batch.replaces = true;
  event::Column country({event::Type::kText}), revenue({event::Type::kDecimal, 2});
  for (const Row& row : rows) {
    batch.users.push_back(row.user(users));
    batch.times.push_back(row.time());
    batch.row_keys.push_back(row.key());
    batch.content_hashes.push_back(row.content());
    batch.cursors.push_back(static_cast<int64_t>(row.revision));
    country.push_text(fmt::format("C{:02}", row.chance(4) % 40));
    revenue.push_integer(static_cast<int64_t>(row.chance(5) % 10000 + row.revision));
  }
  batch.properties.push_back({"country", std::move(country)});
  batch.properties.push_back({"revenue", std::move(revenue)});
  return batch;
}

std::vector<std::vector<Row>> by_event(const std::vector<Row>& rows) {
  std::vector<std::vector<Row>> out(kEventCount);
  for (const Row& row : rows) out[row.event()].push_back(row);
  return out;
}

Result<void> append(event::Write& write, const std::vector<Row>& rows, uint64_t users,
                    const std::string& source = "events") {
  auto events = by_event(rows);
  for (size_t event = 0; event < kEventCount; ++event)
    TRY(write.append(batch_of(source, event, events[event], users)));
  return {};
}

std::vector<Row> rows_from(uint64_t first, uint64_t count) {
  std::vector<Row> rows;
  for (uint64_t i = first; i < first + count; ++i) rows.push_back({i});
  return rows;
}

class Rates {
 public:
  Rates(store::Store& store, uint64_t rows) : store_(store), rows_(rows), users_(rows / 50 + 1) {}

  Result<void> run() {
    TRY(load());
    TRY(small_batches());
    TRY(changes());
    return fill();
  }

 private:
  class Clock {
   public:
    double seconds() const {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
    }

   private:
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  };

  static void say(const std::string& what, uint64_t rows, double seconds) {
    fmt::print("{:<58}{:>12} rows {:>8.2f} s {:>12.0f} a second\n", what, rows, seconds,
               static_cast<double>(rows) / seconds);
    std::fflush(stdout);
  }

  Result<void> load() {
    Clock clock;
    auto write = TRY(store_.begin());
    for (uint64_t first = 0; first < rows_; first += 50'000)
      TRY(append(*write, rows_from(first, std::min<uint64_t>(50'000, rows_ - first)), users_));
    TRY(write->commit());
    say("loaded in one commit", rows_, clock.seconds());
    return {};
  }

  // Each batch is durable and seen before the next one is begun; merging is part of the time.
  Result<void> small_batches() {
    const uint64_t batch = 10'000, count = std::clamp<uint64_t>(rows_ / 10, batch, 2'000'000);
    std::vector<std::vector<Row>> batches;
    for (uint64_t first = 0; first < count; first += batch)
      batches.push_back(rows_from(rows_ + first, batch));
    Clock clock;
    double slowest = 0;
    for (const auto& rows : batches) {
      Clock of_batch;
      auto write = TRY(store_.begin());
      TRY(append(*write, rows, users_));
      TRY(write->commit());
      write.reset();
      TRY(store_.compact());
      TRY(store_.snapshot());
      slowest = std::max(slowest, of_batch.seconds());
    }
    say(fmt::format("in durable batches of {}, slowest {:.2f} s", batch, slowest),
        batches.size() * batch, clock.seconds());
    return {};
  }

  // A third removed, two thirds replaced, all over the store.
  Result<void> changes() {
    for (uint64_t batch : {uint64_t{10'000}, uint64_t{100'000}}) {
      uint64_t count = std::min<uint64_t>(rows_ / 4, 5 * batch), step = rows_ / count;
      Clock clock;
      uint64_t done = 0;
      ++revision_;
      for (uint64_t first = 0; first < count; first += batch) {
        std::vector<Row> replaced, removed;
        for (uint64_t i = first; i < std::min(count, first + batch); ++i) {
          Row row{i * step + revision_, revision_};
          (i % 3 == 0 ? removed : replaced).push_back(row);
        }
        auto write = TRY(store_.begin());
        TRY(append(*write, replaced, users_));
        TRY(remove(*write, removed));
        event::WriteCounts counts = TRY(write->commit());
        write.reset();
        TRY(store_.snapshot());
        done += counts.replaced + counts.removed;
      }
      say(fmt::format("replaced and removed, {} a commit", batch), done, clock.seconds());
    }
    Clock clock;
    TRY(store_.compact());
    fmt::print("merged behind in {:.2f} s\n", clock.seconds());
    return {};
  }

  Result<void> remove(event::Write& write, const std::vector<Row>& rows) {
    event::RemovedRows removed{"events"};
    for (const Row& row : rows) {
      removed.row_keys.push_back(row.key());
      removed.cursors.push_back(static_cast<int64_t>(row.revision));
    }
    return write.remove_rows(std::move(removed));
  }

  Result<void> fill() {
    Clock clock;
    auto write = TRY(store_.begin());
    for (uint64_t first = 0; first < rows_; first += 50'000) {
      auto events = by_event(rows_from(first, std::min<uint64_t>(50'000, rows_ - first)));
      for (size_t event = 0; event < kEventCount; ++event) {
        event::FilledRows filled{"events", kEvents[event]};
        event::Column orders({event::Type::kInteger});
        for (const Row& row : events[event]) {
          filled.row_keys.push_back(row.key());
          filled.content_hashes.push_back(row.content() + 1000);
          orders.push_integer(static_cast<int64_t>(row.chance(6) % 50));
        }
        filled.properties.push_back({"account_num_orders", std::move(orders)});
        TRY(write->fill(std::move(filled)));
      }
    }
    event::WriteCounts counts = TRY(write->commit());
    write.reset();
    TRY(store_.snapshot());
    say("given a new property", counts.filled, clock.seconds());
    return {};
  }

  store::Store& store_;
  uint64_t rows_, users_;
  uint64_t revision_ = 0;
};

Result<void> run(const std::string& folder, uint64_t rows) {
  std::filesystem::remove_all(folder);
  auto store = TRY(store::Store::open(folder, {.create = true}));
  return Rates(*store, rows).run();
}

volatile sig_atomic_t stopped = 0;

// Ten durable batches a second, each merged with what is small, until SIGTERM.
Result<void> arrive(const std::string& folder, uint64_t rows_a_second) {
  signal(SIGTERM, [](int) { stopped = 1; });
  auto store = TRY(store::Store::open(folder, {.create = false}));
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kPace(100);
  const uint64_t batch = std::max<uint64_t>(1, rows_a_second / 10);
  double slowest = 0;
  uint64_t rows = 0;
  auto began = Clock::now(), next = began;
  for (; stopped == 0; next += kPace) {
    std::this_thread::sleep_until(next);
    auto of_batch = Clock::now();
    auto write = TRY(store->begin());
    TRY(append(*write, rows_from(rows, batch), 1000, "arrivals"));
    TRY(write->commit());
    write.reset();
    TRY(store->compact());
    slowest = std::max(slowest, std::chrono::duration<double>(Clock::now() - of_batch).count());
    rows += batch;
  }
  double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  fmt::print("{} rows arrived in {:.1f} s, durable; the slowest batch took {:.2f} s\n", rows,
             seconds, slowest);
  return {};
}

}  // namespace
}  // namespace starling

int main(int argc, char** argv) {
  bool arrives = argc == 4 && std::string(argv[2]) == "arrive";
  long long number = argc > 2 ? std::atoll(argv[argc - 1]) : 0;
  if (arrives ? number < 1 : argc != 3 || number < 1000) {
    fmt::print(
        stderr,
        "store_rates FOLDER ROWS: ROWS is at least 1000; FOLDER is emptied first\n"
        "store_rates FOLDER arrive ROWS_A_SECOND: into the store that is there, until SIGTERM\n");
    return 2;
  }
  auto rows = static_cast<uint64_t>(number);
  auto done = arrives ? starling::arrive(argv[1], rows) : starling::run(argv[1], rows);
  if (done) return 0;
  fmt::print(stderr, "store_rates: {}\n", done.error().message);
  return 1;
}
