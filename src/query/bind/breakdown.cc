#include "query/bind/breakdown.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "query/bind/operand.h"
#include "query/bind/reference.h"

namespace starling::query {
namespace {

using event::Type;

std::vector<base::Decimal> bind_bounds(Scope& scope, const Place& at) {
  std::vector<base::Decimal> bounds;
  std::vector<Place> items = read_list(at, scope.problems);
  if (at->is_list() && items.empty()) scope.problems.add(at, "expected at least one lower bound");
  for (const Place& item : items) {
    auto bound = read_number(item, scope.problems);
    if (!bound) continue;
    if (!bounds.empty() && *bound <= bounds.back()) {
      scope.problems.add(item, fmt::format("the bounds must ascend; {} comes after {}",
                                           bound->text(), bounds.back().text()));
    }
    bounds.push_back(*bound);
  }
  return bounds;
}

std::vector<Breakdown::Group> bind_groups(Scope& scope, const Place& at,
                                          const event::PropertyType& type) {
  std::vector<Breakdown::Group> groups;
  if (!at->is_map() || at->fields.empty()) {
    add_expected(at, scope.problems, "groups of values like {Food: [jaffle], Drink: [beverage]}");
    return groups;
  }
  for (const auto& [name, node] : at->fields) {
    Place group_at = at.field(name, node);
    Breakdown::Group group{name, {}};
    std::vector<Place> items =
        node.is_list() ? read_list(group_at, scope.problems) : std::vector<Place>{group_at};
    if (items.empty()) scope.problems.add(group_at, "expected at least one value");
    for (const Place& item : items) {
      if (auto value = bind_value(scope, item, type)) group.values.push_back(std::move(*value));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

// Text may be bucketed (its segment is "non-numeric values"); what never is a number may not.
bool can_bucket(const Reference& reference) {
  Type type = value_type(reference).type;
  bool property =
      reference.kind != Reference::Kind::kCohort && reference.kind != Reference::Kind::kEventName;
  bool is_part = reference.kind == Reference::Kind::kTime;
  return property && (value_type(reference).is_number() || (type == Type::kText && !is_part));
}

// Values are divided by the size exactly, in 128 bits.
bool is_fit_size(const base::Decimal& size) {
  base::Decimal shortest = size.normalized();
  return shortest.digits > 0 && shortest.digits < base::power_of_ten(18) && shortest.scale <= 18;
}

void bind_options(Scope& scope, Fields& fields, Breakdown& breakdown) {
  auto buckets = fields.get("buckets"), size = fields.get("bucket_size"),
       groups = fields.get("groups");
  if ((buckets ? 1 : 0) + (size ? 1 : 0) + (groups ? 1 : 0) > 1) {
    scope.problems.add(fields.at(), "buckets, bucket_size and groups cannot stand together");
    return;
  }
  std::string called = base::json_quoted(reference_text(breakdown.reference));
  std::string type(type_name(value_type(breakdown.reference).type));
  const std::optional<Place>& numeric = buckets ? buckets : size;
  if (numeric && !can_bucket(breakdown.reference)) {
    scope.problems.add(*numeric,
                       fmt::format("{} ({}) has no numbers to put into buckets", called, type));
    return;
  }
  if (buckets) breakdown.bounds = bind_bounds(scope, *buckets);
  if (size) {
    breakdown.bucket_size = read_number(*size, scope.problems);
    if (breakdown.bucket_size && !is_fit_size(*breakdown.bucket_size)) {
      add_expected(*size, scope.problems, "a number above 0 with at most 18 digits");
    }
  }
  if (!groups) return;
  if (breakdown.reference.kind == Reference::Kind::kCohort) {
    scope.problems.add(*groups, "a cohort has no values to group");
  } else {
    breakdown.groups = bind_groups(scope, *groups, value_type(breakdown.reference));
  }
}

std::optional<Breakdown> bind_breakdown(Scope& scope, const Place& at, bool with_at) {
  Fields fields(at, scope.problems);
  if (!fields.is_map()) return std::nullopt;
  Breakdown breakdown;
  auto reference = bind_reference(scope, fields);
  if (reference) {
    breakdown.reference = std::move(*reference);
    if (value_type(breakdown.reference).type == Type::kObjects) {
      scope.problems.add(at, fmt::format("{} is a list of objects; name one of its members",
                                         base::json_quoted(breakdown.reference.property)));
    }
    bind_options(scope, fields, breakdown);
  } else {
    for (const char* key : {"buckets", "bucket_size", "groups"}) fields.get(key);
  }
  if (with_at) {
    if (auto side = fields.get("at")) {
      auto chosen = read_choice<Breakdown::At>(
          *side, scope.problems, "side",
          {{"born", Breakdown::At::kBorn}, {"returned", Breakdown::At::kReturned}});
      if (chosen) breakdown.at = *chosen;
    }
  }
  fields.finish();
  return breakdown;
}

}  // namespace

std::vector<Breakdown> bind_breakdowns(Scope& scope, const Place& at, bool with_at) {
  std::vector<Breakdown> out;
  for (const Place& item : read_list(at, scope.problems)) {
    if (auto breakdown = bind_breakdown(scope, item, with_at)) out.push_back(std::move(*breakdown));
  }
  return out;
}

}  // namespace starling::query
