// Mirror by the warehouse's log: which rows of a source have changed since its last run, by their
// ids.
//
// What the log tells is kept in a document of each source before it is acknowledged, and goes in
// the commit of the run that has read those rows again. So one log serves all sources whenever each
// of them runs, and nothing is lost when a run is killed. The log says only which rows; what they
// are now is read by the source's own SELECT.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/compile.h"
#include "model/dialect.h"
#include "source/source.h"
#include "sync/read.h"

namespace starling::sync {

std::string pending_document(const std::string& source);

// Takes what the log tells of all mirrored sources that can be followed, those that do not run now
// too. Sources that are not among the result are compared by their days.
Result<std::map<std::string, PendingRows>> take_changes(const Context& context);

// The document once all pending rows of a source have been read.
std::string nothing_pending(const PendingRows& read);

// Rows of a source whose id is one of the keys. REQUIRES: at least one.
std::string sql_of_keys(const model::Select& select, const model::Dialect& dialect,
                        const std::set<std::vector<std::string>>& keys);

// The pending rows that were not among those read, under every event they can be stored as.
event::RemovedRows missing_rows(const Context& context, const model::Select& select,
                                const std::set<std::vector<std::string>>& keys,
                                const std::set<base::Hash128>& seen);

}  // namespace starling::sync
