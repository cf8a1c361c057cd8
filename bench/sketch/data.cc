#include "data.h"

#include <duckdb.h>

#include <cstdio>
#include <cstdlib>
#include <functional>

namespace starling::sketch {
namespace {

constexpr const char* kEventNames[] = {
    "page viewed",    "product viewed",    "search made",  "list viewed",      "image opened",
    "review read",    "added to cart",     "cart viewed",  "checkout started", "order completed",
    "coupon applied", "wishlist added",    "video played", "signed in",        "shared",
    "support opened", "newsletter opened", "signed up",    "returned item",    "settings changed"};
constexpr const char* kCountryNames[] = {"US", "DE", "GB", "FR", "IN", "BR", "CA", "ES",
                                         "IT", "NL", "AU", "SE", "PL", "MX", "JP"};
constexpr const char* kPlatformNames[] = {"web", "ios", "android", "tv"};
constexpr int kMonthStarts[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

template <size_t n>
std::string list_of(const char* const (&names)[n]) {
  std::string out;
  for (const char* name : names) out += (out.empty() ? "['" : "', '") + std::string(name);
  return out + "']";
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "sketch: %s\n", what);
  std::exit(1);
}

// One thread, one file; columns come as the C types the query casts to.
class Reader {
 public:
  Reader() {
    if (duckdb_open(nullptr, &database_) == DuckDBError ||
        duckdb_connect(database_, &connection_) == DuckDBError)
      fail("DuckDB does not open");
  }
  ~Reader() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  Reader(const Reader&) = delete;

  void each(const std::string& sql, const std::function<void(duckdb_data_chunk, idx_t)>& take) {
    duckdb_result result;
    if (duckdb_query(connection_, sql.c_str(), &result) == DuckDBError)
      fail(duckdb_result_error(&result));
    while (duckdb_data_chunk chunk = duckdb_fetch_chunk(result)) {
      take(chunk, duckdb_data_chunk_get_size(chunk));
      duckdb_destroy_data_chunk(&chunk);
    }
    duckdb_destroy_result(&result);
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

template <class T>
const T* column(duckdb_data_chunk chunk, idx_t index) {
  return static_cast<const T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, index)));
}

// Users ascend; those without rows have none.
void add_row(Rows& rows, uint32_t user, int64_t time) {
  while (rows.first.size() <= user) rows.first.push_back(rows.times.size());
  rows.times.push_back(time);
}

void end_rows(Rows& rows, uint32_t users) {
  while (rows.first.size() <= users) rows.first.push_back(rows.times.size());
}

void load_rows(Reader& reader, const std::string& file, Data& data) {
  std::string sql =
      "set threads = 2; select substr(user_id, 2)::uinteger, epoch_ms(time)::bigint, "
      "(list_position(" +
      list_of(kEventNames) + ", event_name) - 1)::utinyint, (list_position(" +
      list_of(kCountryNames) + ", country) - 1)::utinyint, (list_position(" +
      list_of(kPlatformNames) +
      ", platform) - 1)::utinyint, coalesce(revenue * 100, 0)::bigint, coalesce(len(items), "
      "0)::utinyint from '" +
      file + "' order by user_id, time, row_id";
  uint64_t lines = 0;
  reader.each(sql, [&](duckdb_data_chunk chunk, idx_t count) {
    const auto* users = column<uint32_t>(chunk, 0);
    const auto* times = column<int64_t>(chunk, 1);
    const auto* events = column<uint8_t>(chunk, 2);
    const auto* countries = column<uint8_t>(chunk, 3);
    for (idx_t i = 0; i < count; ++i) {
      add_row(data.all, users[i], times[i]);
      data.events.push_back(events[i]);
      data.days.push_back(static_cast<uint16_t>(day_of(times[i])));
      data.countries.resize(users[i] + 1);
      data.countries[users[i]] = countries[i];
      if (events[i] == kProductViewed) add_row(data.views, users[i], times[i]);
      if (events[i] == kAddedToCart) add_row(data.carts, users[i], times[i]);
      if (events[i] != kOrderCompleted) continue;
      add_row(data.orders, users[i], times[i]);
      data.orders.platforms.push_back(column<uint8_t>(chunk, 4)[i]);
      data.orders.revenue.push_back(column<int64_t>(chunk, 5)[i]);
      data.orders.first_line.push_back(lines);
      lines += column<uint8_t>(chunk, 6)[i];
    }
  });
  data.orders.first_line.push_back(lines);
  auto users = static_cast<uint32_t>(data.countries.size());
  for (Rows* rows : {&data.all, &data.views, &data.carts, static_cast<Rows*>(&data.orders)})
    end_rows(*rows, users);
}

void load_lines(Reader& reader, const std::string& file, Orders& orders) {
  std::string sql =
      "select substr(line.product_id, 2)::utinyint, line.quantity::utinyint from (select user_id, "
      "time, row_id, "
      "generate_subscripts(items, 1) as place, unnest(items) as line from '" +
      file + "' where event_name = 'order completed') order by user_id, time, row_id, place";
  reader.each(sql, [&](duckdb_data_chunk chunk, idx_t count) {
    const auto* products = column<uint8_t>(chunk, 0);
    const auto* quantities = column<uint8_t>(chunk, 1);
    orders.products.insert(orders.products.end(), products, products + count);
    orders.quantities.insert(orders.quantities.end(), quantities, quantities + count);
  });
}

}  // namespace

std::string day_text(int day) {
  int month = month_of_day(day);
  char text[16];
  std::snprintf(text, sizeof text, "2025-%02d-%02d", month + 1, day - kMonthStarts[month] + 1);
  return text;
}

int month_of_day(int day) {
  int month = 0;
  while (kMonthStarts[month + 1] <= day) ++month;
  return month;
}

int day_of_month(int month) { return kMonthStarts[month]; }

Answer& Answer::cents(const char* name, int64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "%lld.%02lld", static_cast<long long>(value / 100),
                static_cast<long long>(value % 100));
  return raw(name, text);
}

Data load(const std::string& file) {
  Data data;
  data.event_names.assign(std::begin(kEventNames), std::end(kEventNames));
  data.country_names.assign(std::begin(kCountryNames), std::end(kCountryNames));
  data.platform_names.assign(std::begin(kPlatformNames), std::end(kPlatformNames));
  Reader reader;
  load_rows(reader, file, data);
  load_lines(reader, file, data.orders);
  return data;
}

}  // namespace starling::sketch
