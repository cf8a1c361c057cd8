// The users result document (reports.md §6).
#pragma once

#include <string>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

std::string shape_users(const query::Query& query, const engine::UsersAnswer& answer,
                        uint64_t events_scanned, int64_t elapsed_ms);

}  // namespace starling::report
