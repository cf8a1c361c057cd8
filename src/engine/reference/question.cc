#include "engine/reference/question.h"

#include <algorithm>

#include "query/formula_values.h"

namespace starling::engine::reference {

using event::Value;
using query::Filter;
using query::FirstTime;
using query::Reference;
using query::Selector;

namespace {

const Value kNothing;

const Value& find_value(const Properties& properties, const std::string& name) {
  auto found = properties.find(name);
  return found == properties.end() ? kNothing : found->second;
}

Value element_value(const Value& list, const std::string& member, size_t element) {
  if (const auto* values = std::get_if<event::Values>(&list.data)) return (*values)[element];
  const event::Object& object = std::get<std::vector<event::Object>>(list.data)[element];
  if (member.empty()) return Value{std::vector<event::Object>{object}};
  for (const auto& [name, value] : object) {
    if (name == member) return value;
  }
  return {};
}

bool is_list(const event::Property* property) {
  return property != nullptr && property->type.is_list();
}

bool names_fit(const Selector& selector, const Event& event) {
  return selector.any_event ||
         std::ranges::find(selector.events, event.name) != selector.events.end();
}

}  // namespace

Question::Question(const World& world, const query::Query& query)
    : world_(world), query_(query), as_of_(query.as_of) {
  for (const query::Cohort& cohort : query.cohorts) {
    as_of_ = std::min(cohort.as_of, query.as_of);
    std::set<const Person*> members;
    for (const Person& person : world.people) {
      if (is_known(person) && is_member(cohort, person)) members.insert(&person);
    }
    members_.push_back(std::move(members));
  }
  as_of_ = query.as_of;
}

bool Question::is_known(const Person& person) const {
  return person.has_profile || !events(person).empty();
}

std::optional<ListId> Question::list_of(const Reference& reference) const {
  const event::Schema& schema = world_.schema;
  auto event_list = [&]() -> std::optional<ListId> {
    if (is_list(schema.find_property(reference.property))) return ListId{false, reference.property};
    return std::nullopt;
  };
  auto user_list = [&]() -> std::optional<ListId> {
    if (is_list(schema.find_user_property(reference.property)))
      return ListId{true, reference.property};
    return std::nullopt;
  };
  switch (reference.kind) {
    case Reference::Kind::kEventProperty:
      return event_list();
    case Reference::Kind::kMember:
      return ListId{false, reference.property};
    case Reference::Kind::kUserProperty:
      return user_list();
    case Reference::Kind::kLookup:
      switch (reference.via) {
        case Reference::Via::kEventProperty:
          return event_list();
        case Reference::Via::kMember:
          return ListId{false, reference.property};
        case Reference::Via::kUserProperty:
          return user_list();
      }
      return std::nullopt;
    case Reference::Kind::kCohort:
    case Reference::Kind::kTime:
    case Reference::Kind::kEventName:
    case Reference::Kind::kFormula:
      return std::nullopt;
  }
  return std::nullopt;
}

const Value& Question::list_value(const ListId& list, Subject subject) const {
  if (list.of_user)
    return find_value(properties_at(subject.person->profile, query_.as_of.value), list.name);
  return subject.event == nullptr ? kNothing : find_value(subject.event->properties, list.name);
}

size_t Question::list_size(const ListId& list, Subject subject) const {
  const Value& value = list_value(list, subject);
  if (const auto* values = std::get_if<event::Values>(&value.data)) return values->size();
  if (const auto* objects = std::get_if<std::vector<event::Object>>(&value.data))
    return objects->size();
  return 0;
}

int64_t Question::version_time(const Reference& reference, Subject subject) const {
  return reference.at_event && subject.event != nullptr ? subject.event->time : query_.as_of.value;
}

Value Question::through_lookup(const Reference& reference, const Value& key,
                               Subject subject) const {
  if (key.is_null()) return {};
  auto table = world_.lookups.find(reference.lookup);
  if (table == world_.lookups.end()) return {};
  auto row = table->second.find(event::to_text(key));
  if (row == table->second.end()) return {};
  return find_value(properties_at(row->second, version_time(reference, subject)), reference.column);
}

Value Question::time_part(query::TimePart part, int64_t time) const {
  static constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};
  base::TimeZone::Local local = query_.timezone.to_local({time});
  auto unit_text = [&](base::CalendarUnit unit) {
    return Value{base::unit_start(local.date, unit, query_.week_start).text()};
  };
  switch (part) {
    case query::TimePart::kDayOfWeek:
      return Value{std::string(kDays[local.date.weekday()])};
    case query::TimePart::kHourOfDay:
      return Value{int64_t{local.ms_of_day / base::kHourMs}};
    case query::TimePart::kDay:
      return unit_text(base::CalendarUnit::kDay);
    case query::TimePart::kWeek:
      return unit_text(base::CalendarUnit::kWeek);
    case query::TimePart::kMonth:
      return unit_text(base::CalendarUnit::kMonth);
  }
  return {};
}

