// `compare: {previous: 1 year}`: the same report over an earlier range (§8.17).
#pragma once

#include "base/document.h"
#include "base/result.h"
#include "query/query.h"

namespace starling::report {

using base::Result;

// The document without its `compare`.
base::Node without_compare(const base::Node& document);

// The document over the range of `query`, its binding, moved back by the calendar units that `compare` names.
// Fails with kInvalid and the path when `compare` does not fit.
Result<base::Node> earlier_document(const base::Node& document, const query::Query& query);

}  // namespace starling::report
