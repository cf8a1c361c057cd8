// The funnel result document (reports.md §3).
#pragma once

#include <string>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

std::string shape_funnel(const query::Query& query, engine::FunnelAnswer answer,
                         uint64_t events_scanned, int64_t elapsed_ms);

}  // namespace starling::report
