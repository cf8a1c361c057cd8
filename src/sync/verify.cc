#include "sync/verify.h"

#include <charconv>
#include <map>
#include <set>

#include "sync/follow.h"
#include "sync/mirror.h"
#include "sync/row_text.h"

namespace starling::sync {
namespace {

using model::Select;

struct DayTotals {
  uint64_t rows = 0, key_sum = 0;
};

uint64_t number(const event::Column& column, size_t row) {
  std::string text = key_text(column, row);
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<std::map<std::string, DayTotals>> warehouse_days(const Context& context,
                                                        const Select& select) {
  std::map<std::string, DayTotals> days;
  TRY(context.warehouse.read(
      {select.day_totals_sql},
      [&](source::Rows rows) -> Result<void> {
        for (size_t row = 0; row < rows.size(); ++row) {
          days[key_text(rows.columns[0], row)] = {number(rows.columns[1], row),
                                                  number(rows.columns[2], row)};
        }
        return {};
      },
      [](source::Reject) {}));
  days.erase("");
  return days;
}

// Each day of the warehouse with what the store has between its begin and its end. What the store
// has on other days is told of the day before.
Result<void> compare_days(const Context& context, const Select& select, Verification& found) {
  auto days = TRY(warehouse_days(context, select));
  std::vector<int64_t> bounds;
  std::map<std::string, std::pair<int64_t, int64_t>> spans;
  for (const auto& [day, totals] : days) {
    auto date = base::Date::parse(day);
    if (!date) continue;
    int64_t from = day_start(context, select, day)->value;
    int64_t to = day_start(context, select, base::Date{date->days + 1}.text())->value;
    spans[day] = {from, to};
    if (bounds.empty() || bounds.back() != from) bounds.push_back(from);
    bounds.push_back(to);
  }
  auto stored = TRY(context.sink.totals_between(select.source, bounds));
  found.by_key = !select.totals_sql.empty();
  size_t place = 1;
  uint64_t seen = 0;
  for (const auto& [day, span] : spans) {
    while (bounds[place - 1] != span.first) ++place;
    const event::SourceTotals& store = stored[place];
    const DayTotals& warehouse = days[day];
    seen += store.rows;
    found.rows += warehouse.rows;
    ++found.days;
    bool equal =
        warehouse.rows == store.rows && (!found.by_key || warehouse.key_sum == store.key_sum);
    if (!equal) found.differing.push_back({day, warehouse.rows, store.rows});
  }
  uint64_t all = TRY(context.sink.source_totals(select.source)).rows;
  if (all > seen) found.differing.push_back({"other days", 0, all - seen});
  return {};
}

Result<void> compare_table(const Context& context, const Select& select, Verification& found) {
  TRY(context.warehouse.read(
      {select.count_sql},
      [&](source::Rows rows) -> Result<void> {
        found.rows = number(rows.columns[0], 0);
        return {};
      },
      [](source::Reject) {}));
  uint64_t stored = select.kind == Select::Kind::kUsers
                        ? context.sink.user_rows()
                        : context.sink.lookup_rows(select.source).value_or(0);
  if (stored != found.rows) found.differing.push_back({"", found.rows, stored});
  return {};
}

// What the next run of a mirror is to read again. A row that is in the store alone lies on a day
// that the warehouse does not have: then everything is read.
Result<void> forget(const Context& context, const Select& select, const Verification& found) {
  std::set<std::string> days;
  bool everything = false;
  for (const DayDifference& difference : found.differing) {
    everything |= difference.day == "other days";
    days.insert(difference.day);
  }
  std::string document = context.sink.document(days_document(select.source)).value_or("");
  auto write = TRY(context.sink.begin());
  TRY(write->set_document(days_document(select.source),
                          everything ? "" : days_without(document, days)));
  TRY(write->set_document(pending_document(select.source), ""));
  TRY(write->commit());
  return {};
}

}  // namespace

Result<std::vector<Verification>> verify(const model::Compiled& compiled, source::Source& warehouse,
                                         event::EventSink& sink, const base::Clock& clock,
                                         const Options& options, bool repair) {
  Context context = TRY(make_context(compiled, warehouse, sink, clock, options));
  std::vector<Verification> all;
  for (const Select& select : compiled.selects) {
    if (!is_chosen(options, select)) continue;
    Verification found;
    found.source = select.source;
    bool of_events = select.kind == Select::Kind::kEvents;
    found.kind = of_events ? "events" : select.kind == Select::Kind::kUsers ? "users" : "lookup";
    auto compared =
        of_events ? compare_days(context, select, found) : compare_table(context, select, found);
    if (!compared) found.fault = compared.error().message;
    bool mirrored = of_events && select.sync.mode == model::SyncMode::kMirror;
    if (repair && mirrored && !found.differing.empty()) TRY(forget(context, select, found));
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace starling::sync
