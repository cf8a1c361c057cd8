// `compare: {previous: 1 year}`: the same report over an earlier range (§8.17).
#pragma once

#include "base/document.h"
#include "base/result.h"
#include "query/query.h"

namespace starling::report {

using base::Result;

bool has_compare(const base::Node& document);

// The document over the range of `query`, its binding, moved back by the calendar units that
// `compare` names. Fails with kInvalid when there is no such date. REQUIRES: has_compare, and bind
// has checked it.
Result<base::Node> earlier_document(const base::Node& document, const query::Query& query);

}  // namespace starling::report
