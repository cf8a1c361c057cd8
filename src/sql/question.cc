#include "sql/question.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sql/cohort.h"
#include "sql/text.h"

namespace starling::sql {

using query::Reference;
using query::Selector;

namespace {

std::string small_letters(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool has_word(const std::string& text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    bool starts = at == 0 || !is_word(text[at - 1]);
    bool ends = at + word.size() == text.size() || !is_word(text[at + word.size()]);
    if (starts && ends) return true;
  }
  return false;
}

std::string_view part_name(query::TimePart part) {
  constexpr std::string_view kParts[] = {"day_of_week", "hour_of_day", "day", "week", "month"};
  return kParts[static_cast<size_t>(part)];
}

bool is_list(const event::PropertyType* type) { return type != nullptr && type->is_list(); }

}  // namespace

const event::PropertyType& value_type(const Reference& reference) {
  bool is_plain_list = reference.type.type == event::Type::kList;
  return is_plain_list ? reference.type.members[0].type : reference.type;
}

const std::string& Question::Names::name(const std::string& key, const std::string& wanted) {
  auto found = by_key.find(key);
  if (found != by_key.end()) return found->second;
  std::string name = wanted;
  for (char& c : name) c = c == '\n' || c == '\r' ? ' ' : c;
  while (!taken.insert(small_letters(name)).second) name += "_";
  return by_key.emplace(key, quoted_name(name)).first->second;
}

Question::Question(const query::Query& query, const event::Schema& schema,
                   const Warehouse& warehouse)
    : query_(query), schema_(schema), warehouse_(warehouse) {
  for (const Select& select : warehouse.selects) words_ += small_letters(select.sql) + "\n";
  columns_.taken = {"event", "source", "time", "user_id", "order_key", "event_id"};
  events_ = fresh("events");
  users_ = fresh("users");
  people_ = fresh("people");
}

void Question::refuse(std::string why) {
  if (!refusal_) refusal_ = std::move(why);
}

std::string Question::fresh(const std::string& name) {
  std::string out;
  for (char c : small_letters(name)) out += is_word(c) ? c : '_';
  while (has_word(words_, out) || !taken_.insert(out).second) out += "_";
  return out;
}

std::string Question::people() {
  uses_people_ = true;
  return people_;
}

std::string Question::elements(const ListId& id) {
  auto [at, is_new] = lists_.try_emplace(id);
  List& list = at->second;
  if (is_new) {
    list.relation = fresh((id.of_user ? "elements_of_user_" : "elements_of_") + id.name);
    list.names.taken = {"event_id", "user_id", "position", "element"};
    id.of_user ? user_column(id.name) : event_column(id.name);
  }
  return list.relation;
}

std::string Question::cohort(int index) {
  auto found = cohorts_.find(index);
  if (found != cohorts_.end()) return found->second;
  const query::Cohort& cohort = query_.cohorts[static_cast<size_t>(index)];
  std::string name = fresh("cohort_" + (cohort.name.empty() ? fmt::to_string(index) : cohort.name));
  cohorts_.emplace(index, name);
  std::string about = cohort.name.empty() ? "a cohort" : "cohort " + cohort.name;
  add({name, about, cohort_body(*this, cohort), false});
  return name;
}

const event::PropertyType* Question::event_type(const std::string& property) const {
  const event::Property* found = schema_.find_property(property);
  return found == nullptr ? nullptr : &found->type;
}

const event::PropertyType* Question::user_type(const std::string& property) const {
  const event::Property* found = schema_.find_user_property(property);
  return found == nullptr ? nullptr : &found->type;
}

std::optional<ListId> Question::list_of(const Reference& reference) const {
  auto of_event = [&]() -> std::optional<ListId> {
    if (is_list(event_type(reference.property))) return ListId{false, reference.property};
    return std::nullopt;
  };
  auto of_user = [&]() -> std::optional<ListId> {
    if (is_list(user_type(reference.property))) return ListId{true, reference.property};
    return std::nullopt;
  };
  switch (reference.kind) {
    case Reference::Kind::kEventProperty:
      return of_event();
    case Reference::Kind::kMember:
      return ListId{false, reference.property};
    case Reference::Kind::kUserProperty:
      return of_user();
    case Reference::Kind::kLookup:
      switch (reference.via) {
        case Reference::Via::kEventProperty:
          return of_event();
        case Reference::Via::kMember:
          return ListId{false, reference.property};
        case Reference::Via::kUserProperty:
          return of_user();
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

std::optional<ListId> Question::list_within(const query::Filter& filter) const {
  if (filter.kind == query::Filter::Kind::kTest) return list_of(filter.reference);
  for (const query::Filter& child : filter.children) {
    if (auto list = list_within(child)) return list;
  }
  return std::nullopt;
}

std::string Question::event_column(const std::string& property) {
  const std::string& column = columns_.name("p\n" + property, property);
  event_properties_.emplace(property, column);
  return column;
}

std::string Question::user_column(const std::string& property) {
  uses_users_ = true;
  if (schema_.user_history) refuse("profiles with history cannot be said in SQL yet");
  std::string wanted = "user." + property;
  std::string column = columns_.name("u\n" + property, wanted);
  user_properties_.emplace(property, column);
  return column;
}

std::string Question::time_column(query::TimePart part) {
  std::string key = fmt::format("t\n{}", part_name(part));
  bool is_new = !columns_.by_key.contains(key);
  std::string column = columns_.name(key, fmt::format("time.{}", part_name(part)));
  if (is_new) time_columns_.push_back({part, column});
  return column;
}

std::string Question::lookup_column(Names& names, std::vector<LookupJoin>& joins,
                                    const Reference& reference, const std::string& key_column,
                                    const std::string& wanted,
                                    const event::PropertyType& key_type) {
  if (key_type.type == event::Type::kFloat)
    refuse(
        "a lookup table through a binary float cannot be said in SQL yet: its keys are "
        "compared as text");
  const event::Lookup* lookup = schema_.find_lookup(reference.lookup);
  if (lookup != nullptr && lookup->history)
    refuse(fmt::format("the lookup table \"{}\" has history, which cannot be said in SQL yet",
                       lookup->name));
  std::string key = fmt::format("l\n{}\n{}\n{}", key_column, reference.lookup, reference.column);
  bool is_new = !names.by_key.contains(key);
  std::string column = names.name(key, wanted);
  if (is_new) joins.push_back({reference.lookup, reference.column, key_column, column, key_type});
  return column;
}

std::string Question::element_column(const Reference& reference) {
  ListId id = *list_of(reference);
  elements(id);
  List& list = lists_[id];
  const event::PropertyType* type = id.of_user ? user_type(id.name) : event_type(id.name);
  const event::Member* member = type->member(reference.member);
  if (member == nullptr) return "position";  // the object itself, which is always set
  std::string wanted = reference.member.empty() ? "value" : reference.member;
  bool is_new = !list.names.by_key.contains("m\n" + reference.member);
  std::string column = list.names.name("m\n" + reference.member, wanted);
  if (is_new) list.members.emplace_back(reference.member, column);
  if (reference.kind != Reference::Kind::kLookup) return column;
  return lookup_column(list.names, list.lookups, reference, column, wanted + "." + reference.column,
                       member->type);
}

std::string Question::value(const Reference& reference, const Scope& scope) {
  if (auto list = list_of(reference)) {
    CHECK(scope.list == list);
    return scope.element + "." + element_column(reference);
  }
  auto of_event = [&](const std::string& column) {
    return scope.is_person ? std::string("NULL") : scope.rows + "." + column;
  };
  switch (reference.kind) {
    case Reference::Kind::kEventProperty:
      return of_event(event_column(reference.property));
    case Reference::Kind::kUserProperty:
      return scope.rows + "." + user_column(reference.property);
    case Reference::Kind::kLookup: {
      if (reference.via != Reference::Via::kUserProperty) {
        const event::PropertyType* type = event_type(reference.property);
        return of_event(lookup_column(columns_, event_lookups_, reference,
                                      event_column(reference.property),
                                      reference.property + "." + reference.column, *type));
      }
      const event::PropertyType* type = user_type(reference.property);
      std::string key = user_column(reference.property);
      std::string column =
          lookup_column(columns_, user_lookups_, reference, key,
                        "user." + reference.property + "." + reference.column, *type);
      return scope.rows + "." + column;
    }
    case Reference::Kind::kCohort:
      return fmt::format("coalesce({}.user_id IN (SELECT user_id FROM {}), false)", scope.rows,
                         cohort(reference.cohort));
    case Reference::Kind::kTime:
      return of_event(time_column(reference.time_part));
    case Reference::Kind::kEventName:
      return of_event("event");
    case Reference::Kind::kFormula:
      refuse("custom properties cannot be said in SQL yet");
      return "NULL";
    case Reference::Kind::kMember:
      break;
  }
  CHECK(false);
}

std::string Question::is_named(const Selector& selector, const std::string& row) {
  if (selector.any_event) {
    any_event_ = true;
    return "";
  }
  event_names_.insert(selector.events.begin(), selector.events.end());
  std::vector<std::string> names;
  for (const std::string& event : selector.events) names.push_back(text_literal(event));
  if (names.empty()) return "false";
  if (names.size() == 1) return fmt::format("{}.event = {}", row, names[0]);
  return fmt::format("{}.event IN ({})", row, joined(names, ", "));
}

std::string Question::finish(const std::string& last) {
  std::vector<NamedQuery> all = tables();
  for (NamedQuery& query : queries_) all.push_back(std::move(query));
  return with_queries(all, last);
}

}  // namespace starling::sql
