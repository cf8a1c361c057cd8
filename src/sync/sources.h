// The sources that a store knows of: their names, and the record of each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/sink.h"
#include "model/compile.h"
#include "sync/record.h"

namespace starling::sync {

constexpr const char* kSourcesDocument = "sources";

std::string_view mode_name(model::SyncMode mode);

// Nothing for a source that has not run.
std::optional<SourceRecord> stored_record(const event::EventSink& sink, const std::string& source);

// The document of these sources, and the names and kinds in the one that is stored.
std::string sources_json(const std::vector<model::Select>& selects);
std::vector<std::pair<std::string, std::string>> stored_sources(const event::EventSink& sink);

}  // namespace starling::sync