Value Question::value_of(const Reference& reference, Subject subject) const {
  auto event_value = [&] {
    return subject.event == nullptr ? Value{}
                                    : find_value(subject.event->properties, reference.property);
  };
  auto user_value = [&] {
    return find_value(properties_at(subject.person->profile, version_time(reference, subject)),
                      reference.property);
  };
  switch (reference.kind) {
    case Reference::Kind::kEventProperty:
      return event_value();
    case Reference::Kind::kUserProperty:
      return user_value();
    case Reference::Kind::kLookup: {
      bool of_user = reference.via == Reference::Via::kUserProperty;
      return through_lookup(reference, of_user ? user_value() : event_value(), subject);
    }
    case Reference::Kind::kCohort:
      return Value{in_cohort(reference.cohort, *subject.person)};
    case Reference::Kind::kTime:
      return subject.event == nullptr ? Value{}
                                      : time_part(reference.time_part, subject.event->time);
    case Reference::Kind::kEventName:
      return subject.event == nullptr ? Value{} : Value{subject.event->name};
    case Reference::Kind::kFormula:
      return formula_value(*reference.formula, subject);
    case Reference::Kind::kMember:
      break;
  }
  CHECK(false);
}

Value Question::formula_value(const query::PropertyFormula& formula, Subject subject) const {
  if (formula.of_user && subject.person == &world_.nobody) return {};
  std::vector<Value> values;
  for (const Reference& reference : formula.references) {
    auto list = list_of(reference);
    values.push_back(list ? query::values_of_list(list_value(*list, subject), reference.member)
                          : value_of(reference, subject));
  }
  base::Date today = query_.timezone.to_local(query_.as_of).date;
  auto evaluator = evaluators_.try_emplace(&formula, formula, query_.timezone, today).first;
  std::optional<base::TimeMs> time;
  if (subject.event != nullptr) time = base::TimeMs{subject.event->time};
  return evaluator->second.value(values, time);
}

Value Question::element_of(const Reference& reference, Subject subject, size_t element) const {
  Value value = element_value(list_value(*list_of(reference), subject), reference.member, element);
  return reference.kind == Reference::Kind::kLookup ? through_lookup(reference, value, subject)
                                                    : value;
}

std::vector<size_t> Question::matches(const Selector& selector, const Person& person) const {
  std::span<const Event> all = events(person);
  auto passes_where = [&](const std::optional<Filter>& where, const Event& event) {
    return !where || passes(*where, {&person, &event});
  };
  // Events come in time order, so the first one that counts for first_time says which instant the
  // first is at; every event at that instant is a first one.
  std::optional<int64_t> first_at;
  std::vector<size_t> out;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!names_fit(selector, all[i]) || !passes_where(selector.definition, all[i])) continue;
    bool own_where = passes_where(selector.where, all[i]);
    if (selector.first_time != FirstTime::kNo) {
      if (&person == &world_.nobody) continue;
      bool counts = selector.first_time == FirstTime::kEver || own_where;
      if (counts && !first_at) first_at = all[i].time;
      if (!first_at || all[i].time != *first_at) continue;
    }
    if (own_where && passes_where(selector.report_where, all[i])) out.push_back(i);
  }
  return out;
}

std::vector<size_t> Question::kept_elements(const Selector& selector, const ListId& list,
                                            Subject subject) const {
  std::vector<size_t> kept(list_size(list, subject));
  for (size_t i = 0; i < kept.size(); ++i) kept[i] = i;
  if (selector.where) keep_passing(*selector.where, list, subject, kept);
  if (selector.report_where) keep_passing(*selector.report_where, list, subject, kept);
  return kept;
}

void Question::keep_passing(const Filter& filter, const ListId& list, Subject subject,
                            std::vector<size_t>& kept) const {
  if (filter.kind == Filter::Kind::kAll) {
    for (const Filter& child : filter.children) keep_passing(child, list, subject, kept);
  }
  if (filter.kind != Filter::Kind::kAnyElement || filter.keep_all_items ||
      list_within(filter) != list)
    return;
  std::erase_if(kept, [&](size_t element) {
    return !passes_element(filter.children[0], list, subject, element);
  });
}

Number number_of(const Value& value) {
  if (auto exact = value.exact()) return *exact;
  if (const double* real = std::get_if<double>(&value.data)) return *real;
  return {};
}

std::string distinct_key(const Value& value) {
  if (value.is_number()) return "number " + event::to_text(value);
  return std::to_string(value.data.index()) + " " + event::to_text(value);
}

}  // namespace starling::engine::reference
