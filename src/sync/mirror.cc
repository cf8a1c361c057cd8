#include "sync/mirror.h"

#include <fmt/format.h>

#include "base/document.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "model/dialect.h"
#include "sync/follow.h"
#include "sync/map_events.h"
#include "sync/row_text.h"

namespace starling::sync {
namespace {

using base::Date;
using model::Select;

constexpr size_t kRangesMax = 200;  // conditions of one query
// Few rows may go without asking: a small table changes by more than a third in a day.
constexpr uint64_t kRemovedFreely = 100;

std::string fingerprint(const Select& select) {
  return fmt::format("{:016x}", base::hash64(select.days_sql));
}

Result<DayChecksums> warehouse_days(const Context& context, const Select& select) {
  DayChecksums days;
  TRY(context.warehouse.read(
      {select.days_sql},
      [&](source::Rows rows) -> Result<void> {
        for (size_t row = 0; row < rows.size(); ++row)
          days[key_text(rows.columns[0], row)] = key_text(rows.columns[1], row);
        return {};
      },
      [](source::Reject) {}));
  return days;
}

// Nothing when there is none, or when it is of another SELECT.
std::optional<DayChecksums> remembered_days(const Context& context, const Select& select) {
  auto text = context.sink.document(days_document(select.source));
  auto parsed = base::parse_json(text.value_or(""));
  if (!parsed) return std::nullopt;
  const base::Node* of = parsed.value().find("of");
  const base::Node* list = parsed.value().find("days");
  if (of == nullptr || list == nullptr || of->text != fingerprint(select)) return std::nullopt;
  DayChecksums days;
  for (const auto& [day, checksum] : list->fields) days.emplace(day, checksum.text);
  return days;
}

std::set<std::string> changed_days(const DayChecksums& before, const DayChecksums& now) {
  std::set<std::string> changed;
  for (const auto& [day, checksum] : now) {
    auto found = before.find(day);
    if (found == before.end() || found->second != checksum) changed.insert(day);
  }
  for (const auto& [day, checksum] : before) {
    if (!now.contains(day)) changed.insert(day);
  }
  return changed;
}

// Neighbouring days together; nothing when one is no day of our calendar.
std::optional<std::vector<std::pair<Date, Date>>> ranges_of(const std::set<std::string>& days) {
  std::vector<std::pair<Date, Date>> ranges;
  for (const std::string& text : days) {
    if (text.empty()) continue;
    std::optional<Date> day = Date::parse(text);
    if (!day) return std::nullopt;
    Date next{day->days + 1};
    if (!ranges.empty() && ranges.back().second.days == day->days) {
      ranges.back().second = next;
    } else {
      ranges.emplace_back(*day, next);
    }
  }
  return ranges;
}

// Rows kept aside are to be tried again, whether they have changed or not.
bool has_kept_aside(const Context& context, const Select& select) {
  return !context.sink.document(kept_aside_document(select.source)).value_or("").empty();
}

// A day as the column writes it: midnight of that column.
int64_t raw_midnight(const Select& select, Date day) {
  bool is_date = select.time.type->type == event::Type::kDate;
  return is_date ? day.days : day.days * base::kDayMs;
}

}  // namespace

Result<MirrorStep> plan_mirror(const Context& context, const Select& select, bool anew) {
  MirrorStep step;
  auto pending = context.pending.find(select.source);
  bool named = !anew && pending != context.pending.end() && !pending->second.everything &&
               !has_kept_aside(context, select);
  if (named) {
    step.keys = pending->second.keys;
    const model::Dialect& dialect = model::dialect_of(context.warehouse.product());
    if (!step.keys->empty()) step.sql = sql_of_keys(select, dialect, *step.keys);
    return step;
  }
  bool compares_days = !select.days_sql.empty();
  if (compares_days) step.days = TRY(warehouse_days(context, select));
  step.sql = select.sql;
  step.everything = true;
  step.spans = {{INT64_MIN, INT64_MAX}};
  step.days_changed = step.days.size();
  auto before = remembered_days(context, select);
  if (anew || !compares_days || !before) return step;
  std::set<std::string> changed = changed_days(*before, step.days);
  auto ranges = ranges_of(changed);
  bool is_most = changed.size() > 10 && changed.size() * 2 > step.days.size();
  if (!ranges || ranges->size() > kRangesMax || is_most) return step;
  Instants instants(select.time, context.warehouse_zone, context.project_zone);
  step.everything = false;
  step.days_changed = changed.size();
  step.sql = changed.empty() ? "" : select.sql_of_days(*ranges);
  step.spans.clear();
  for (const auto& [from, to] : *ranges) {
    step.spans.push_back({instants.of(raw_midnight(select, from)).value,
                          instants.of(raw_midnight(select, to)).value});
  }
  return step;
}

std::string days_to_remember(const Select& select, const MirrorStep& step,
                             const std::set<std::string>& unsettled, bool has_duplicates) {
  base::JsonWriter json;
  json.begin_object().key("of").text(fingerprint(select)).key("days").begin_object();
  for (const auto& [day, checksum] : step.days) {
    if (has_duplicates || day.empty() || unsettled.contains(day)) continue;
    json.key(day).text(checksum);
  }
  json.end_object().end_object();
  return json.take();
}

std::string days_without(const std::string& document, const std::set<std::string>& days) {
  auto parsed = base::parse_json(document);
  if (!parsed) return "";
  base::Node node = std::move(parsed).value();
  for (auto& [key, list] : node.fields) {
    if (key == "days")
      std::erase_if(list.fields, [&](const auto& field) { return days.contains(field.first); });
  }
  return base::to_json(node);
}

std::optional<base::TimeMs> day_start(const Context& context, const Select& select,
                                      const std::string& day) {
  std::optional<Date> date = Date::parse(day);
  if (!date) return std::nullopt;
  Instants instants(select.time, context.warehouse_zone, context.project_zone);
  return instants.of(raw_midnight(select, *date));
}

bool removes_too_much(uint64_t removed, uint64_t rows_before) {
  return removed > kRemovedFreely && removed * 10 > rows_before * 3;
}

}  // namespace starling::sync
