#include "query/bind/reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "query/bind/cohort.h"
#include "query/bind/property_formula.h"

namespace starling::query {
namespace {

using base::json_quoted;
using event::LookupTarget;
using event::PropertyType;
using event::Type;

// Where a path begins: an event property, a member of its objects, or a user property. Lookups may
// hang on it.
struct Start {
  Reference reference;
  LookupTarget target;
  size_t used = 0;  // characters of the path
};

std::vector<std::string> names_of(const std::vector<event::Property>& properties) {
  std::vector<std::string> names;
  for (const event::Property& property : properties) names.push_back(property.name);
  return names;
}

// Names may hold points themselves, so the longest name that fits wins: calls `fits(head)` for the
// whole path, then for every shorter head that ends at a point, until one fits; returns how long it
// is.
template <class Fits>
size_t longest_head(std::string_view path, Fits fits) {
  size_t length = path.size();
  while (true) {
    if (length > 0 && fits(path.substr(0, length))) return length;
    size_t point = length == 0 ? std::string_view::npos : path.rfind('.', length - 1);
    if (point == std::string_view::npos) return 0;
    length = point;
  }
}

std::string_view after_point(std::string_view path, size_t head) {
  return path.size() > head ? path.substr(head + 1) : std::string_view();
}

std::optional<Start> start_of_event_path(Scope& scope, const Place& at, const std::string& path) {
  const event::Schema& schema = scope.catalog.schema;
  const event::Property* property = nullptr;
  size_t head = longest_head(path, [&](std::string_view name) {
    property = schema.find_property(name);
    return property != nullptr;
  });
  if (head == 0) {
    std::string first = path.substr(0, path.find('.'));
    bool is_user = schema.find_user_property(path) != nullptr;
    scope.problems.add(
        at, unknown("property", first, names_of(schema.properties)) +
                (is_user ? fmt::format("; write {{user: {}}} for the user property", path) : ""));
    return std::nullopt;
  }
  Start start;
  start.reference.property = property->name;
  start.reference.type = property->type;
  start.reference.element = property->type.is_list();
  start.target = {LookupTarget::Kind::kEventProperty, property->name, ""};
  start.used = head;
  std::string_view rest = after_point(path, head);
  if (property->type.type != Type::kObjects || rest.empty()) return start;

  const event::Member* member = nullptr;
  size_t member_head = longest_head(rest, [&](std::string_view name) {
    member = property->type.member(name);
    return member != nullptr;
  });
  if (member_head == 0) {
    std::vector<std::string> members;
    for (const event::Member& each : property->type.members) members.push_back(each.name);
    scope.problems.add(at, unknown(fmt::format("member of {},", json_quoted(property->name)),
                                   rest.substr(0, rest.find('.')), members));
    return std::nullopt;
  }
  start.reference.kind = Reference::Kind::kMember;
  start.reference.via = Reference::Via::kMember;
  start.reference.member = member->name;
  start.reference.type = member->type;
  start.target.member = member->name;
  start.used = head + 1 + member_head;
  return start;
}

std::optional<Start> start_of_user_path(Scope& scope, const Place& at, const std::string& path) {
  const event::Schema& schema = scope.catalog.schema;
  const event::Property* property = nullptr;
  size_t head = longest_head(path, [&](std::string_view name) {
    property = schema.find_user_property(name);
    return property != nullptr;
  });
  if (head == 0) {
    scope.problems.add(at, unknown("user property", path.substr(0, path.find('.')),
                                   names_of(schema.user_properties)));
    return std::nullopt;
  }
  Start start;
  start.reference.kind = Reference::Kind::kUserProperty;
  start.reference.via = Reference::Via::kUserProperty;
  start.reference.property = property->name;
  start.reference.type = property->type;
  start.reference.element = property->type.is_list();
  start.target = {LookupTarget::Kind::kUserProperty, property->name, ""};
  start.used = head;
  return start;
}

std::optional<Reference> follow_lookup(Scope& scope, const Place& at, Start start,
                                       const std::string& path) {
  std::string column(after_point(path, start.used));
  std::string head = path.substr(0, start.used);
  std::vector<std::string> columns;
  bool has_lookup = false;
  for (const event::Lookup& lookup : scope.catalog.schema.lookups) {
    if (!(lookup.on == start.target)) continue;
    has_lookup = true;
    for (const event::Property& each : lookup.columns) {
      columns.push_back(each.name);
      if (each.name != column) continue;
      if (each.type.is_list()) {
        scope.problems.add_unsupported(
            at, fmt::format("{} is a list; lists in lookup tables come", json_quoted(path)));
        return std::nullopt;
      }
      start.reference.kind = Reference::Kind::kLookup;
      start.reference.lookup = lookup.name;
      start.reference.column = each.name;
      start.reference.type = each.type;
      return std::move(start.reference);
    }
  }
  if (has_lookup) {
    scope.problems.add(
        at, unknown(fmt::format("lookup column of {},", json_quoted(head)), column, columns));
  } else {
    scope.problems.add(at, fmt::format("{} has no lookup table, so {} cannot follow",
                                       json_quoted(head), json_quoted("." + column)));
  }
  return std::nullopt;
}

// A custom property comes before what the data calls by that name.
std::optional<Reference> bind_path(Scope& scope, const Place& at, const std::string& path,
                                   bool of_user, About about) {
  if (FoundFormula found = find_formula(scope, of_user, path, about); found.is_custom) {
    if (found.formula == nullptr) return std::nullopt;
    Reference reference;
    reference.kind = Reference::Kind::kFormula;
    reference.via = of_user ? Reference::Via::kUserProperty : Reference::Via::kEventProperty;
    reference.property = path;
    reference.type = found.formula->root.type;
    reference.at_event = std::ranges::any_of(found.formula->references, &Reference::at_event);
    reference.formula = std::move(found.formula);
    return reference;
  }
  auto start = of_user ? start_of_user_path(scope, at, path) : start_of_event_path(scope, at, path);
  if (!start) return std::nullopt;
  if (start->used < path.size()) return follow_lookup(scope, at, std::move(*start), path);
  return std::move(start->reference);
}

std::optional<Reference> bind_time(Scope& scope, const Place& at) {
  auto part = read_choice<TimePart>(at, scope.problems, "part of the time",
                                    {{"day_of_week", TimePart::kDayOfWeek},
                                     {"hour_of_day", TimePart::kHourOfDay},
                                     {"day", TimePart::kDay},
                                     {"week", TimePart::kWeek},
                                     {"month", TimePart::kMonth}});
  if (!part) return std::nullopt;
  Reference reference;
  reference.kind = Reference::Kind::kTime;
  reference.time_part = *part;
  reference.type.type = *part == TimePart::kHourOfDay ? Type::kInteger : Type::kText;
  return reference;
}

std::optional<Reference> bind_cohort_reference(Scope& scope, const Place& at) {
  auto name = read_text(at, scope.problems);
  if (!name) return std::nullopt;
  auto index = find_cohort(scope, at, *name);
  if (!index) return std::nullopt;
  Reference reference;
  reference.kind = Reference::Kind::kCohort;
  reference.cohort = *index;
  reference.type.type = Type::kBoolean;
  return reference;
}

// Histories on the way of a reference; a list property never has one.
std::vector<event::AsOf> histories_of(const event::Schema& schema, const Reference& reference) {
  std::vector<event::AsOf> histories;
  bool is_lookup = reference.kind == Reference::Kind::kLookup;
  bool of_profile = reference.kind == Reference::Kind::kUserProperty ||
                    (is_lookup && reference.via == Reference::Via::kUserProperty);
  if (of_profile && schema.user_history) histories.push_back(*schema.user_history);
  if (is_lookup) {
    const event::Lookup* lookup = schema.find_lookup(reference.lookup);
    if (lookup->history) histories.push_back(*lookup->history);
  }
  return histories;
}

// What was asked for, if it fits (H3).
std::optional<bool> read_as_of(Scope& scope, const Place& at, const Reference& reference,
                               bool has_history, About about) {
  auto at_event = read_choice<bool>(at, scope.problems, "as_of", {{"event", true}, {"now", false}});
  if (!at_event) return std::nullopt;
  std::string name = json_quoted(reference_text(reference));
  switch (reference.kind) {
    case Reference::Kind::kCohort:
    case Reference::Kind::kTime:
    case Reference::Kind::kEventName:
    case Reference::Kind::kFormula:
      scope.problems.add(at, "as_of goes with properties, user properties and lookup columns only");
      return std::nullopt;
    case Reference::Kind::kEventProperty:
    case Reference::Kind::kMember:
      if (*at_event) return false;
      scope.problems.add(at, fmt::format("{} belongs to the event and is what it was at the "
                                         "event's time; as_of: now goes with user properties and "
                                         "lookup columns",
                                         name));
      return std::nullopt;
    case Reference::Kind::kUserProperty:
    case Reference::Kind::kLookup:
      break;
  }
  if (!*at_event) return false;
  if (about == About::kUsers) {
    scope.problems.add(at,
                       "there is no event here whose time could count; users are looked at as "
                       "of now");
    return std::nullopt;
  }
  if (has_history) return true;
  scope.problems.add(at, fmt::format("{} has no history, only its value now is known; \"history\" "
                                     "in the model keeps every version",
                                     name));
  return std::nullopt;
}

// As the reference says, else as the model does for the first history on the way (H2).
void bind_as_of(Scope& scope, const std::optional<Place>& given, About about,
                Reference& reference) {
  std::vector<event::AsOf> histories = histories_of(scope.catalog.schema, reference);
  if (!given && reference.kind == Reference::Kind::kFormula) return;  // as what it reads
  bool by_default =
      about == About::kEvents && !histories.empty() && histories.front() == event::AsOf::kEvent;
  if (!given) {
    reference.at_event = by_default;
    return;
  }
  auto asked = read_as_of(scope, *given, reference, !histories.empty(), about);
  if (asked) reference.at_event = *asked;
}

constexpr std::string_view kEventKinds[] = {"property", "user", "cohort", "time", "event"};
constexpr std::string_view kUserKinds[] = {"user", "cohort"};

}  // namespace

std::optional<Reference> bind_reference(Scope& scope, Fields& fields, About about) {
  if (!fields.is_map()) return std::nullopt;
  std::vector<std::string> allowed, given;
  for (std::string_view kind : kEventKinds) {
    bool fits = about == About::kEvents || std::find(std::begin(kUserKinds), std::end(kUserKinds),
                                                     kind) != std::end(kUserKinds);
    if (fits) allowed.emplace_back(kind);
    if (fits) fields.get(kind);
    if (fields.has(kind)) given.emplace_back(kind);
  }
  if (given.size() != 1) {
    scope.problems.add(fields.at(),
                       given.empty()
                           ? "expected a reference: one of the keys " + any_of(allowed)
                           : fmt::format("{} and {} cannot stand together", given[0], given[1]));
    return std::nullopt;
  }
  const std::string& kind = given[0];
  Place at = *fields.get(kind);
  std::optional<Reference> reference;
  if (std::find(allowed.begin(), allowed.end(), kind) == allowed.end()) {
    scope.problems.add(at, fmt::format("a user has no {}; expected {}", kind, any_of(allowed)));
  } else if (kind == "property" || kind == "user") {
    auto path = read_text(at, scope.problems);
    if (path) reference = bind_path(scope, at, *path, kind == "user", about);
  } else if (kind == "cohort") {
    reference = bind_cohort_reference(scope, at);
  } else if (kind == "time") {
    reference = bind_time(scope, at);
  } else if (auto on = read_boolean(at, scope.problems); on && !*on) {
    scope.problems.add(at, "expected true; found false");
  } else if (on) {
    reference.emplace();
    reference->kind = Reference::Kind::kEventName;
  }
  auto as_of = fields.get("as_of");
  if (reference) bind_as_of(scope, as_of, about, *reference);
  return reference;
}

std::optional<Reference> bind_named(Scope& scope, const Place& at, const std::string& path,
                                    bool of_user, About about) {
  auto reference = bind_path(scope, at, path, of_user, about);
  if (reference) bind_as_of(scope, std::nullopt, about, *reference);
  return reference;
}

std::optional<Reference> bind_measured(Scope& scope, const Place& at) {
  if (!at->is_map()) {
    auto path = read_text(at, scope.problems);
    return path ? bind_named(scope, at, *path, false, About::kEvents) : std::nullopt;
  }
  Fields fields(at, scope.problems);
  auto reference = bind_reference(scope, fields);
  fields.finish();
  if (!reference) return std::nullopt;
  bool is_property = reference->kind != Reference::Kind::kCohort &&
                     reference->kind != Reference::Kind::kTime &&
                     reference->kind != Reference::Kind::kEventName;
  if (is_property) return reference;
  scope.problems.add(at, "expected a property to measure");
  return std::nullopt;
}

std::string reference_text(const Reference& reference) {
  switch (reference.kind) {
    case Reference::Kind::kEventProperty:
    case Reference::Kind::kUserProperty:
    case Reference::Kind::kFormula:
      return reference.property;
    case Reference::Kind::kMember:
      return reference.property + "." + reference.member;
    case Reference::Kind::kLookup:
      return reference.property + (reference.member.empty() ? "" : "." + reference.member) + "." +
             reference.column;
    case Reference::Kind::kCohort:
      return "cohort";
    case Reference::Kind::kTime:
      switch (reference.time_part) {
        case TimePart::kDayOfWeek:
          return "day_of_week";
        case TimePart::kHourOfDay:
          return "hour_of_day";
        case TimePart::kDay:
          return "day";
        case TimePart::kWeek:
          return "week";
        case TimePart::kMonth:
          return "month";
      }
      return "";
    case Reference::Kind::kEventName:
      return "event";
  }
  return "";
}

}  // namespace starling::query
