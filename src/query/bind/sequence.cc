#include "query/bind/sequence.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "query/bind/reference.h"
#include "query/bind/selector.h"

namespace starling::query {
namespace {

constexpr int64_t kMaxDurationMs = 366 * base::kDayMs;
constexpr size_t kMaxHeld = 3;

std::optional<int64_t> span_ms(const base::Span& span) {
  if (span.unit == base::Span::Unit::kMonth) {
    if (span.count > 100) return std::nullopt;
    return span.count * 30 * base::kDayMs;
  }
  return span.milliseconds();
}

}  // namespace

std::optional<int64_t> bind_duration(Scope& scope, const Place& at, int64_t least_ms) {
  auto span = at->is_text() ? base::Span::parse(at->text) : std::nullopt;
  auto length = span ? span_ms(*span) : std::nullopt;
  if (!length) {
    add_expected(at, scope.problems, "a length of time like \"30 minutes\" or \"7 days\"");
    return std::nullopt;
  }
  if (*length < least_ms || *length > kMaxDurationMs) {
    scope.problems.add(at, fmt::format("{} is out of range; from {} seconds to 366 days fit",
                                       base::json_quoted(at->text), least_ms / 1000));
    return std::nullopt;
  }
  return length;
}

std::optional<base::CalendarUnit> bind_unit(Scope& scope, Fields& fields) {
  using base::CalendarUnit;
  auto at = fields.get("unit");
  if (!at) return std::nullopt;
  return read_choice<CalendarUnit>(*at, scope.problems, "unit",
                                   {{"hour", CalendarUnit::kHour},
                                    {"day", CalendarUnit::kDay},
                                    {"week", CalendarUnit::kWeek},
                                    {"month", CalendarUnit::kMonth},
                                    {"quarter", CalendarUnit::kQuarter},
                                    {"year", CalendarUnit::kYear}});
}

std::vector<Reference> bind_hold(Scope& scope, Fields& fields) {
  std::vector<Reference> held;
  auto at = fields.get("hold");
  if (!at) return held;
  std::vector<Place> items = read_list(*at, scope.problems);
  if (items.size() > kMaxHeld) {
    scope.problems.add(
        *at, fmt::format("at most {} properties can be held; found {}", kMaxHeld, items.size()));
  }
  for (const Place& item : items) {
    Fields own(item, scope.problems);
    auto reference = bind_reference(scope, own);
    own.finish();
    if (!reference) continue;
    if (!reference->list().empty() || reference->type.is_list()) {
      scope.problems.add(item,
                         fmt::format("{} is a list; only what has one value an event can be held",
                                     base::json_quoted(reference_text(*reference))));
    } else {
      held.push_back(std::move(*reference));
    }
  }
  return held;
}

std::vector<std::string> event_names(const Place& selector) {
  const base::Node* event = selector->find("event");
  if (event == nullptr) return {};
  if (event->is_text()) return {event->text};
  std::vector<std::string> names;
  for (const base::Node& item : event->items) names.push_back(item.text);
  return names;
}

std::vector<Selector> bind_selectors(Scope& scope, const Place& at) {
  std::vector<Selector> out;
  for (const Place& item : read_list(at, scope.problems)) {
    Fields fields(item, scope.problems);
    auto selector = bind_selector(scope, fields, std::nullopt);
    fields.finish();
    if (selector) out.push_back(std::move(*selector));
  }
  return out;
}

}  // namespace starling::query
