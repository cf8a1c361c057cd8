// The retention result document (reports.md §4).
#pragma once

#include <string>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

std::string shape_retention(const query::Query& query, engine::RetentionAnswer answer,
                            uint64_t events_scanned, int64_t elapsed_ms);

}  // namespace starling::report
