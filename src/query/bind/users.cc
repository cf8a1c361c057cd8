#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "query/bind/cohort.h"
#include "query/bind/filter.h"
#include "query/bind/operand.h"
#include "query/bind/report.h"

namespace starling::query {
namespace {

constexpr int64_t kMaxLimit = 1'000'000;
constexpr int64_t kDefaultLimit = 100;

std::optional<Reference> bind_shown(Scope& scope, const Place& at) {
  Fields fields(at, scope.problems);
  auto reference = bind_reference(scope, fields, About::kUsers);
  fields.finish();
  return reference;
}

// What the column is called in the result: the path as the document writes it.
std::string column_name(const Place& at) {
  for (const char* key : {"user", "cohort"}) {
    const base::Node* node = at->find(key);
    if (node != nullptr && node->is_text()) return node->text;
  }
  return "";
}

void bind_columns(Scope& scope, const Place& at, Users& users) {
  for (const Place& item : read_list(at, scope.problems)) {
    auto reference = bind_shown(scope, item);
    if (!reference) continue;
    std::string name = column_name(item);
    bool taken = name == "id" ||
                 std::any_of(users.columns.begin(), users.columns.end(),
                             [&](const Users::ColumnOf& column) { return column.name == name; });
    if (taken) {
      scope.problems.add(item,
                         fmt::format("there is a column {} already", base::json_quoted(name)));
    } else {
      users.columns.push_back({std::move(name), std::move(*reference)});
    }
  }
}

void bind_sort(Scope& scope, const Place& at, Users& users) {
  for (const Place& item : read_list(at, scope.problems)) {
    bool descending = item->find("desc") != nullptr;
    std::optional<Reference> reference;
    if (descending) {
      Fields fields(item, scope.problems);
      if (auto inner = fields.require("desc")) reference = bind_shown(scope, *inner);
      fields.finish();
    } else {
      reference = bind_shown(scope, item);
    }
    if (!reference) continue;
    if (reference->type.is_list()) {
      scope.problems.add(item, fmt::format("{} is a list and has no order",
                                           base::json_quoted(reference_text(*reference))));
    } else {
      users.sort.push_back({std::move(*reference), descending});
    }
  }
}

}  // namespace

void bind_list(Scope& scope, Fields& fields, Users& users) {
  if (auto at = fields.get("columns")) bind_columns(scope, *at, users);
  if (auto at = fields.get("sort")) bind_sort(scope, *at, users);
  if (auto at = fields.get("limit")) {
    users.limit = static_cast<uint64_t>(
        read_whole_number(*at, scope.problems, 0, kMaxLimit).value_or(kDefaultLimit));
  }
  if (auto at = fields.get("offset")) {
    users.offset =
        static_cast<uint64_t>(read_whole_number(*at, scope.problems, 0, INT64_MAX).value_or(0));
  }
}

void bind_users(Scope& scope, Fields& fields, Query& query) {
  Users users;
  if (auto at = fields.get("cohort")) {
    if (at->node->is_map()) {
      users.cohort = bind_cohort(scope, *at, "");
    } else if (auto name = read_text(*at, scope.problems)) {
      users.cohort = find_cohort(scope, *at, *name);
    }
  }
  if (auto at = fields.get("where")) users.where = bind_where(scope, *at, About::kUsers);
  bind_list(scope, fields, users);
  query.range.from = {INT64_MIN};
  query.range.to = scope.as_of;
  query.report = std::move(users);
}

}  // namespace starling::query
