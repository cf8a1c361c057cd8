// Checks what people want to save before it is kept: a saved report, board or cohort is one that
// can be asked.
#pragma once

#include "api/saved/saved_things.h"
#include "base/document.h"
#include "base/json_writer.h"
#include "query/catalog.h"

namespace starling::api {

// A body as docs/api.md gives it. Errors name every problem at once, with its path in the body.
Result<Draft> read_report_draft(const base::Node& body, const query::Catalog& catalog,
                                base::TimeMs now);
Result<Draft> read_board_draft(const base::Node& body, const query::Catalog& catalog,
                               base::TimeMs now, SavedThings& saved);
// `catalog` must not hold the cohort's own older definition.
Result<Draft> read_cohort_draft(const base::Node& body, const query::Catalog& catalog,
                                base::TimeMs now);

// Puts "prefix." before the path of every problem of a refused document.
base::Error at_path(base::Error error, const std::string& prefix);

// What stands first and last in the JSON of a saved thing: id and name, created_at and updated_at.
void write_head(base::JsonWriter& json, const Saved& saved);
void write_times(base::JsonWriter& json, const Saved& saved);

}  // namespace starling::api
