// Under standard sync the store may lawfully differ from the warehouse in three ways, all of them
// counted: rows kept aside, rows that share an id with another row, and rows deleted or changed in
// the warehouse after they were read. The first two are taken out before comparing; the third is
// what the comparison is there to show.
#include "sync/reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "sync/row_text.h"

namespace starling::sync {
namespace {

using model::Select;
using source::Rows;

struct WarehouseTotals {
  uint64_t rows = 0;
  std::optional<uint64_t> key_sum, time_sum;
};

std::optional<uint64_t> number(const Rows& rows, size_t column) {
  if (rows.columns.size() <= column) return std::nullopt;
  std::string text = key_text(rows.columns[column], 0);
  bool negative = text.starts_with('-');
  uint64_t value = 0;
  auto [end, error] = std::from_chars(text.data() + negative, text.data() + text.size(), value);
  if (text.empty() || error != std::errc()) return std::nullopt;
  return negative ? 0 - value : value;
}

Result<WarehouseTotals> warehouse_totals(const Context& context, const Select& select) {
  WarehouseTotals totals;
  TRY(context.warehouse.read(
      {select.totals_sql.empty() ? select.count_sql : select.totals_sql},
      [&](Rows rows) -> Result<void> {
        if (rows.size() == 0) return {};
        totals.rows = number(rows, 0).value_or(0);
        totals.key_sum = number(rows, 1);
        totals.time_sum = number(rows, 2);
        return {};
      },
      [](source::Reject) {}));
  return totals;
}

// Rows that share their id with another row: counted only when the plain counts differ, for it
// reads every id.
Result<uint64_t> count_duplicates(const Context& context, const Select& select, uint64_t rows) {
  if (select.id_columns == 0) return uint64_t{0};
  std::string key = select.event.empty() ? "\"event\"" : "";
  for (int i = 1; i <= select.id_columns; ++i)
    key += fmt::format("{}\"id_{}\"", key.empty() ? "" : ", ", i);
  uint64_t distinct = rows;
  TRY(context.warehouse.read(
      {fmt::format("SELECT count(*) FROM (SELECT DISTINCT {} FROM ({}) AS rows) AS keys", key,
                   select.sql)},
      [&](Rows found) -> Result<void> {
        if (found.size() > 0) distinct = number(found, 0).value_or(rows);
        return {};
      },
      [](source::Reject) {}));
  return rows - std::min(rows, distinct);
}

}  // namespace

Result<Reconciliation> reconcile(const Context& context, const Select& select,
                                 const Reading& reading) {
  Reconciliation found;
  WarehouseTotals warehouse = TRY(warehouse_totals(context, select));
  found.warehouse_rows = warehouse.rows;
  if (select.kind == Select::Kind::kUsers) {
    found.store_rows = context.sink.user_rows();
  } else if (select.kind == Select::Kind::kLookup) {
    found.store_rows = context.sink.lookup_rows(select.source).value_or(0);
  }
  if (select.kind != Select::Kind::kEvents) {
    found.kept_aside = reading.map.kept_aside_count;
    found.duplicates = reading.table_duplicates;
    found.equal = found.warehouse_rows == found.store_rows + found.kept_aside + found.duplicates;
    return found;
  }

  event::SourceTotals store = TRY(context.sink.source_totals(select.source));
  found.store_rows = store.rows;
  uint64_t kept_keys = 0, unreadable = 0;
  for (const KeptAside& row : reading.map.kept_aside) {
    if (row.reason.starts_with(kUnreadable)) {
      ++unreadable;
    } else {
      kept_keys += base::md5_prefix(row.id);
    }
  }
  bool all_listed = reading.map.kept_aside_count == reading.map.kept_aside.size();
  // An unreadable line of a text file is a row only to a query that does not read the unreadable
  // cell: of these lines the warehouse may count none, some or all.
  found.kept_aside = reading.map.kept_aside_count - unreadable;
  uint64_t explained = found.store_rows + found.kept_aside;
  if (found.warehouse_rows > explained)
    found.kept_aside += std::min(unreadable, found.warehouse_rows - explained);
  if (found.warehouse_rows != found.store_rows + found.kept_aside) {
    found.duplicates = TRY(count_duplicates(context, select, found.warehouse_rows));
  }
  found.equal = found.warehouse_rows == found.store_rows + found.kept_aside + found.duplicates;
  if (warehouse.key_sum && found.duplicates == 0 && all_listed && unreadable == 0) {
    found.checksums = true;
    found.equal = found.equal && *warehouse.key_sum == store.key_sum + kept_keys;
    if (warehouse.time_sum && found.kept_aside == 0) {
      found.equal = found.equal && *warehouse.time_sum == static_cast<uint64_t>(store.time_sum);
    }
  }
  return found;
}

std::string explain(const Select& select, const Reconciliation& found) {
  if (found.equal) return "";
  uint64_t expected = found.store_rows + found.kept_aside + found.duplicates;
  bool standard = select.sync.mode == model::SyncMode::kStandard;
  if (found.warehouse_rows > expected) {
    return fmt::format(
        "the warehouse has {} rows more than the store{}", found.warehouse_rows - expected,
        standard
            ? ": rows that came later than the overlap, or while the run was reading; `starling "
              "sync --backfill` brings them in"
            : "");
  }
  if (found.warehouse_rows < expected) {
    return fmt::format(
        "the warehouse has {} rows fewer than the store{}", expected - found.warehouse_rows,
        standard ? ": they were deleted after they had been read, which standard sync does not see"
                 : "");
  }
  return "the warehouse has as many rows as the store, but not the same ones";
}

}  // namespace starling::sync
