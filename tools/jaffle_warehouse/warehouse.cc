// The same bytes every time need more than the same rows: one thread and one transaction, so that
// DuckDB lays the tables out in one way; strings as dictionaries, for FSST takes a random sample;
// and one file name while the file is made, for DuckDB writes it into the catalog. The unused bytes
// of blocks are written as they were found in memory: main.cc sees to that.
#include "warehouse.h"

#include <duckdb.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "catalog.h"
#include "visits.h"

namespace jaffle {
namespace {

constexpr const char* kSettings =
    "set autoload_known_extensions = false;"
    "pragma force_compression = 'dictionary'";

constexpr const char* kSchema = R"(
  create table customers (customer_id varchar not null, customer_name varchar not null, customer_type varchar not null,
    email varchar not null, city varchar not null, country varchar not null, joined_via varchar not null,
    first_ordered_at timestamp not null, last_ordered_at timestamp not null, count_lifetime_orders integer not null,
    lifetime_spend decimal(16,2) not null);
  create table orders (order_id bigint not null, customer_id varchar not null, location_id varchar not null,
    ordered_at timestamp not null, channel varchar not null, discount_code varchar, subtotal decimal(16,2) not null,
    discount decimal(16,2) not null, tax_paid decimal(16,2) not null, order_total decimal(16,2) not null);
  create table order_items (order_item_id bigint not null, order_id bigint not null, product_id varchar not null,
    product_price decimal(16,2) not null);
  create table products (product_id varchar not null, product_name varchar not null, product_type varchar not null,
    product_description varchar not null, product_price decimal(16,2) not null, margin decimal(16,2) not null);
  create table locations (location_id varchar not null, location_name varchar not null, state varchar not null,
    opened_date date not null, tax_rate double not null);
  create table supplies (supply_id varchar not null, product_id varchar not null, supply_name varchar not null,
    supply_cost decimal(16,2) not null, is_perishable_supply boolean not null, valid_from timestamp not null,
    valid_to timestamp);
  create table app_events (event_id bigint not null, customer_id varchar not null, happened_at timestamp not null,
    event_name varchar not null, product_id varchar, platform varchar not null);
  create table customer_tiers (customer_id varchar not null, tier varchar not null, valid_from timestamp not null,
    valid_to timestamp);
)";

// Supply contracts are renewed every half year, product by product; the price then rises by 4 %. A
// renewal holds from its instant (inclusive) until the next (exclusive); the last is open-ended.
constexpr int kRenewals = 4;
constexpr int kDaysBetweenRenewals = 182;

class Database {
 public:
  explicit Database(const std::string& path) {
    duckdb_config config;
    duckdb_create_config(&config);
    duckdb_set_config(config, "threads", "1");
    char* message = nullptr;
    duckdb_state state = duckdb_open_ext(path.c_str(), &database_, config, &message);
    duckdb_destroy_config(&config);
    std::string problem = message ? message : "";
    duckdb_free(message);
    if (state != DuckDBSuccess) throw std::runtime_error(problem);
    duckdb_connect(database_, &connection_);
  }
  ~Database() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  Database(const Database&) = delete;

  void run(const char* sql) {
    duckdb_result result;
    duckdb_state state = duckdb_query(connection_, sql, &result);
    std::string problem = state == DuckDBSuccess ? "" : duckdb_result_error(&result);
    duckdb_destroy_result(&result);
    if (state != DuckDBSuccess) throw std::runtime_error(problem);
  }

  duckdb_connection connection() { return connection_; }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

// Appends rows to one table, cell by cell in the order of its columns. finish() reports what went
// wrong on the way.
class Table {
 public:
  Table(Database& database, const char* name) {
    duckdb_appender_create(database.connection(), nullptr, name, &appender_);
  }
  ~Table() { duckdb_appender_destroy(&appender_); }
  Table(const Table&) = delete;

  Table& text(std::string_view value) {
    return check(duckdb_append_varchar_length(appender_, value.data(), value.size()));
  }
  Table& text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  Table& integer(int64_t value) { return check(duckdb_append_int64(appender_, value)); }
  Table& number(double value) { return check(duckdb_append_double(appender_, value)); }
  Table& boolean(bool value) { return check(duckdb_append_bool(appender_, value)); }
  Table& money(int64_t cents) {
    duckdb_hugeint digits{static_cast<uint64_t>(cents), cents < 0 ? -1 : 0};
    duckdb_value value = duckdb_create_decimal({16, 2, digits});
    check(duckdb_append_value(appender_, value));
    duckdb_destroy_value(&value);
    return *this;
  }
  Table& timestamp(int64_t seconds) {
    return check(duckdb_append_timestamp(appender_, {seconds * 1'000'000}));
  }
  Table& date(std::chrono::sys_days day) {
    return check(
        duckdb_append_date(appender_, {static_cast<int32_t>(day.time_since_epoch().count())}));
  }
  Table& null() { return check(duckdb_append_null(appender_)); }
  void end_row() { check(duckdb_appender_end_row(appender_)); }

  void finish() {
    if (failed_ || duckdb_appender_close(appender_) != DuckDBSuccess) {
      throw std::runtime_error(duckdb_appender_error(appender_));
    }
  }

 private:
  Table& check(duckdb_state state) {
    failed_ = failed_ || state != DuckDBSuccess;
    return *this;
  }

