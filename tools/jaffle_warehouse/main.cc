// Makes the demo warehouse: a Jaffle-Shop-like star schema in a DuckDB file. The same options give
// the same bytes.
#include <sys/personality.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>

#include "simulate.h"
#include "warehouse.h"

namespace {

constexpr const char* kUsage =
    R"(Makes a Jaffle-Shop-like star schema in a DuckDB file. The same options give the same bytes.

usage: jaffle_warehouse --out FILE [--end YYYY-MM-DD] [--orders N] [--days N] [--seed N]

  --out FILE         the file to make or to replace
  --end YYYY-MM-DD   last day with orders (default: yesterday, UTC)
  --orders N         about how many orders, 1 to 50000000 (default 240000)
  --days N           how many days of them, 30 to 10000 (default 730)
  --seed N           another seed is another shop (default 1)
)";

struct Arguments {
  jaffle::Options options;
  std::string out;
};

template <typename Number>
std::optional<Number> number(const char* text, Number low, Number high) {
  Number value{};
  auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
  if (error != std::errc() || *end != '\0' || value < low || value > high) return std::nullopt;
  return value;
}

std::optional<std::chrono::sys_days> date(const char* text) {
  int year = 0;
  unsigned month = 0, day = 0;
  int length = 0;
  if (std::sscanf(text, "%4d-%2u-%2u%n", &year, &month, &day, &length) != 3 ||
      text[length] != '\0') {
    return std::nullopt;
  }
  std::chrono::year_month_day parsed{std::chrono::year(year), std::chrono::month(month),
                                     std::chrono::day(day)};
  if (!parsed.ok() || year < 1975 || year > 2200) return std::nullopt;
  return std::chrono::sys_days(parsed);
}

// Sets one option; false when the value does not fit.
bool set(Arguments& arguments, const std::string& name, const char* value) {
  auto put = [](auto parsed, auto& into) {
    if (parsed) into = *parsed;
    return parsed.has_value();
  };
  if (name == "--out") return arguments.out = value, !arguments.out.empty();
  if (name == "--end") return put(date(value), arguments.options.end);
  if (name == "--orders") return put(number<int>(value, 1, 50'000'000), arguments.options.orders);
  if (name == "--days") return put(number<int>(value, 30, 10'000), arguments.options.days);
  if (name == "--seed") return put(number<uint64_t>(value, 0, UINT64_MAX), arguments.options.seed);
  return false;
}

// Starts the program again with memory at the same addresses every time, kept until the end, and
// without the caller's environment. DuckDB writes unused bytes of its blocks as it finds them in
// memory, and what it finds depends on the addresses and on when memory went back to the system.
// Where a sandbox forbids it, those bytes (and the checksums over them) may differ.
void fix_addresses(char** arguments) {
  int now = personality(0xffffffff);
  if (now == -1 || (now & ADDR_NO_RANDOMIZE) || personality(now | ADDR_NO_RANDOMIZE) == -1) return;
  char never_give_back[] = "DUCKDB_JE_MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1";
  char* environment[] = {never_give_back, nullptr};
  execve("/proc/self/exe", arguments, environment);
}

int refuse(const std::string& why) {
  std::fprintf(stderr, "jaffle_warehouse: %s (--help lists the options)\n", why.c_str());
  return 2;
}

}  // namespace

int main(int count, char** values) {
  fix_addresses(values);
  Arguments arguments;
  auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  arguments.options.end = today - std::chrono::days(1);
  for (int i = 1; i < count; i += 2) {
    std::string name = values[i];
    if (name == "--help") return std::fputs(kUsage, stdout), 0;
    if (i + 1 == count) return refuse(name + " needs a value, or is no option");
    if (!set(arguments, name, values[i + 1]))
      return refuse("cannot use " + name + " " + values[i + 1]);
  }
  if (arguments.out.empty()) return refuse("--out FILE is missing");

  jaffle::Shop shop = jaffle::simulate(arguments.options);
  std::string problem = jaffle::write_warehouse(shop, arguments.options, arguments.out);
  if (!problem.empty()) return std::fprintf(stderr, "jaffle_warehouse: %s\n", problem.c_str()), 1;
  std::fprintf(stderr, "%s: %zu orders by %zu customers\n", arguments.out.c_str(),
               shop.orders.size(), shop.customers.size());
  return 0;
}
