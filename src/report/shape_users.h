// The users result document (reports.md §6).
#pragma once

#include <string>

#include "engine/answer.h"
#include "query/query.h"

namespace starling::report {

// `columns` are those of the report, or of the list that `who` asks for.
std::string shape_users(const query::Query& query,
                        const std::vector<query::Users::ColumnOf>& columns,
                        const engine::UsersAnswer& answer, uint64_t events_scanned,
                        int64_t elapsed_ms);

}  // namespace starling::report
