// The flow result document (reports.md §5).
#pragma once

#include <string>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

std::string shape_flow(const query::Query& query, const engine::FlowAnswer& answer,
                       uint64_t events_scanned, int64_t elapsed_ms);

}  // namespace starling::report
