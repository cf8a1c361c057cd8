// A question as one SELECT over the warehouse's own tables, in DuckDB's dialect: it computes the
// numbers that the engines give, so that every one of them can be checked without us (docs/sql.md).
#pragma once

#include <string>

#include "base/result.h"
#include "event/schema.h"
#include "query/query.h"

namespace starling::sql {

using base::Result;

// `selects_json` is the store's document "selects". Fails with kUnsupported and the reason for what
// cannot be said: flows, lists of users, sessions, rolling means, and funnels other than in
// sequence with the first entry.
Result<std::string> to_sql(const query::Query& query, const event::Schema& schema,
                           const std::string& selects_json);

}  // namespace starling::sql
