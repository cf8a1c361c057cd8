// The parts of a model file that describe one source: events, users, lookups (model.md).
#pragma once

#include "model/model.h"
#include "model/node_reader.h"

namespace starling::model {

EventSource parse_event_source(NodeReader& reader, const At& at);
UserSource parse_user_source(NodeReader& reader, const At& at);
LookupSource parse_lookup_source(NodeReader& reader, const At& at);

}  // namespace starling::model
