#include "engine/native/question.h"

#include <algorithm>

#include "engine/native/predicate.h"

namespace starling::engine::native {

using query::Reference;

Question::Question(const store::Snapshot& snapshot, const query::Query& query,
                   NativeOptions options, const std::atomic<bool>* cancelled)
    : snapshot_(snapshot),
      query_(query),
      history_(snapshot, query.as_of.value),
      options_(options),
      cancelled_(cancelled) {}

std::optional<ListId> Question::list_of(const Reference& reference) const {
  const event::Schema& schema = snapshot_.schema();
  auto event_list = [&]() -> std::optional<ListId> {
    const event::Property* property = schema.find_property(reference.property);
    if (property == nullptr || !property->type.is_list()) return std::nullopt;
    return ListId{false, reference.property};
  };
  auto user_list = [&]() -> std::optional<ListId> {
    const event::Property* property = schema.find_user_property(reference.property);
    if (property == nullptr || !property->type.is_list()) return std::nullopt;
    return ListId{true, reference.property};
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

std::optional<ListId> Question::list_of(const query::Filter& filter) const {
  if (filter.kind == query::Filter::Kind::kTest) return list_of(filter.reference);
  for (const query::Filter& child : filter.children) {
    if (auto list = list_of(child)) return list;
  }
  return std::nullopt;
}

const store::ColumnReader* Question::list_reader(const ListId& list,
                                                 const store::EventTable* table) const {
  const store::ColumnReader* reader = nullptr;
  if (list.of_user) {
    // Profiles with history hold no lists.
    bool plain = table == nullptr && snapshot_.user_versions() == nullptr;
    if (plain) reader = snapshot_.user_property(list.name);
  } else if (table != nullptr) {
    reader = table->property(list.name);
  }
  return reader != nullptr && reader->type().is_list() ? reader : nullptr;
}

std::shared_ptr<const LocalDays> Question::local_days(const store::EventTable& table) {
  std::shared_ptr<const LocalDays>& days = local_days_[&table];
  if (days == nullptr) {
    int64_t first = table.size() == 0 ? 0 : table.first_time();
    int64_t last =
        table.size() == 0 ? 0 : std::max(first, std::min(table.last_time(), query_.as_of.value));
    days = std::make_shared<const LocalDays>(query_.timezone, first, last);
  }
  return days;
}

std::shared_ptr<const UserMask> Question::user_mask(const query::Filter& filter) {
  std::shared_ptr<const UserMask>& mask = user_masks_[&filter];
  if (mask == nullptr) {
    Predicate predicate = Predicate::bind(*this, filter, nullptr);
    auto made = std::make_shared<UserMask>();
    made->passes.resize(user_count());
    Block users = Block::of_users(user_count());
    predicate.evaluate({users}, plan_scratch_, made->passes.data());
    made->nobody = predicate.passes_nobody() ? 1 : 0;
    mask = std::move(made);
  }
  return mask;
}

}  // namespace starling::engine::native
