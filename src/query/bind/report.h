// The kinds of report: each reads its own keys from the document and gives its part of the
// question.
#pragma once

#include "query/bind/scope.h"

namespace starling::query {

// Each fills the fields of `query` that it decides. `report_where` is the document's `where`,
// bound.
void bind_insights(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
                   Query& query);
void bind_retention(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
                    Query& query);
void bind_funnel(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
                 Query& query);
void bind_flow(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
               Query& query);
// The key `who`, once the report itself is bound (§8.36).
void bind_who(Scope& scope, const Place& at, Query& query);
// The keys columns, sort, limit and offset of a list of users.
void bind_list(Scope& scope, Fields& fields, Users& users);
void bind_users(Scope& scope, Fields& fields, Query& query);

}  // namespace starling::query