  duckdb_appender appender_ = nullptr;
  bool failed_ = false;
};

std::string numbered(const char* pattern, int number) {
  char text[32];
  std::snprintf(text, sizeof text, pattern, number);
  return text;
}

std::string customer_id(int index) { return numbered("C%06d", index + 1); }
std::string location_id(int index) { return numbered("L%02d", index + 1); }

void write_customers(Database& database, const Shop& shop) {
  Table table(database, "customers");
  for (size_t i = 0; i < shop.customers.size(); ++i) {
    const Customer& customer = shop.customers[i];
    table.text(customer_id(static_cast<int>(i))).text(customer.name);
    table.text(customer.orders > 1 ? "returning" : "new");
    table.text(customer.email).text(customer.city).text(customer.country).text(customer.joined_via);
    table.timestamp(customer.first_order).timestamp(customer.last_order);
    table.integer(customer.orders).money(customer.spent_cents).end_row();
  }
  table.finish();
}

void write_orders(Database& database, const Shop& shop) {
  Table table(database, "orders");
  int64_t order_id = 0;
  for (const Order& order : shop.orders) {
    table.integer(++order_id).text(customer_id(order.customer)).text(location_id(order.location));
    table.timestamp(order.ordered_at).text(order.channel).text_or_null(order.discount_code);
    table.money(order.subtotal_cents).money(order.discount_cents);
    table.money(order.tax_cents).money(order.total_cents()).end_row();
  }
  table.finish();
}

void write_order_items(Database& database, const Shop& shop) {
  Table table(database, "order_items");
  int64_t order_id = 0, item_id = 0;
  for (const Order& order : shop.orders) {
    ++order_id;
    for (const Item& item : order.items) {
      table.integer(++item_id).integer(order_id).text(products()[item.product].id);
      table.money(item.price_cents).end_row();
    }
  }
  table.finish();
}

int64_t cost_after(const Supply& supply, int renewals) {
  int64_t cost = supply.cost_cents;
  for (int i = 0; i < renewals; ++i) cost = (cost * 104 + 50) / 100;
  return cost;
}

void write_products(Database& database) {
  Table table(database, "products");
  for (const Product& product : products()) {
    int64_t cost = 0;
    for (const Supply& supply : supplies()) {
      if (supply.product_id == product.id) cost += cost_after(supply, kRenewals);
    }
    table.text(product.id).text(product.name).text(product.type).text(product.description);
    table.money(product.price_cents).money(product.price_cents - cost).end_row();
  }
  table.finish();
}

void write_locations(Database& database, const Shop& shop, int days) {
  Table table(database, "locations");
  for (size_t i = 0; i < locations().size(); ++i) {
    const Location& location = locations()[i];
    table.text(location_id(static_cast<int>(i))).text(location.name).text(location.state);
    table.date(shop.start + std::chrono::days(location.opening_day * days / 730));
    table.number(location.tax_rate).end_row();
  }
  table.finish();
}

void write_supplies(Database& database, const Shop& shop) {
  Table table(database, "supplies");
  for (const Supply& supply : supplies()) {
    // A product's contracts end on a day of its own, the same for all of its supplies.
    int last_letter = supply.product_id.back();
    std::chrono::sys_days from = shop.start - std::chrono::days(90 + 7 * (last_letter % 8));
    for (int renewal = 0; renewal <= kRenewals; ++renewal) {
      std::chrono::sys_days to = from + std::chrono::days(kDaysBetweenRenewals);
      table.text(supply.id).text(supply.product_id).text(supply.name);
      table.money(cost_after(supply, renewal)).boolean(supply.perishable);
      table.timestamp(from.time_since_epoch().count() * int64_t{86400});
      if (renewal < kRenewals) {
        table.timestamp(to.time_since_epoch().count() * int64_t{86400}).end_row();
      } else {
        table.null().end_row();
      }
      from = to;
    }
  }
  table.finish();
}

void write_app_events(Database& database, const Shop& shop, const Options& options) {
  Table table(database, "app_events");
  int64_t event_id = 0;
  for (const AppEvent& event : app_events(shop, options)) {
    table.integer(++event_id).text(customer_id(event.customer)).timestamp(event.happened_at);
    table.text(event.name).text_or_null(event.product < 0 ? "" : products()[event.product].id);
    table.text(event.platform).end_row();
  }
  table.finish();
}

void write_tiers(Database& database, const Shop& shop) {
  Table table(database, "customer_tiers");
  for (const Tier& tier : tiers(shop)) {
    table.text(customer_id(tier.customer)).text(tier.name).timestamp(tier.valid_from);
    tier.valid_to == 0 ? table.null() : table.timestamp(tier.valid_to);
    table.end_row();
  }
  table.finish();
}

void write_tables(const Shop& shop, const Options& options, const std::string& path) {
  Database database(path);
  database.run(kSettings);
  database.run(kSchema);
  database.run("begin");
  write_customers(database, shop);
  write_orders(database, shop);
  write_order_items(database, shop);
  write_products(database);
  write_locations(database, shop, options.days);
  write_supplies(database, shop);
  write_app_events(database, shop, options);
  write_tiers(database, shop);
  database.run("commit");
  database.run("checkpoint");
}

}  // namespace

std::string write_warehouse(const Shop& shop, const Options& options, const std::string& path) {
  std::filesystem::path folder = path + ".unfinished";
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (!std::filesystem::create_directory(folder, error)) {
    return "cannot make the folder " + folder.string() + ": " + error.message();
  }
  std::string problem;
  try {
    write_tables(shop, options, folder / "jaffle.duckdb");
    std::filesystem::rename(folder / "jaffle.duckdb", path);
  } catch (const std::exception& failure) {
    problem = "cannot write " + path + ": " + failure.what();
  }
  std::filesystem::remove_all(folder, error);
  return problem;
}

}  // namespace jaffle
